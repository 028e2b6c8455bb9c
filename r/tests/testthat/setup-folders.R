# No profile of whoever runs the tests.
withr::local_envvar(
  XDG_CONFIG_HOME = withr::local_tempdir(.local_envir = testthat::teardown_env()),
  .local_envir = testthat::teardown_env()
)

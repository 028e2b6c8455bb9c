# Runs lines in an interactive R whose console is a pipe: what follows a question in the lines is what the person types.
at_the_console <- function(lines, ...) {
  script <- withr::local_tempfile(lines = lines)
  arguments <- c("--interactive", "--no-save", "--no-restore", "--no-readline", "--quiet", "--no-init-file")
  # Under testthat the package askpass asks nobody.
  withr::local_envvar(c(TESTTHAT = NA, ...))
  output <- suppressWarnings(system2(
    file.path(R.home("bin"), "R"), arguments, stdin = script, stdout = TRUE, stderr = TRUE
  ))
  paste(output, collapse = "\n")
}

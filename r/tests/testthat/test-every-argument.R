# A fault of compiled code would end the process: the calls are made in another one.

# A service that asks for a new password.
new_password_wanted <- function() {
  answer <- list(
    ChallengeName = "NEW_PASSWORD_REQUIRED", Session = strrep("session ", 5),
    ChallengeParameters = list(USER_ID_FOR_SRP = "ada", requiredAttributes = "[]", userAttributes = "{}")
  )
  body <- jsonlite::toJSON(answer, auto_unbox = TRUE)
  list(status = 200L, headers = list(`Content-Type` = "application/x-amz-json-1.1"), body = body)
}

# Its home is empty, and whatever is not on this machine is behind a proxy where nobody listens.
run_apart <- function(script, ..., seconds = 300) {
  home <- withr::local_tempdir()
  nobody <- "http://127.0.0.1:1"
  without_environment(
    suppressWarnings(system2(
      file.path(R.home("bin"), "Rscript"), c("--no-init-file", shQuote(c(script, ...))),
      stdout = TRUE, stderr = TRUE, timeout = seconds
    )),
    R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep), HOME = home, XDG_CONFIG_HOME = home,
    XDG_DATA_HOME = home, XDG_CACHE_HOME = home, DBUS_SESSION_BUS_ADDRESS = "unix:path=/nowhere", DISPLAY = NA,
    WAYLAND_DISPLAY = NA, HTTP_PROXY = nobody, HTTPS_PROXY = nobody, ALL_PROXY = nobody, NO_PROXY = "127.0.0.1"
  )
}

test_that("any value, in the place of any argument, ends in a value or in a condition of this package", {
  service <- do.call(local_service, good_tokens())
  challenging <- do.call(local_service, new_password_wanted())
  log <- withr::local_tempfile()
  script <- normalizePath(test_path("every_argument.R"))
  output <- run_apart(script, log, service$url, challenging$url)
  lines <- log_lines(log)
  calls <- grep("^call ", lines, value = TRUE)
  expect_identical(utils::tail(lines, 1), "end", info = paste(c(utils::tail(calls, 1), output), collapse = "\n"))
  expect_identical(grep("^fault ", lines, value = TRUE), character())
  expect_identical(as.character(output), character())
  expect_gt(length(calls), 5000)
})

test_that("an interrupt ends a call that waits, runs on.exit, and leaves R and the package in working order", {
  service <- local_service(silent = TRUE)
  output <- withr::local_tempfile()
  lines <- c(
    sprintf("Sys.setenv(COGNITO_ENDPOINT = '%s')", service$url),
    "cat(Sys.getpid(), '\\n')",
    "wait <- function() {",
    "  on.exit(cat('on.exit\\n'))",
    "  cognitoken::cognito_login('ada', 'secret', 'client', flow = 'password', timeout = 600)",
    "}",
    "tryCatch(wait(), interrupt = function(condition) cat('handled\\n'))",
    "cat(class(try(cognitoken::decode_jwt('a'), silent = TRUE)), '\\n')",
    "wait()",
    "cat('not reached\\n')"
  )
  script <- withr::local_tempfile(lines = lines, fileext = ".R")
  run_beside(script, output)
  interrupt_once_waiting <- function(request) {
    wait_until(function() sum(grepl("^request", log_lines(service$log))) == request, "the request")
    tools::pskill(as.integer(log_lines(output)[[1]]), tools::SIGINT)
  }

  interrupt_once_waiting(1)
  wait_until(function() any(grepl("try-error", log_lines(output))), "the interrupt to be answered")
  interrupt_once_waiting(2)
  wait_until(function() sum(log_lines(output) == "on.exit") == 2, "the second interrupt to be answered")
  process <- as.integer(log_lines(output)[[1]])
  wait_until(function() !tools::pskill(process, 0), "R to end")
  expect_identical(trimws(log_lines(output)[-1]), c("on.exit", "handled", "try-error", "on.exit"))
})

test_that("a condition has the classes and the fields that are documented", {
  error <- caught(decode_jwt("a"))
  expect_s3_class(
    error, c("cognitoken_error_token_invalid", "cognitoken_error_token", "cognitoken_error", "error", "condition"),
    exact = TRUE
  )
  expect_type(error$message, "character")
  expect_type(error$code, "character")
  expect_type(error$hint, "character")
  expect_null(error$request_id)
  expect_false(error$retryable)
  expect_null(error$challenge)
  expect_identical(conditionMessage(error), error$message)
  expect_match(error$message, paste0("^[^\n]+\n\\Q", error$hint, "\\E$"), perl = TRUE)
})

test_that("a failure of this machine has a class of its own", {
  error <- list(lineage = "local", code = "RandomSourceFailed", message = "no random numbers", retryable = FALSE)
  expect_s3_class(
    cognitoken_error(error), c("cognitoken_error_local", "cognitoken_error", "error", "condition"), exact = TRUE
  )
})

test_that("the call that is shown has a name and no arguments", {
  secret_looking <- function() decode_jwt("hunter2")
  expect_identical(conditionCall(caught(secret_looking())), quote(decode_jwt()))
  expect_identical(conditionCall(caught(cognitoken::decode_jwt("hunter2"))), quote(cognitoken::decode_jwt()))
  expect_null(conditionCall(caught(do.call(decode_jwt, list("hunter2")))))
})

test_that("no call on the stack holds a value that came in a variable", {
  # Put together, so that the code of this test, which is on the stack too, does not hold it.
  password <- paste0("correct-", "horse")
  service <- do.call(local_service, refusal("NotAuthorizedException", "no"))
  calls <- NULL
  note_calls <- function(error) calls <<- vapply(sys.calls(), function(call) paste(deparse(call), collapse = ""), "")
  without_environment(caught(withCallingHandlers(
    get_jwt("client", "ada", password, "us-east-1"),
    cognitoken_error = note_calls
  )), COGNITO_ENDPOINT = service$url)
  expect_match(calls, "get_jwt", all = FALSE)
  expect_match(calls, "cognito_login", all = FALSE)
  expect_false(any(grepl(password, calls, fixed = TRUE)))
})

test_that("printing shows message, hint and code", {
  error <- caught(decode_jwt("a"))
  shown <- paste(capture.output(returned <- withVisible(print(error))), collapse = "\n")
  expect_false(returned$visible)
  for (part in c(error$message, error$hint, error$code)) {
    expect_match(shown, part, fixed = TRUE)
  }
})

# Runs a script in an R of its own, as long as it takes, but not for ever.
output_of <- function(lines) {
  script <- withr::local_tempfile(lines = c("library(cognitoken)", lines), fileext = ".R")
  rscript <- file.path(R.home("bin"), "Rscript")
  output <- suppressWarnings(system2(rscript, script, stdout = TRUE, stderr = TRUE, timeout = 60))
  expect_null(attr(output, "status"))
  paste(output, collapse = "\n")
}

test_that("what cannot be shown says why when it is printed, at the top level, in a list and by str()", {
  empty <- function(value) unserialize(serialize(value, NULL))
  things <- list(
    tokens = empty(mock_tokens()), challenge = empty(structure(mock_tokens(), class = c("cognito_challenge", "cognito_object"))),
    device = empty(structure(mock_tokens(), class = c("cognito_device", "cognito_object")))
  )
  file <- withr::local_tempfile()
  for (name in names(things)) {
    saveRDS(things[[name]], file)
    printed <- output_of(c(
      sprintf("thing <- readRDS(%s)", deparse(file)), "thing", "print(thing)", "list(thing)", "cat('end\\n')",
      "str(thing)", "invisible(capture.output(thing))"
    ))
    expect_match(printed, paste0("<cognito_", name, ">"), fixed = TRUE)
    expect_match(printed, "another R process", fixed = TRUE)
    expect_match(printed, "end", fixed = TRUE)
    expect_false(grepl("Error", printed, fixed = TRUE))
  }
})

test_that("a session that fits several stored sign-ins is printed with what is the matter", {
  wire <- mock_wire()
  folder <- file.path(withr::local_tempdir(), "store")
  users <- list(wire_user(wire, "plain"), wire_user(wire, "plain"))
  for (user in users) session_tokens(session_of(user, store = paste0("file:", folder)))
  user <- users[[1]]
  printed <- without_environment(output_of(c(
    sprintf(
      "session <- cognito_session(client_id = %s, user_pool_id = %s, endpoint = %s, store = %s)",
      deparse(user$client_id), deparse(user$user_pool_id), deparse(user$endpoint), deparse(paste0("file:", folder))
    ),
    "session", "cat('end\\n')"
  )))
  expect_match(printed, "<cognito_session>", fixed = TRUE)
  expect_match(printed, "end", fixed = TRUE)
})

test_that("an error that nobody catches shows its hint", {
  error <- caught(decode_jwt("a"))
  script <- withr::local_tempfile(lines = 'cognitoken::decode_jwt("a")', fileext = ".R")
  shown <- suppressWarnings(system2(file.path(R.home("bin"), "Rscript"), script, stdout = TRUE, stderr = TRUE))
  expect_identical(attr(shown, "status"), 1L)
  shown <- paste(shown, collapse = "\n")
  expect_match(shown, error$message, fixed = TRUE)
  expect_match(shown, error$hint, fixed = TRUE)
})

test_that("whoever prints a message shows the hint, also where only the message is read", {
  error <- caught(decode_jwt("a"))
  outcome <- try(decode_jwt("a"), silent = TRUE)
  for (text in c(
    error$message, conditionMessage(error), as.character(outcome), geterrmessage(), format(error$message),
    capture.output(message(error$message), type = "message") |> paste(collapse = "\n")
  )) {
    expect_match(text, error$hint, fixed = TRUE)
  }
  # The evaluator of knitr and IRkernel: conditionMessage() of what a calling handler gets.
  seen <- NULL
  try(withCallingHandlers(decode_jwt("a"), error = function(error) seen <<- error$message), silent = TRUE)
  expect_match(seen, error$hint, fixed = TRUE)
})

test_that("a warning has its sentence where R lists warnings", {
  notices <- list(text = "the sentence", about = "store")
  output <- output_of(c(
    "options(warn = 0)",
    sprintf("cognitoken:::warn_of(%s)", paste(deparse(notices), collapse = "")), "print(warnings())"
  ))
  expect_match(output, "the sentence", fixed = TRUE)
  warning <- tryCatch(warn_of(notices), warning = identity)
  expect_s3_class(warning, c("cognitoken_warning_store", "cognitoken_warning", "warning", "condition"), exact = TRUE)
  expect_identical(warning$message, "the sentence")
})

test_that("a server's words arrive as they are", {
  words <- "100%s of %n and %d%%, {glue} \\x \u00fcber\u20ac"
  service <- do.call(local_service, refusal("NotAuthorizedException", words))
  error <- without_environment(expect_error(cognito_login("ada", "secret", "client", endpoint = service$url)))
  expect_s3_class(error, "cognitoken_error_authentication")
  expect_identical(error$code, "NotAuthorizedException")
  expect_identical(error$request_id, "request-1")
  expect_match(conditionMessage(error), words, fixed = TRUE)
  expect_identical(conditionCall(error), quote(cognito_login()))
})

store_in <- function(folder) paste0("file:", file.path(folder, "tokens"))

late_refresh <- function(wire) {
  wire$order("fault", kind = "delay", operation = "GetTokensFromRefreshToken", seconds = 2)
}

test_that("what a session did not wait for is stored", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "rotation")
  store <- store_in(withr::local_tempdir())
  before <- session_tokens(session_of(user, store = store))
  late_refresh(wire)
  error <- caught(session_refresh(session_of(account_of(user), store = store, timeout = 1)))
  expect_s3_class(error, "cognitoken_error_request_timeout")
  later <- session_of(account_of(user), store = store)
  expect_false(identical(session_refresh(later)$refresh_token, before$refresh_token))
  expect_no_error(session_refresh(later))
})

test_that("the next refresh of the same tokens gives what nobody waited for", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "rotation")
  tokens <- sign_in(user, timeout = 1)
  late_refresh(wire)
  expect_s3_class(caught(cognito_refresh(tokens)), "cognitoken_error_request_timeout")
  wait_until(function() {
    fresh <- tryCatch(cognito_refresh(tokens), cognitoken_error_request_timeout = identity)
    inherits(fresh, "cognito_tokens") && !identical(fresh$refresh_token, tokens$refresh_token)
  }, "the tokens")
})

test_that("R waits at its end for a refresh that nobody waits for any more", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "rotation")
  store <- store_in(withr::local_tempdir())
  before <- session_tokens(session_of(user, store = store))
  late_refresh(wire)
  arguments <- c(account_of(user), store = store, timeout = 1)
  script <- withr::local_tempfile(fileext = ".R", lines = c(
    "library(cognitoken)",
    paste0("arguments <- ", paste(deparse(arguments), collapse = "")),
    "session <- do.call(cognito_session, arguments)",
    "cat(class(tryCatch(session_refresh(session), error = identity))[[1]])"
  ))
  output <- without_environment(system2(file.path(R.home("bin"), "Rscript"), script, stdout = TRUE))
  expect_match(paste(output, collapse = "\n"), "cognitoken_error_request_timeout", fixed = TRUE)
  later <- session_of(account_of(user), store = store)
  expect_false(identical(session_tokens(later)$refresh_token, before$refresh_token))
  expect_no_error(session_refresh(later))
})

test_that("a client id or a name alone finds the sign-in, and an empty argument is no secret", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  folder <- withr::local_tempdir()
  store <- store_in(folder)
  token <- session_id_token(session_of(user, store = store))
  given <- list(
    list(), list(client_id = user$client_id), list(username = toupper(user$username), client_id = user$client_id)
  )
  for (arguments in given) {
    expect_identical(session_id_token(session_of(arguments, store = store)), token)
  }
  # A verifier knows the pool and the client that the sign-in knows.
  expect_s3_class(without_environment(jwt_verifier(), COGNITO_STORE = store), "jwt_verifier")
  expect_error(without_environment(jwt_verifier()), class = "cognitoken_error_config")

  writeLines(c(
    paste0("COGNITO_USER_NAME=", user$username), paste0("COGNITO_PASSWORD=", user$password),
    paste0("COGNITO_CLIENT_ID=", user$client_id), paste0("COGNITO_ENDPOINT=", user$endpoint),
    paste0("COGNITO_USER_POOL_ID=", user$user_pool_id)
  ), file.path(folder, ".env"))
  before <- sum(asked(wire, user) == "InitiateAuth")
  empty <- list(password = "", client_secret = "", refresh_token = "", totp_secret = "")
  for (run in 1:3) {
    arguments <- c(empty, store = store_in(file.path(folder, "empty")))
    session <- without_environment(withr::with_dir(folder, do.call(cognito_session, arguments)))
    expect_type(session_id_token(session), "character")
  }
  expect_identical(sum(asked(wire, user) == "InitiateAuth") - before, 1L)
})

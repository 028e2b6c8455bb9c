sign_in <- function(service, ...) {
  without_environment(cognito_login("ada", "secret", "client", endpoint = service$url, ...))
}

test_that("a challenge is a condition that holds it", {
  service <- local_service(status = 200L, body = paste0(
    '{"ChallengeName":"SOFTWARE_TOKEN_MFA","Session":"SecretSession","ChallengeParameters":',
    '{"USER_ID_FOR_SRP":"ada","FRIENDLY_DEVICE_NAME":"phone"}}'
  ))
  error <- caught(sign_in(service))
  expect_s3_class(error, c("cognitoken_error_challenge_required", "cognitoken_error_authentication"))
  expect_identical(error$challenge$name, "SOFTWARE_TOKEN_MFA")
  expect_identical(error$challenge$parameters$FRIENDLY_DEVICE_NAME, "phone")
  expect_identical(error$challenge$username, "ada")
  shown <- c(capture.output(print(error)), capture.output(str(error)), capture.output(print(error$challenge)),
    capture.output(dput(error)))
  expect_false(any(grepl("SecretSession", shown, fixed = TRUE)))
})

test_that("each refusal has its class", {
  classes <- c(
    NotAuthorizedException = "authentication", UserNotFoundException = "authentication",
    PasswordResetRequiredException = "password_reset_required", UserNotConfirmedException = "user_not_confirmed",
    LimitExceededException = "throttled"
  )
  for (code in names(classes)) {
    service <- do.call(local_service, refusal(code, "the message"))
    error <- expect_error(sign_in(service), class = paste0("cognitoken_error_", classes[[code]]))
    expect_identical(error$code, code)
  }
})

test_that("an answer that is not Cognito's is a service error", {
  bodies <- c("<html>hello</html>", "", '{"AuthenticationResult":', "[]", '{"AuthenticationResult":{"AccessToken":1}}')
  for (body in bodies) {
    service <- local_service(status = 200L, body = body)
    expect_error(sign_in(service), class = "cognitoken_error_service")
  }
})

test_that("a service that cannot be reached is a network error", {
  error <- expect_error(sign_in(list(url = "http://127.0.0.1:1"), timeout = 1), class = "cognitoken_error_network")
  expect_type(error$hint, "character")
})

test_that("the time limit holds for the whole call", {
  service <- local_service(silent = TRUE)
  error <- expect_error(sign_in(service, timeout = 0.2), class = "cognitoken_error_request_timeout")
  expect_s3_class(error, "cognitoken_error_network")
})

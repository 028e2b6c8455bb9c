signed_in <- function(cognito, ...) {
  cognito_session(cognito$user_name, cognito$password, cognito$client_id,
    user_pool_id = cognito$user_pool_id, endpoint = cognito$endpoint, ...
  )
}

credentials_of <- function(session, cognito, ...) {
  cognito_aws_credentials(session, cognito$identity_pool_id, identity_endpoint = cognito$endpoint, ...)
}

test_that("the identity pool gives credentials, which are kept until the sign-out", {
  cognito <- local_cognito()
  without_environment({
    session <- signed_in(cognito)
    credentials <- credentials_of(session, cognito)
    expect_s3_class(credentials, "cognito_aws_credentials")
    expect_match(credentials$access_key_id, "^ASIA")
    expect_gt(nchar(credentials$secret_access_key), 20)
    expect_gt(nchar(credentials$session_token), 20)
    left <- credentials$expires_at - as.numeric(Sys.time())
    expect_true(left > 3000 && left < 3700)
    expect_match(credentials$identity_id, paste0("^", cognito$region, ":"))
    expect_identical(credentials$region, cognito$region)
    expect_error(credentials$password, class = "cognitoken_error_config")
    expect_identical(credentials_of(session, cognito)$access_key_id, credentials$access_key_id)
    cognito_sign_out(session)
    later <- credentials_of(session, cognito)
    expect_false(identical(later$access_key_id, credentials$access_key_id))
    expect_identical(later$identity_id, credentials$identity_id)
  })
})

test_that("they have the form that credential_process reads", {
  cognito <- local_cognito()
  without_environment({
    credentials <- credentials_of(signed_in(cognito), cognito)
    expect_identical(
      sort(names(credentials$credential_process)),
      c("AccessKeyId", "Expiration", "SecretAccessKey", "SessionToken", "Version")
    )
    expect_equal(credentials$credential_process$Version, 1)
    expiry <- as.POSIXct(credentials$credential_process$Expiration, format = "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
    expect_equal(as.numeric(expiry), credentials$expires_at)
  })
})

test_that("no way of looking at the credentials shows a secret", {
  cognito <- local_cognito()
  without_environment({
    credentials <- credentials_of(signed_in(cognito), cognito)
    file <- withr::local_tempfile()
    or_error <- function(code) tryCatch(code, error = function(error) cat(conditionMessage(error)))
    shown <- c(
      capture.output(print(credentials)), capture.output(str(credentials)), format(credentials),
      capture.output(dput(credentials)), capture.output(print(list(credentials))),
      capture.output(or_error(print(as.list(credentials)))), capture.output(or_error(print(unclass(credentials)))),
      capture.output(or_error(print(jsonlite::toJSON(credentials)))), paste(list(credentials))
    )
    saveRDS(credentials, file, ascii = TRUE, compress = FALSE)
    shown <- c(shown, readLines(file), deparse(credentials))
    for (word in c(credentials$secret_access_key, credentials$session_token)) {
      expect_false(any(grepl(word, shown, fixed = TRUE)))
    }
    expect_match(format(credentials), credentials$access_key_id, fixed = TRUE, all = FALSE)
  })
})

test_that("what is refused has a class, a code and a hint", {
  cognito <- local_cognito()
  without_environment({
    session <- signed_in(cognito)
    asked <- function(pool) {
      caught(cognito_aws_credentials(session, pool, identity_endpoint = cognito$endpoint))
    }
    error <- asked(cognito$other_identity_pool_id)
    expect_s3_class(error, "cognitoken_error_authentication")
    expect_identical(error$code, "NotAuthorizedException")
    expect_match(error$hint, "identity_pool_id", fixed = TRUE)
    error <- asked("us-east-1:12345678-dcba-1234-abcd-1234567890ab")
    expect_s3_class(error, "cognitoken_error_service")
    expect_identical(error$code, "ResourceNotFoundException")
    error <- asked("hunter2")
    expect_s3_class(error, "cognitoken_error_config")
    expect_no_match(conditionMessage(error), "hunter2", fixed = TRUE)
    fixed <- caught(credentials_of(signed_in(cognito, id_token = "a.b.c"), cognito))
    expect_identical(fixed$code, "FixedToken")
    expect_s3_class(caught(cognito_aws_credentials("session", "pool")), "cognitoken_error_config")
  })
})

test_that("a challenge of the session is answered", {
  cognito <- local_cognito()
  wire <- mock_wire()
  session <- session_of(wire_user(wire, "sms"), on_challenge = function(challenge) wire$codes$SMS_MFA)
  # The local Cognito refuses the token of the other service: the challenge was answered, then.
  error <- without_environment(caught(credentials_of(session, cognito)))
  expect_identical(error$code, "NotAuthorizedException")
  expect_match(conditionMessage(error), "supported provider", fixed = TRUE)
})

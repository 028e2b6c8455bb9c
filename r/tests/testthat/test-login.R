test_that("both flows sign in, with and without a client secret", {
  cognito <- local_cognito()
  without_environment({
    for (flow in c("srp", "password", "auto")) {
      for (secret in c(FALSE, TRUE)) {
        client_id <- if (secret) cognito$secret_client_id else cognito$client_id
        tokens <- cognito_login(
          cognito$user_name, cognito$password, client_id, cognito$region, cognito$user_pool_id,
          client_secret = if (secret) cognito$client_secret, flow = flow, endpoint = cognito$endpoint
        )
        expect_identical(tokens$claims$aud, client_id)
        expect_gt(tokens$expires_at, as.numeric(Sys.time()))
      }
    }
  })
})

test_that("get_jwt gives the ID token, and decode_jwt its claims, as documented", {
  cognito <- local_cognito()
  token <- without_environment(
    get_jwt(cognito$client_id, cognito$user_name, cognito$password, cognito$region),
    COGNITO_ENDPOINT = cognito$endpoint
  )
  expect_type(token, "character")
  payload <- decode_jwt(token)$payload
  expect_identical(payload$token_use, "id")
  expect_identical(payload$`custom:aplos_user_id`, "user-0815")
})

test_that("everything may come from the environment, or from .env", {
  cognito <- local_cognito()
  without_environment(
    expect_type(get_jwt(), "character"),
    COGNITO_ENDPOINT = cognito$endpoint, COGNITO_CLIENT_ID = cognito$client_id,
    COGNITO_USER_NAME = cognito$user_name, COGNITO_PASSWORD = cognito$password
  )
  without_environment({
    values <- c(
      COGNITO_CLIENT_ID = cognito$client_id, COGNITO_USER_NAME = cognito$user_name, COGNITO_PASSWORD = cognito$password
    )
    writeLines(paste0(names(values), '="', values, '"'), ".env")
    expect_identical(cognito_login()$claims$aud, cognito$client_id)
    expect_identical(Sys.getenv("COGNITO_PASSWORD"), "")
  }, COGNITO_ENDPOINT = cognito$endpoint)
})

test_that("a wrong password, user or secret is an authentication error without the password in it", {
  cognito <- local_cognito()
  sign_in <- function(flow, username = cognito$user_name, password = cognito$password, secret = cognito$client_secret) {
    cognito_login(
      username, password, cognito$secret_client_id, cognito$region, cognito$user_pool_id, secret,
      flow = flow, endpoint = cognito$endpoint
    )
  }
  without_environment({
    for (flow in c("srp", "password")) {
      for (wrong in list(list(password = "Wr0ng-password"), list(username = "nobody"), list(secret = "wrongsecret"))) {
        error <- caught(do.call(sign_in, c(flow, wrong)))
        expect_s3_class(error, "cognitoken_error_authentication")
        seen <- paste(c(unlist(lapply(error, deparse)), capture.output(print(error))), collapse = " ")
        for (secret in c(cognito$password, cognito$client_secret, "Wr0ng-password", "wrongsecret")) {
          expect_false(grepl(secret, seen, fixed = TRUE))
        }
        expect_false(error$retryable)
      }
    }
  })
})

test_that("a refresh gives new tokens, from tokens and from a refresh token alone", {
  cognito <- local_cognito()
  without_environment({
    for (secret in c(FALSE, TRUE)) {
      client_id <- if (secret) cognito$secret_client_id else cognito$client_id
      client_secret <- if (secret) cognito$client_secret
      tokens <- cognito_login(
        cognito$user_name, cognito$password, client_id, cognito$region, cognito$user_pool_id, client_secret,
        endpoint = cognito$endpoint
      )
      fresh <- cognito_refresh(tokens)
      expect_s3_class(fresh, "cognito_tokens")
      expect_identical(fresh$claims$sub, tokens$claims$sub)
      expect_identical(fresh$refresh_token, tokens$refresh_token)
      alone <- cognito_refresh(
        refresh_token = tokens$refresh_token, client_id = client_id, client_secret = client_secret,
        endpoint = cognito$endpoint, username = cognito$user_name
      )
      expect_identical(alone$claims$sub, tokens$claims$sub)
    }
    expect_error(
      cognito_refresh(refresh_token = "not-one", client_id = cognito$client_id, endpoint = cognito$endpoint),
      class = "cognitoken_error_authentication"
    )
  })
})

test_that("a refresh token may come from the environment", {
  cognito <- local_cognito()
  without_environment({
    tokens <- cognito_login(cognito$user_name, cognito$password)
    withr::with_envvar(
      c(COGNITO_REFRESH_TOKEN = tokens$refresh_token),
      expect_identical(cognito_refresh()$claims$sub, tokens$claims$sub)
    )
  }, COGNITO_ENDPOINT = cognito$endpoint, COGNITO_CLIENT_ID = cognito$client_id)
})

test_that("with a secret, users who sign in by e-mail refresh too", {
  cognito <- local_cognito()
  without_environment({
    tokens <- cognito_login(
      cognito$email, cognito$password, cognito$alias_client_id, cognito$region, cognito$alias_user_pool_id,
      cognito$alias_client_secret, endpoint = cognito$endpoint
    )
    expect_identical(cognito_refresh(tokens)$claims$sub, tokens$claims$sub)
  })
})

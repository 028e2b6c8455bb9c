job <- function(cognito, ...) {
  values <- list(
    client_id = cognito$m2m_client_id, client_secret = cognito$m2m_client_secret, domain = cognito$domain, ...
  )
  without_environment(do.call(cognito_client_credentials, values))
}

test_that("a client gets an access token for itself, and the object says so", {
  cognito <- local_cognito()
  for (client_authentication in c("basic", "body")) {
    tokens <- job(cognito, scopes = cognito$scope, client_authentication = client_authentication)
    expect_null(tokens$id_token)
    expect_null(tokens$refresh_token)
    expect_null(tokens$device)
    expect_identical(tokens$claims$scope, cognito$scope)
    expect_identical(tokens$claims$client_id, cognito$m2m_client_id)
    expect_identical(cognito_headers(tokens), c(Authorization = paste("Bearer", tokens$access_token)))
    shown <- capture.output(print(tokens))
    expect_match(shown, "^ID token +none", all = FALSE)
    expect_false(any(grepl(tokens$access_token, shown, fixed = TRUE)))
    verifier <- jwt_verifier(
      cognito$user_pool_id, cognito$m2m_client_id, "access", jwks_url = cognito$jwks_url, scopes = cognito$scope
    )
    expect_identical(jwt_verify(verifier, tokens$access_token)$token_use, "access")
  }
})

test_that("one token is used for its life, by scopes", {
  cognito <- local_cognito()
  first <- job(cognito)
  expect_identical(job(cognito)$access_token, first$access_token)
  expect_false(identical(job(cognito, scopes = cognito$scope)$access_token, first$access_token))
})

test_that("everything may come from the environment", {
  cognito <- local_cognito()
  tokens <- without_environment(cognito_client_credentials(),
    COGNITO_CLIENT_ID = cognito$m2m_client_id, COGNITO_CLIENT_SECRET = cognito$m2m_client_secret,
    COGNITO_DOMAIN = cognito$domain
  )
  expect_identical(tokens$claims$client_id, cognito$m2m_client_id)
})

test_that("such tokens are asked for anew, not refreshed, and have nothing to revoke", {
  tokens <- job(local_cognito())
  expect_identical(caught(cognito_refresh(tokens))$code, "NoRefreshToken")
  expect_null(cognito_revoke(tokens))
})

test_that("refusals have OAuth's names, and no secret in them", {
  cognito <- local_cognito()
  cognito$m2m_client_secret <- "wrong-secret"
  error <- caught(job(cognito))
  expect_s3_class(error, "cognitoken_error_authentication")
  expect_identical(error$code, "invalid_client")
  expect_false(grepl("wrong-secret", paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
  error <- caught(job(local_cognito(), scopes = "reports/burn"))
  expect_s3_class(error, "cognitoken_error_service")
  expect_identical(error$code, "invalid_scope")
})

test_that("missing and malformed values are told before anything is sent", {
  without_environment({
    refused <- function(pattern, ...) {
      expect_error(cognito_client_credentials(...), pattern, class = "cognitoken_error_config")
    }
    refused("COGNITO_CLIENT_ID", domain = "https://auth.example.com")
    refused("COGNITO_CLIENT_SECRET", "client", domain = "https://auth.example.com")
    refused("COGNITO_DOMAIN", "client", "secret")
    refused("`scopes`", "client", "secret", "https://auth.example.com", scopes = 1)
    refused("client authentication", "client", "secret", "https://auth.example.com", client_authentication = "telepathy")
    refused(NULL, "client", "secret", "http://auth.example.com")
  })
})

fixture <- function(name) {
  jsonlite::fromJSON(testthat::test_path("fixtures", name), simplifyVector = FALSE)
}

# What a sign-in at the mock service gives: tokens whose every letter a test can look for.
secret_words <- c("SecretSignatureWords", "SecretAccessToken", "SecretRefreshToken")

mock_tokens <- function(frame = parent.frame()) {
  id_token <- unsigned_token('{"email":"ada@example.com","iss":"https://issuer.example","exp":4102444800}')
  result <- list(
    IdToken = sub("[^.]*$", secret_words[[1]], id_token), AccessToken = secret_words[[2]],
    RefreshToken = secret_words[[3]], TokenType = "Bearer", ExpiresIn = 3600L
  )
  body <- jsonlite::toJSON(list(AuthenticationResult = result), auto_unbox = TRUE)
  service <- local_service(status = 200L, body = body, frame = frame)
  without_environment(cognito_login("ada", "secret-password", "client", endpoint = service$url, flow = "password"))
}

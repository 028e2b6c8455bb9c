test_that("a forked worker signs in and verifies after its parent did", {
  tokens <- mock_tokens()
  service <- do.call(local_service, refusal("NotAuthorizedException", "no"))
  sign_in <- function() {
    without_environment(tryCatch(
      cognito_login("ada", "secret", "client", endpoint = service$url, timeout = 20),
      error = function(error) error$code
    ))
  }
  expect_identical(sign_in(), "NotAuthorizedException")
  answers <- parallel::mclapply(1:2, function(worker) list(sign_in(), tokens$expires_at), mc.cores = 2)
  expect_identical(answers, rep(list(list("NotAuthorizedException", 4102444800)), 2))
  expect_identical(sign_in(), "NotAuthorizedException")
})

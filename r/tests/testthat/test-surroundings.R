# Proxies and certificates are read once in a process: each test has one of its own.

told <- function(...) {
  script <- withr::local_tempfile(fileext = ".R", lines = c(
    sprintf(".libPaths(%s)", paste(deparse(.libPaths()), collapse = "")),
    "error <- tryCatch(",
    "  cognitoken::cognito_login('ada', 'correct horse', 'client', endpoint = 'https://cognito.invalid', timeout = 10),",
    "  error = identity",
    ")",
    "cat(class(error)[[1]], error$code, conditionMessage(error))"
  ))
  output <- without_environment(
    suppressWarnings(system2(file.path(R.home("bin"), "Rscript"), script, stdout = TRUE, stderr = TRUE)),
    ...
  )
  paste(output, collapse = "\n")
}

test_that("a proxy that cannot be used is a config error that names the variable and shows no password", {
  for (password in c("pass#sentinel", "pass/sentinel", "pass@sentinel")) {
    text <- told(HTTPS_PROXY = sprintf("http://ada:%s@127.0.0.1:9", password))
    expect_match(text, "cognitoken_error_config InvalidProxy HTTPS_PROXY", fixed = TRUE)
    expect_no_match(text, "sentinel|ada:")
  }
})

test_that("the fault is the proxy's where it is not reached", {
  text <- told(ALL_PROXY = "http://ada:sentinel@127.0.0.1:9")
  expect_match(text, "no connection to the proxy http://127.0.0.1:9 (ALL_PROXY)", fixed = TRUE)
  expect_no_match(text, "sentinel")
})

test_that("a file of certificates that is missing is named", {
  text <- told(SSL_CERT_FILE = "/no/such/bundle.pem")
  expect_match(text, "InvalidCertificates /no/such/bundle.pem (SSL_CERT_FILE)", fixed = TRUE)
})

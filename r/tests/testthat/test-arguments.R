test_that("a missing value is a config error that names its variable", {
  without_environment({
    expect_error(get_jwt(), "COGNITO_USER_NAME", class = "cognitoken_error_config")
    expect_error(get_jwt("client", "ada"), "COGNITO_PASSWORD", class = "cognitoken_error_config")
    expect_error(get_jwt("client", "ada", ""), "COGNITO_PASSWORD", class = "cognitoken_error_config")
    expect_error(get_jwt(NULL, "ada", "secret"), "COGNITO_CLIENT_ID", class = "cognitoken_error_config")
    expect_error(cognito_refresh(), "COGNITO_REFRESH_TOKEN", class = "cognitoken_error_config")
    expect_error(jwt_verifier(), class = "cognitoken_error_config")
  })
})

test_that("an argument of another type or length is refused by name, and its value not shown", {
  without_environment({
    wrong_texts <- list(1, NA, NA_character_, character(), c("hunter2", "hunter3"), list("hunter2"), factor("hunter2"))
    texts <- setdiff(names(formals(cognito_login)), c("timeout", "client_metadata", "parameters"))
    for (name in texts) {
      for (wrong in wrong_texts) {
        error <- caught(do.call("cognito_login", stats::setNames(list(wrong), name)))
        expect_s3_class(error, "cognitoken_error_config")
        expect_match(error$message, paste0("`", name, "`"), fixed = TRUE)
        expect_false(grepl("hunter2", paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
      }
    }
    for (name in c("client_metadata", "parameters")) {
      for (wrong in list("hunter2", list("hunter2"), c(a = NA), list(a = c("hunter2", "b")), 1)) {
        error <- caught(do.call("cognito_login", stats::setNames(list("ada", "secret", wrong), c("", "", name))))
        expect_s3_class(error, "cognitoken_error_config")
        expect_match(error$message, paste0("`", name, "`"), fixed = TRUE)
        expect_false(grepl("hunter2", paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
      }
    }
    for (wrong in list("30", NA, NA_real_, numeric(), c(1, 2), 0, -1, Inf, NaN)) {
      expect_error(cognito_login("ada", "secret", "client", timeout = wrong), class = "cognitoken_error_config")
    }
  })
})

test_that("values that contradict each other or make no sense are refused before anything is sent", {
  refused <- function(...) expect_error(cognito_login("ada", "secret", ...), class = "cognitoken_error_config")
  without_environment({
    refused("client", "nowhere", "eu-west-1_AbCdEfGhI")
    refused("client", user_pool_id = "not a pool")
    refused("client", flow = "telepathy")
    refused("client", endpoint = "http://example.com")
    refused("client", flow = "srp")
  })
})

test_that("the region of the machine says nothing about a pool that is known, and one that is given is a replica's", {
  host_of <- function(...) {
    error <- tryCatch(cognito_login("ada", "secret", "client", ..., timeout = 1e-9), error = identity)
    expect_s3_class(error, "cognitoken_error_request_timeout")
    sub(" .*", "", error$message)
  }
  without_environment(withr::with_envvar(c(AWS_REGION = "ap-south-1", AWS_DEFAULT_REGION = "nowhere"), {
    expect_identical(host_of(user_pool_id = "eu-west-1_AbCdEfGhI"), "cognito-idp.eu-west-1.amazonaws.com")
    expect_identical(host_of("eu-west-3", "eu-west-1_AbCdEfGhI"), "cognito-idp.eu-west-3.amazonaws.com")
    expect_identical(host_of(), "cognito-idp.ap-south-1.amazonaws.com")
  }))
})

test_that("values beside tokens are refused", {
  tokens <- mock_tokens()
  expect_error(cognito_refresh(tokens, client_id = "other"), "`client_id`", class = "cognitoken_error_config")
  expect_error(cognito_refresh(tokens, timeout = 3), "`timeout`", class = "cognitoken_error_config")
})

test_that("text reaches the service as UTF-8, whatever its encoding and the locale", {
  wanted <- "J\u00fcrgen"
  native <- rawToChar(charToRaw(wanted))
  expect_identical(Encoding(native), "unknown")
  invalid <- rawToChar(as.raw(c(0xff, 0xfe)))
  Encoding(invalid) <- "UTF-8"
  for (locale in c("C", "C.UTF-8")) {
    withr::local_locale(c(LC_CTYPE = locale))
    for (username in c(wanted, iconv(wanted, "UTF-8", "latin1"), native)) {
      service <- do.call(local_service, refusal("NotAuthorizedException", "no"))
      without_environment(caught(cognito_login(username, "secret", "client", endpoint = service$url)))
      sent <- grep("^body", log_lines(service$log), value = TRUE, useBytes = TRUE)
      expect_true(grepl(paste0('"', wanted, '"'), sent, fixed = TRUE, useBytes = TRUE))
    }
    expect_error(decode_jwt(invalid), "UTF-8", class = "cognitoken_error_config")
  }
})

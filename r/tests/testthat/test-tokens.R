test_that("every part is there under its name", {
  tokens <- mock_tokens()
  expect_match(tokens$id_token, secret_words[[1]])
  expect_identical(tokens[["id_token"]], tokens$id_token)
  expect_identical(tokens$access_token, secret_words[[2]])
  expect_identical(tokens$refresh_token, secret_words[[3]])
  expect_identical(tokens$token_type, "Bearer")
  expect_identical(tokens$expires_in, 3600)
  expect_identical(tokens$expires_at, 4102444800)
  expect_identical(tokens$claims$email, "ada@example.com")
  expect_true(all(c("id_token", "access_token", "refresh_token", "expires_at") %in% names(tokens)))
  expect_error(tokens$password, class = "cognitoken_error_config")
  expect_error(tokens$id, class = "cognitoken_error_config")
  expect_identical(cognito_headers(tokens), c(Authorization = paste("Bearer", tokens$id_token)))
})

test_that("no way of looking at the tokens shows one", {
  tokens <- mock_tokens()
  file <- withr::local_tempfile()
  or_error <- function(code) tryCatch(code, error = function(error) cat(conditionMessage(error)))
  shown <- c(
    capture.output(print(tokens)), capture.output(tokens), capture.output(str(tokens)), format(tokens),
    capture.output(dput(tokens)), capture.output(print(list(tokens))), capture.output(str(list(a = tokens))),
    capture.output(or_error(print(summary(tokens)))),
    capture.output(or_error(cat(as.character(tokens)))),
    capture.output(or_error(print(as.list(tokens)))), capture.output(or_error(print(unclass(tokens)))),
    capture.output(or_error(print(jsonlite::toJSON(tokens)))),
    paste(list(tokens)), capture.output(ls.str())
  )
  saveRDS(tokens, file, ascii = TRUE, compress = FALSE)
  shown <- c(shown, readLines(file), deparse(tokens), rawToChar(serialize(tokens, NULL, ascii = TRUE)))
  for (word in c(secret_words, "secret-password")) {
    expect_false(any(grepl(word, shown, fixed = TRUE)), label = word)
  }
  # Looking was possible, though: who it is can be seen.
  expect_match(format(tokens), "ada@example.com", all = FALSE)
})

test_that("print gives the tokens back, invisibly", {
  tokens <- mock_tokens()
  capture.output(returned <- withVisible(print(tokens)))
  expect_false(returned$visible)
  expect_identical(returned$value, tokens)
})

test_that("tokens that were saved are empty, and say so", {
  tokens <- unserialize(serialize(mock_tokens(), NULL))
  verifier <- unserialize(serialize(jwt_verifier("us-east-1_AbCdEfGhI", "client", jwks = fixture("jwks.json")), NULL))
  for (use in list(
    function() tokens$id_token, function() cognito_refresh(tokens), function() cognito_headers(tokens),
    function() jwt_verify(verifier, "a")
  )) {
    error <- expect_error(use(), "another R process", class = "cognitoken_error_config")
    expect_identical(error$code, "EmptyObject")
  }
})

test_that("something that is no tokens is refused", {
  for (tokens in list(NULL, "a", 1, list(id_token = "a"), jwt_verifier("us-east-1_AbCdEfGhI", "client"))) {
    expect_error(cognito_headers(tokens), "`tokens`", class = "cognitoken_error_config")
  }
})

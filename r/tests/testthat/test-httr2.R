# What a request of httr2 sends, performance by performance. Where it goes: test-httr2-origins.R.

test_that("a request that was made once sends at each performance what the session has then", {
  at <- prepared()
  request <- req_auth_cognito(httr2::request(at$url), at$session)
  first <- current(at)
  perform(request)
  session_refresh(at$session)
  second <- current(at)
  perform(request)
  expect_identical(at$sent(), c(first, second))
  for (token in c(first, second)) {
    expect_false(grepl(sub("Bearer ", "", token), paste(deparse(unclass(request)$headers), collapse = ""), fixed = TRUE))
  }
})

test_that("a 401 is answered with the next token, whatever the service says beside it", {
  for (refusal in list(plain_refusal, invalid_token, list(`WWW-Authenticate` = "Bearer"))) {
    at <- prepared()
    request <- req_auth_cognito(httr2::request(at$url), at$session)
    first <- current(at)
    at$refuse(first, refusal = refusal)
    response <- perform(request)
    expect_identical(httr2::resp_status(response), 200L)
    expect_identical(httr2::resp_body_string(response), "fine")
    expect_identical(at$sent(), c(first, current(at)))
    expect_identical(at$refreshes(), 1L)
    # And the next performance begins with it.
    perform(request)
    expect_identical(at$sent()[[3]], current(at))
  }
})

test_that("a POST is sent once more as it was, with its body, and a file where it is to go", {
  at <- prepared()
  at$refuse(current(at))
  request <- httr2::req_body_raw(httr2::request(at$url), "some data", "text/plain")
  kept <- withr::local_tempfile()
  perform(req_auth_cognito(request, at$session), path = kept)
  expect_identical(at$sent("body"), c("some data", "some data"))
  expect_identical(readLines(kept, warn = FALSE), "fine")

  at <- prepared()
  at$refuse(current(at))
  perform(req_auth_cognito(httr2::req_body_json(httr2::request(at$url), list(a = 1)), at$session))
  expect_identical(at$sent("body"), c('{"a":1}', '{"a":1}'))
})

test_that("what is said about a request afterwards holds for both tries", {
  at <- prepared()
  at$refuse(current(at))
  request <- req_auth_cognito(httr2::request(at$service$url), at$session)
  request <- httr2::req_body_raw(httr2::req_url_path_append(request, "later"), "later data", "text/plain")
  expect_identical(httr2::resp_status(perform(request)), 200L)
  expect_identical(at$sent("body"), c("later data", "later data"))
})

test_that("a service that refuses every token gets two, and one refresh is spent on it", {
  for (refusal in list(plain_refusal, invalid_token)) {
    at <- prepared()
    at$service$answers(list(status = 401L, headers = refusal, body = "no"))
    request <- no_error(req_auth_cognito(httr2::request(at$url), at$session))
    expect_identical(httr2::resp_status(perform(request)), 401L)
    expect_length(at$sent(), 2)
    expect_identical(at$refreshes(), 1L)
    # The token is new: the service means something else. httr2 before 1.1.0 tries once more of its own accord.
    expect_identical(httr2::resp_status(perform(request)), 401L)
    tries_by_itself <- identical(refusal, invalid_token) && utils::packageVersion("httr2") < "1.1.0"
    expect_length(at$sent(), if (tries_by_itself) 4 else 3)
    expect_identical(at$refreshes(), 1L)
  }
})

test_that("an earlier req_retry() goes on deciding about other answers", {
  at <- prepared()
  at$service$answers(list(status = 503L, headers = list(`Retry-After` = "0"), body = ""))
  request <- httr2::req_retry(httr2::request(at$url), max_tries = 3, backoff = function(tries) 0)
  perform(no_error(req_auth_cognito(request, at$session)))
  expect_length(at$sent(), 3)
  request <- httr2::req_retry(httr2::request(at$url), max_seconds = 60, is_transient = function(response) {
    length(at$sent()) < 7
  }, backoff = function(tries) 0)
  perform(no_error(req_auth_cognito(request, at$session)))
  expect_length(at$sent(), 7)
  # Without one, nothing but the 401 is repeated.
  perform(no_error(req_auth_cognito(httr2::request(at$url), at$session)))
  expect_length(at$sent(), 8)
})

test_that("requests in sequence and in parallel share one refresh", {
  at <- prepared()
  skip_if(utils::packageVersion("httr2") < "1.0.0", "req_perform_sequential() is not there")
  request <- no_error(req_auth_cognito(httr2::request(at$url), at$session))
  at$refuse(current(at))
  responses <- without_environment(httr2::req_perform_sequential(list(request, request), progress = FALSE))
  expect_identical(vapply(responses, httr2::resp_status, 0L), c(200L, 200L))
  expect_identical(at$refreshes(), 1L)

  at <- prepared()
  request <- req_auth_cognito(httr2::request(at$url), at$session)
  at$refuse(current(at))
  statuses <- function(requests) {
    answers <- without_environment(httr2::req_perform_parallel(requests, on_error = "continue", progress = FALSE))
    vapply(answers, function(answer) if (inherits(answer, "httr2_http_401")) 401L else httr2::resp_status(answer), 0L)
  }
  signs_each_try <- utils::packageVersion("httr2") >= "1.2.2"
  expect_identical(statuses(rep(list(request), 3)), rep(if (signs_each_try) 200L else 401L, 3))
  expect_lte(at$refreshes(), 1L)

  # A service that refuses every token: it ends, and costs one refresh.
  at <- prepared()
  request <- req_auth_cognito(httr2::request(at$url), at$session)
  at$service$answers(list(status = 401L, headers = invalid_token, body = "no"))
  expect_identical(statuses(rep(list(request), 3)), rep(401L, 3))
  expect_lte(at$refreshes(), 1L)
})

test_that("neither a connection that fails nor a dry run is taken for an answer", {
  at <- prepared()
  nobody <- httr2::request(paste0("http://127.0.0.1:", free_port(), "/"))
  error <- caught(perform(req_auth_cognito(nobody, at$session)))
  expect_s3_class(error, "error")
  expect_false(inherits(error, "cognitoken_error"))
  request <- req_auth_cognito(httr2::request(at$url), at$session)
  first <- current(at)
  at$refuse(first)
  expect_identical(httr2::resp_status(perform(request)), 200L)
  expect_identical(at$sent(), c(first, current(at)))
})

test_that("what the session cannot do ends the performance with the session's condition", {
  testthat::skip_if_not_installed("httr2")
  session <- without_environment(cognito_session(client_id = "client", store = "memory"))
  request <- req_auth_cognito(httr2::request("http://127.0.0.1:1/"), session)
  expect_s3_class(caught(perform(request)), "cognitoken_error_config")
})

test_that("a version of httr2 that lacks what is needed is refused by the number of the one that has it", {
  testthat::skip_if_not_installed("httr2")
  error <- caught(httr2_version(at_least = numeric_version("99.1")))
  expect_s3_class(error, "cognitoken_error_config")
  expect_match(error$message, "needs httr2 99.1 or newer", fixed = TRUE)
})

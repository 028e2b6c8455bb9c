# What is repeated after a 401: every method, every kind of body, every way to perform a request.

# Whether this httr2 signs a request anew before each of its tries: older ones make the headers once for all of them.
signs_each_try <- function() utils::packageVersion("httr2") >= "1.2.2"

# A function that httr2 has in some versions only, called beside no variable that decides what a session does.
httr2_function <- function(name) {
  found <- get0(name, envir = asNamespace("httr2"), mode = "function", inherits = FALSE)
  testthat::skip_if(is.null(found), paste("this httr2 has no", name))
  function(...) without_environment(found(...))
}

# A body may be long: where it differs, it is not shown. The boundaries of a multipart form are drawn by lot.
expect_sent_twice_with <- function(at, method, body) {
  expect_identical(at$sent("method"), rep(method, 2))
  bodies <- gsub("-{10,}[A-Za-z0-9]+", "boundary", at$sent("body"))
  expect_true(identical(bodies, rep(body, 2)), info = paste(substr(bodies, 1, 300), collapse = " and "))
  expect_length(unique(at$sent()), 2)
  expect_identical(at$refreshes(), 1L)
}

test_that("every method is repeated as itself, with its body or without one", {
  for (method in c("GET", "POST", "PUT", "PATCH", "DELETE")) {
    for (body in c("", "some data")) {
      at <- prepared()
      at$refuse(current(at))
      request <- httr2::request(at$url)
      if (nzchar(body)) request <- httr2::req_body_raw(request, body, "text/plain")
      request <- httr2::req_method(req_auth_cognito(request, at$session), method)
      expect_identical(httr2::resp_body_string(perform(request)), "fine")
      expect_sent_twice_with(at, method, body)
    }
  }
})

test_that("a form and a multipart form are sent whole once more, and a file where httr2 keeps it open", {
  at <- prepared()
  at$refuse(current(at))
  perform(req_auth_cognito(httr2::req_body_form(httr2::request(at$url), a = "1", b = "two words"), at$session))
  expect_sent_twice_with(at, "POST", "a=1&b=two%20words")

  file <- withr::local_tempfile(lines = strrep("line of a file ", 20000))
  at <- prepared()
  at$refuse(current(at))
  request <- httr2::req_body_multipart(httr2::request(at$url), part = "its value", file = curl::form_file(file))
  perform(req_auth_cognito(request, at$session))
  lines <- paste0(readLines(file), "\\n")
  part <- function(...) paste0("boundary\\nContent-Disposition: form-data; name=", ..., "\\n")
  expect_sent_twice_with(at, "POST", paste0(
    part('"part"', "\\n\\nits value"),
    part('"file"; filename="', basename(file), '"\\nContent-Type: application/octet-stream\\n\\n', lines),
    "boundary--\\n"
  ))

  for (method in c("POST", "PUT")) {
    at <- prepared()
    at$refuse(current(at))
    request <- httr2::req_method(httr2::req_body_file(httr2::request(at$url), file, "text/plain"), method)
    request <- no_error(req_auth_cognito(request, at$session))
    response <- perform(request)
    if (signs_each_try()) {
      expect_identical(httr2::resp_status(response), 401L)
      expect_identical(at$sent("method"), method)
      response <- perform(request)
    }
    expect_identical(httr2::resp_status(response), 200L)
    expect_sent_twice_with(at, method, lines)
  }
})

test_that("a connection that is read as an answer is opened with the next token, where httr2 signs each try", {
  perform_connection <- httr2_function("req_perform_connection")
  at <- prepared()
  at$refuse(current(at))
  request <- no_error(req_auth_cognito(httr2::req_body_raw(httr2::request(at$url), "data", "text/plain"), at$session))
  response <- perform_connection(request)
  on.exit(close(response))
  if (signs_each_try()) {
    expect_identical(httr2::resp_status(response), 200L)
    expect_identical(rawToChar(httr2::resp_stream_raw(response)), "fine")
    expect_sent_twice_with(at, "POST", "data")
  } else {
    expect_identical(httr2::resp_status(response), 401L)
    expect_identical(at$sent("method"), "POST")
    following <- perform_connection(request)
    on.exit(close(following), add = TRUE)
    expect_identical(httr2::resp_status(following), 200L)
    expect_sent_twice_with(at, "POST", "data")
  }
})

test_that("a stream for a callback begins with the next token, where httr2 signs each try", {
  is_old <- utils::packageVersion("httr2") < "1.0.0"
  stream <- httr2_function(if (is_old) "req_stream" else "req_perform_stream")
  at <- prepared()
  request <- no_error(req_auth_cognito(httr2::request(at$url), at$session))
  received <- raw()
  take <- function(bytes) {
    received <<- c(received, bytes)
    TRUE
  }
  first <- current(at)
  at$refuse(first)
  response <- suppressWarnings(stream(request, take))
  if (is_old) {
    # It looks at nothing that was said about signing or repeating.
    expect_identical(at$sent(), "")
  } else if (signs_each_try()) {
    expect_identical(httr2::resp_status(response), 200L)
    expect_identical(rawToChar(received), "fine")
    expect_identical(at$sent(), c(first, current(at)))
  } else {
    expect_identical(httr2::resp_status(response), 401L)
    expect_identical(httr2::resp_status(suppressWarnings(stream(request, take))), 200L)
    expect_identical(at$sent(), c(first, current(at)))
  }
})

test_that("each page of an iteration is repeated where it is refused", {
  iterate <- httr2_function("req_perform_iterative")
  at <- prepared()
  request <- req_auth_cognito(httr2::request(at$url), at$session)
  first <- current(at)
  next_page <- function(resp, req) {
    # Between the pages the service stops taking the token.
    if (length(at$sent()) == 1) at$refuse(first)
    httr2::req_url_query(req, page = length(at$sent()))
  }
  responses <- iterate(request, next_page, max_reqs = 3, progress = FALSE)
  expect_identical(vapply(responses, httr2::resp_status, 0L), rep(200L, 3))
  expect_identical(at$sent(), c(first, first, current(at), current(at)))
  expect_identical(at$refreshes(), 1L)
})

test_that("a POST in parallel is repeated whole, or its 401 is the answer", {
  parallel <- if (utils::packageVersion("httr2") < "1.0.0") {
    multi <- httr2_function("multi_req_perform")
    function(requests) multi(requests)
  } else {
    perform_parallel <- httr2_function("req_perform_parallel")
    function(requests) perform_parallel(requests, on_error = "continue", progress = FALSE)
  }
  at <- prepared()
  at$refuse(current(at))
  requests <- lapply(c("one", "two", "three"), function(body) {
    req_auth_cognito(httr2::req_body_raw(httr2::request(at$url), body, "text/plain"), at$session)
  })
  answers <- parallel(requests)
  expect_true(all(at$sent("method") == "POST"))
  if (signs_each_try()) {
    expect_identical(vapply(answers, httr2::resp_status, 0L), rep(200L, 3))
    expect_setequal(at$sent("body"), c("one", "two", "three"))
    expect_length(at$sent("body"), 6)
  } else {
    expect_true(all(vapply(answers, inherits, NA, "httr2_http_401")))
    expect_setequal(at$sent("body"), c("one", "two", "three"))
    expect_length(at$sent("body"), 3)
    # Only what repeats requests tells of their answers.
    following <- parallel(requests)
    is_told <- utils::packageVersion("httr2") >= "1.1.1"
    expect_identical(vapply(following, inherits, NA, "httr2_http_401"), rep(!is_told, 3))
  }
  expect_lte(at$refreshes(), 1L)
})

test_that("any other status is what httr2 makes of it, at the first try", {
  at <- prepared()
  for (status in c(204L, 304L, 400L, 403L, 404L, 418L, 429L, 500L, 503L)) {
    at$service$answers(list(status = status, body = if (status == 204L) "" else "words of the service"))
    plain <- caught(perform(httr2::request(at$url)))
    before <- length(at$sent())
    signed <- caught(perform(req_auth_cognito(httr2::request(at$url), at$session)))
    expect_length(at$sent(), before + 1)
    expect_identical(class(signed), class(plain))
    if (inherits(plain, "error")) {
      expect_identical(conditionMessage(signed), conditionMessage(plain))
      expect_identical(httr2::resp_body_string(signed$resp), httr2::resp_body_string(plain$resp))
    } else {
      expect_identical(httr2::resp_status(signed), status)
    }
  }
  expect_identical(at$refreshes(), 0L)
})

test_that("the second 401 is httr2's condition, with the second answer", {
  at <- prepared()
  at$service$answers(list(status = 401L, headers = invalid_token, body = "words of the service"))
  error <- caught(perform(req_auth_cognito(httr2::request(at$url), at$session)))
  expect_s3_class(error, "httr2_http_401")
  expect_identical(httr2::resp_body_string(error$resp), "words of the service")
  expect_length(unique(at$sent()), 2)
  shown <- paste(utils::capture.output(print(error), print(error$request)), collapse = "")
  for (token in sub("Bearer ", "", at$sent())) expect_false(grepl(token, shown, fixed = TRUE))
})

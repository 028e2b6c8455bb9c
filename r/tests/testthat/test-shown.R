# What a server sent, on its way to a person: characters that a terminal obeys, or nobody sees, stay behind.

hostile <- c(
  escape = "\u001b[2J", bell = "\u0007", backspace = "\u0008", newline = "\n", return = "\r", delete = "\u007f",
  csi = "\u009b31m", nel = "\u0085", soft_hyphen = "\u00ad", embedding = "\u202a", override = "\u202e",
  isolate = "\u2066", end = "\u2069", zero_width = "\u200b", joiner = "\u200d", mark = "\u200f", line = "\u2028",
  word_joiner = "\u2060", bom = "\ufeff", tag = "\U{e0041}"
)

# All of them within one text.
laden <- function(word) paste0(word, paste(hostile, collapse = ""), "end")

expect_harmless <- function(lines) {
  text <- paste(enc2utf8(lines), collapse = "\n")
  for (name in setdiff(names(hostile), "newline")) {
    expect_false(grepl(substr(hostile[[name]], 1, 1), text, fixed = TRUE), label = paste(name, "is shown"))
  }
  invisible(text)
}

# A service at which every sign-in, and every request for a code, gets this answer.
service_that_says <- function(answer, status = 200L, frame = parent.frame()) {
  body <- jsonlite::toJSON(answer, auto_unbox = TRUE)
  local_service(status = status, body = body, frame = frame)$url
}

signed_in_at <- function(endpoint, ...) {
  without_environment(cognito_login("ada", "secret-password", "client", endpoint = endpoint, flow = "password", ...))
}

challenge_that_says <- function(name, ..., frame = parent.frame()) {
  answer <- list(ChallengeName = name, Session = strrep("s", 40), ChallengeParameters = list(...))
  endpoint <- service_that_says(answer, frame = frame)
  caught(signed_in_at(endpoint))
}

test_that("each such character is replaced by one that can be seen, and all others stay", {
  for (text in hostile) {
    first <- substr(text, 1, 1)
    expect_identical(shown(paste0("a", first, "b")), "a\ufffdb")
    expect_identical(shown(c(name = first)), c(name = "\ufffd"))
  }
  plain <- c("", "plain", "L\u00f6velace \u65e5\u672c \u05d0 \U{1f600} e\u0301 +***123 a***@e***", "\u00a0", "\u2010")
  expect_identical(shown(plain), plain)
  expect_identical(shown(character()), character())
})

test_that("a challenge is shown without them, whatever part they are in", {
  error <- challenge_that_says("SMS_MFA", CODE_DELIVERY_DESTINATION = laden("+1"), USER_ID_FOR_SRP = laden("ada"))
  challenge <- error$challenge
  text <- expect_harmless(c(capture.output(print(challenge)), format(challenge), challenge$question))
  expect_match(text, "Code sent to +1", fixed = TRUE)
  expect_match(text, "CODE_DELIVERY_DESTINATION  +1[2J", fixed = TRUE)
  # It is one line, so no line of it can pass for one of ours.
  expect_length(grep("end", capture.output(print(challenge))), 4)
  # As a value it is what came.
  expect_identical(challenge$destination, laden("+1"))
  expect_identical(challenge$parameters$CODE_DELIVERY_DESTINATION, laden("+1"))

  error <- do.call(challenge_that_says, stats::setNames(list("NAME", "value"), c("name", laden("key"))))
  challenge <- error$challenge
  text <- expect_harmless(c(
    capture.output(print(challenge)), format(challenge), capture.output(print(error)), conditionMessage(error),
    capture.output(message(conditionMessage(error)), type = "message"), error$message, error$hint, error$code
  ))
  expect_match(text, "NAME", fixed = TRUE)
  expect_match(text, "key[2J", fixed = TRUE)

  # No challenge has such a name.
  error <- challenge_that_says(laden("NAME"))
  expect_s3_class(error, "cognitoken_error_service")
  expect_harmless(c(capture.output(print(error)), conditionMessage(error)))

  challenge <- challenge_that_says("CUSTOM_CHALLENGE", riddle = laden("what"))$challenge
  expect_harmless(c(capture.output(print(challenge)), challenge$question))
})

test_that("conditions are shown without them, caught or not", {
  refused <- service_that_says(list(`__type` = "NotAuthorizedException", message = laden("no")), status = 400L)
  error <- caught(signed_in_at(refused))
  expect_s3_class(error, "cognitoken_error_authentication")
  text <- expect_harmless(c(
    conditionMessage(error), capture.output(print(error)), unlist(error[c("message", "code", "hint", "request_id")])
  ))
  expect_match(text, "no", fixed = TRUE)
  expect_harmless(as.character(try(signed_in_at(refused), silent = TRUE)))
})

test_that("tokens, the place of a store and what is told about it are shown without them", {
  claims <- list(email = laden("ada@example.com"), iss = laden("https://issuer.example"), exp = 4102444800)
  id_token <- unsigned_token(as.character(jsonlite::toJSON(claims, auto_unbox = TRUE, digits = NA)))
  result <- list(IdToken = id_token, AccessToken = "access", RefreshToken = "refresh", ExpiresIn = 3600L)
  endpoint <- service_that_says(list(AuthenticationResult = c(result, TokenType = "Bearer")))
  tokens <- signed_in_at(endpoint)
  text <- expect_harmless(c(format(tokens), capture.output(print(tokens))))
  expect_match(text, "ada@example.com[2J", fixed = TRUE)
  expect_identical(tokens$claims$email, laden("ada@example.com"))

  folder <- file.path(withr::local_tempdir(), paste0("there\u202e\u200b", "\u001b[2J"))
  session_there <- function() {
    without_environment(cognito_session(
      "ada", "secret-password", "client", endpoint = endpoint, flow = "password", store = paste0("file:", folder)
    ))
  }
  session <- session_there()
  session_tokens(session)
  status <- session_status(session)
  text <- expect_harmless(c(format(status), capture.output(print(status)), format(session), capture.output(print(session))))
  expect_match(text, "there[2J", fixed = TRUE)

  writeLines("{", list.files(folder, "[.]json$", recursive = TRUE, full.names = TRUE))
  told <- NULL
  withCallingHandlers(session_tokens(session_there()), cognitoken_warning_store = function(warning) {
    told <<- conditionMessage(warning)
    invokeRestart("muffleWarning")
  })
  expect_match(expect_harmless(told), "there\ufffd", fixed = TRUE)
})

test_that("where a code was sent to, and a device, are shown without them", {
  details <- list(Destination = laden("a***"), DeliveryMedium = laden("EMAIL"), AttributeName = "email")
  endpoint <- service_that_says(list(CodeDeliveryDetails = details))
  delivery <- without_environment(cognito_forgot_password("ada", "client", endpoint = endpoint))
  text <- expect_harmless(c(format(delivery), capture.output(print(delivery))))
  expect_match(text, "a***[2J", fixed = TRUE)
  expect_identical(delivery$destination, laden("a***"))
  device <- cognito_device(laden("key"), "group", "password")
  expect_harmless(c(format(device), capture.output(print(device))))
})

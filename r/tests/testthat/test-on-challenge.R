test_that("a function answers: with a string, a list of arguments, or a raw map", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  asked <- character()
  tokens <- sign_in(user, on_challenge = function(challenge) {
    asked <<- c(asked, challenge$name)
    wire$codes[[challenge$name]]
  })
  expect_tokens_of(tokens, user)
  expect_identical(asked, "SMS_MFA")

  user <- wire_user(wire, "new_password")
  tokens <- sign_in(user, on_challenge = function(challenge) {
    list(new_password = "Brand-New-8!", attributes = c(given_name = "Ada", family_name = "Lovelace"))
  })
  expect_tokens_of(tokens, user)

  user <- wire_user(wire, "unknown_challenge")
  expect_tokens_of(sign_in(user, on_challenge = function(challenge) {
    list(answers = wire$unknown_challenge$answers)
  }), user)
})

test_that("a function is asked for each challenge of a sign-in", {
  wire <- mock_wire()
  user <- wire_user(wire, "select_mfa")
  asked <- character()
  tokens <- sign_in(user, on_challenge = function(challenge) {
    asked <<- c(asked, challenge$name)
    if (length(challenge$choices)) "SMS_MFA" else wire$codes$SMS_MFA
  })
  expect_tokens_of(tokens, user)
  expect_identical(asked, c("SELECT_MFA_TYPE", "SMS_MFA"))
})

test_that("NULL leaves the challenge, which can still be answered", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  challenge <- challenge_of(user, on_challenge = function(challenge) NULL)
  expect_tokens_of(cognito_respond(challenge, wire$codes$SMS_MFA), user)

  # After an answer, it is the next one that is left.
  user <- wire_user(wire, "select_mfa")
  challenge <- challenge_of(user, on_challenge = function(challenge) if (length(challenge$choices)) "SMS_MFA")
  expect_identical(challenge$name, "SMS_MFA")
  expect_tokens_of(cognito_respond(challenge, wire$codes$SMS_MFA), user)
})

test_that("a wrong answer ends the call, and errors and interrupts of the function are its own", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  times <- 0
  expect_mistyped(sign_in(user, on_challenge = function(challenge) {
    times <<- times + 1
    "000000"
  }))
  expect_identical(times, 1)
  expect_error(sign_in(user, on_challenge = function(challenge) stop("no phone here")), "no phone here")
  interrupted <- structure(class = c("interrupt", "condition"), list(message = "", call = NULL))
  outcome <- tryCatch(
    sign_in(user, on_challenge = function(challenge) signalCondition(interrupted)),
    interrupt = function(condition) "interrupted"
  )
  expect_identical(outcome, "interrupted")
})

test_that("the error of a wrong answer holds the challenge that still waits", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  error <- expect_mistyped(sign_in(user, on_challenge = function(challenge) "000000"))
  expect_mistyped(cognito_respond(error$challenge, "111111"))
  expect_tokens_of(cognito_respond(error$challenge, wire$codes$SMS_MFA), user)
  wire$order("expire_sessions", username = user$username)
  expect_null(caught(cognito_respond(error$challenge, wire$codes$SMS_MFA))$challenge)
})

test_that("something that is no answer is refused, and not shown", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  answers <- list(1, c("hunter2", "b"), list("hunter2"), list(code = "hunter2"), TRUE, list(answer = 1))
  for (answer in answers) {
    error <- caught(sign_in(user, on_challenge = function(challenge) answer))
    expect_s3_class(error, "cognitoken_error_config")
    expect_false(grepl("hunter2", paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
  }
  for (wrong in list("ask", 1, NA, list(), c("prompt", "prompt"))) {
    expect_error(sign_in(user, on_challenge = wrong), "`on_challenge`", class = "cognitoken_error_config")
  }
})

test_that("no call on the stack holds an answer", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  challenge <- challenge_of(user)
  wrong <- paste0("00", "99", "77")
  calls <- NULL
  note_calls <- function(error) calls <<- vapply(sys.calls(), function(call) paste(deparse(call), collapse = ""), "")
  caught(withCallingHandlers(cognito_respond(challenge, wrong), cognitoken_error = note_calls))
  user_name <- user$username
  password <- user$password
  without_environment(caught(withCallingHandlers(
    cognito_login(
      user_name, password, user$client_id, user_pool_id = user$user_pool_id, endpoint = user$endpoint,
      on_challenge = function(challenge) list(answer = wrong)
    ),
    cognitoken_error = function(error) calls <<- c(calls, vapply(sys.calls(), deparse1, ""))
  )))
  expect_match(calls, "cognito_respond", all = FALSE)
  expect_match(calls, "cognito_login", all = FALSE)
  for (secret in c(wrong, password)) expect_false(any(grepl(secret, calls, fixed = TRUE)))
})

test_that("a notebook that is run without a person is not asked", {
  withr::local_options(jupyter.in_kernel = TRUE)
  # IRkernel's readline() is a method of an object that holds the request.
  asks_of <- function(request) {
    current_request <- request
    function(prompt) stop("asked")
  }
  expect_false(notebook_may_ask(asks_of(list(content = list(allow_stdin = FALSE)))))
  for (request in list(NULL, list(), list(content = list(allow_stdin = TRUE)))) {
    expect_true(notebook_may_ask(asks_of(request)))
  }
  expect_true(person_is_there())
})

test_that("a notebook is asked without echo, by what IRkernel offers", {
  withr::local_options(jupyter.in_kernel = TRUE, askpass = function(prompt) stop("asked elsewhere"))
  attach(list(getPass = function(prompt = "") paste("hidden", prompt)), name = "jupyter:irkernel", warn.conflicts = FALSE)
  withr::defer(detach("jupyter:irkernel", character.only = TRUE))
  expect_identical(ask_hidden("Code: "), "hidden Code: ")
})

test_that("where nobody is there, \"prompt\" asks nobody: the challenge stays", {
  wire <- mock_wire()
  skip_if(interactive())
  user <- wire_user(wire, "sms")
  challenge <- challenge_of(user, on_challenge = "prompt")
  expect_tokens_of(cognito_respond(challenge, wire$codes$SMS_MFA), user)
})

login_at_the_console <- function(user, handler = "", typed) {
  lines <- c(
    "library(cognitoken)", handler,
    sprintf(
      "tokens <- cognito_login(%s, Sys.getenv('TEST_PASSWORD'), %s, user_pool_id = %s, endpoint = %s, on_challenge = 'prompt')",
      deparse(user$username), deparse(user$client_id), deparse(user$user_pool_id), deparse(user$endpoint)
    ),
    typed, "cat('signed', 'in', 'as', tokens$claims$`cognito:username`, '\\n')"
  )
  without_environment(at_the_console(lines, TEST_PASSWORD = user$password))
}

test_that("\"prompt\" asks the person at the console, and again after a mistyped code", {
  wire <- mock_wire()
  for (mistyped in list(NULL, "000000", c("000000", "111111"))) {
    user <- wire_user(wire, "sms")
    output <- login_at_the_console(user, typed = c(mistyped, wire$codes$SMS_MFA))
    host <- sub("^http://([^/]+).*", "\\1", wire$endpoint)
    question <- paste0(host, " asks (its words): Code sent to +*******0123: ")
    expect_match(output, question, fixed = TRUE)
    expect_match(output, paste("signed in as", user$username), fixed = TRUE)
  }
  user <- wire_user(wire, "sms")
  output <- login_at_the_console(user, typed = rep("000000", 3))
  expect_match(output, "CodeMismatch|code", ignore.case = TRUE)
  expect_false(grepl("signed in as ", output, fixed = TRUE))
})

test_that("\"prompt\" asks for a choice, and for the attributes that go with a new password", {
  wire <- mock_wire()
  user <- wire_user(wire, "select_mfa")
  output <- login_at_the_console(user, typed = c("SMS_MFA", wire$codes$SMS_MFA))
  expect_match(output, paste("signed in as", user$username), fixed = TRUE)
  user <- wire_user(wire, "new_password")
  output <- login_at_the_console(user, typed = c("Brand-Old-8!", "Brand-New-8!", rep("Brand-New-8!", 2), "Ada", "Lovelace"))
  expect_match(output, "The two differ.", fixed = TRUE)
  expect_match(output, "given_name: ", fixed = TRUE)
  expect_match(output, paste("signed in as", user$username), fixed = TRUE)
  expect_identical(wire$order("user", username = user$username)$attributes$family_name, "Lovelace")
})

test_that("\"prompt\" shows the QR code of an app to set up, and leaves the challenge when the person gives up", {
  wire <- mock_wire()
  user <- wire_user(wire, "setup_totp")
  skip_if_not_installed("askpass")
  output <- login_at_the_console(user, "loadNamespace('askpass'); options(askpass = function(prompt) NULL)", character())
  expect_match(output, "\u2588", fixed = TRUE)
  expect_match(output, "MFA_SETUP", fixed = TRUE)
  expect_false(grepl("signed in as ", output, fixed = TRUE))
})

test_that("\"prompt\" shows nothing that a terminal would obey, in questions, names of attributes and refusals", {
  hostile <- "\u001b[2J\u009b31m\u202ehidden\u200b"
  asks <- list(
    ChallengeName = "NEW_PASSWORD_REQUIRED", Session = strrep("s", 40),
    ChallengeParameters = list(requiredAttributes = paste0("name", hostile))
  )
  service <- local_service(status = 200L, body = jsonlite::toJSON(asks, auto_unbox = TRUE))
  user <- list(username = "ada", password = "secret-password", client_id = "client", endpoint = service$url)
  output <- login_at_the_console(user, typed = c("Brand-New-8!", "Brand-New-8!", "Ada"))
  expect_match(output, "asks (its words): New password: ", fixed = TRUE)
  expect_match(output, "name[2J31mhidden: ", fixed = TRUE)
  # The console has escape sequences of its own.
  for (text in c("\u001b[2J", "\u009b", "\u202e", "\u200b")) expect_false(grepl(text, output, fixed = TRUE))
})

test_that("\"prompt\" asks for a password that is missing, for a login and for a session", {
  wire <- mock_wire()
  for (call in c("cognito_login", "cognito_session")) {
    user <- wire_user(wire, "plain")
    lines <- c(
      "library(cognitoken)",
      sprintf(
        "made <- %s(%s, client_id = %s, user_pool_id = %s, endpoint = %s, on_challenge = 'prompt')", call,
        deparse(user$username), deparse(user$client_id), deparse(user$user_pool_id), deparse(user$endpoint)
      ),
      "claims <- (if (inherits(made, 'cognito_session')) session_tokens(made) else made)$claims", user$password
    )
    # Only the session asks with its first call.
    if (call == "cognito_login") lines <- lines[c(1, 2, 4, 3)]
    output <- without_environment(at_the_console(
      c(lines, "cat('signed', 'in', 'as', claims$`cognito:username`, '\\n')")
    ))
    expect_match(output, "Password: ", fixed = TRUE)
    expect_match(output, paste("signed in as", user$username), fixed = TRUE)
  }
})

test_that("nobody is asked for a password where nobody is", {
  skip_if(interactive())
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  error <- caught(sign_in(account_of(user), on_challenge = "prompt"))
  expect_match(error$message, "COGNITO_PASSWORD", fixed = TRUE)
})

test_that("\"prompt\" asks for user name, client id and password where all are missing, and sends nothing without them", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  for (call in c("cognito_login", "cognito_session")) {
    lines <- c(
      "library(cognitoken)",
      sprintf("made <- %s(endpoint = %s, on_challenge = 'prompt')", call, deparse(user$endpoint)),
      "claims <- (if (inherits(made, 'cognito_session')) session_tokens(made) else made)$claims"
    )
    typed <- c(user$username, user$client_id, user$password)
    # A session looks for its client first.
    if (call == "cognito_session") typed[1:2] <- typed[2:1]
    lines <- if (call == "cognito_login") c(lines[1:2], typed, lines[[3]]) else c(lines, typed)
    lines <- c(lines, "cat('signed', 'in', 'as', claims$`cognito:username`, '\\n')")
    output <- without_environment(at_the_console(lines))
    for (question in c("User name: ", "Client ID: ", "Password: ")) expect_match(output, question, fixed = TRUE)
    expect_match(output, paste("signed in as", user$username), fixed = TRUE)
  }
  output <- without_environment(at_the_console(c("library(cognitoken)", "cognito_login(on_challenge = 'prompt')")))
  expect_match(output, "COGNITO_", fixed = TRUE)
  expect_false(grepl("Password: ", output, fixed = TRUE))
})

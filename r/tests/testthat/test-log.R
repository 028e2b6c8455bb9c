# The log of the compiled code, as messages of R.

# The lines of the log of some code, each with its fields. Errors end the code only.
lines_of_log <- function(code, verbosity = 2) {
  withr::local_options(cognitoken.verbosity = verbosity)
  lines <- list()
  withCallingHandlers(
    tryCatch(force(code), error = function(error) NULL),
    cognitoken_message = function(line) {
      lines <<- c(lines, list(line))
      invokeRestart("muffleMessage")
    }
  )
  lines
}

texts_of <- function(lines) vapply(lines, conditionMessage, "")

test_that("each line is a message with a level and a target, also while nothing failed", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  lines <- lines_of_log(sign_in(user))
  expect_gt(length(lines), 2)
  for (line in lines) {
    expect_s3_class(line, c("cognitoken_message", "message", "condition"), exact = TRUE)
    expect_true(line$level %in% c("warn", "info", "debug"))
    expect_match(line$target, "^cognitoken::")
    expect_match(conditionMessage(line), paste0("^", line$target, ": .+\n$"))
  }
  few <- lines_of_log(sign_in(user), verbosity = 1)
  expect_gt(length(few), 0)
  expect_lt(length(few), length(lines))
  expect_false("debug" %in% vapply(few, function(line) line$level, ""))
})

test_that("without the option there is none, and classes can be suppressed", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  expect_silent(sign_in(user))
  expect_length(lines_of_log(sign_in(user), verbosity = 0), 0)
  withr::local_options(cognitoken.verbosity = 2)
  suppressMessages(expect_message(sign_in(user), class = "cognitoken_message"))
  expect_silent(suppressMessages(sign_in(user), classes = "cognitoken_message"))
})

test_that("the lines come before the error of the call", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  user$password <- "Wrong-Horse-7!"
  seen <- character()
  withr::local_options(cognitoken.verbosity = 2)
  withCallingHandlers(
    caught(withCallingHandlers(sign_in(user), error = function(error) seen <<- c(seen, "error"))),
    cognitoken_message = function(line) {
      seen <<- c(seen, "line")
      invokeRestart("muffleMessage")
    }
  )
  expect_identical(unique(seen), c("line", "error"))
})

test_that("lines of a refresh in the background come with the next call", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "rotation")
  wire$order("fault", kind = "delay", operation = "GetTokensFromRefreshToken", seconds = 1)
  session <- session_of(user, timeout = 0.5)
  withr::local_options(cognitoken.verbosity = 2)
  suppressMessages(session_tokens(session))
  suppressMessages(caught(session_refresh(session)))
  # What a field is asked for takes no lines away.
  device <- cognito_device("key", "group", "password")
  late <- character()
  wait_until(function() {
    device$key
    late <<- c(late, texts_of(lines_of_log(decode_jwt(unsigned_token("{}")))))
    length(late) > 0
  }, "the lines of the refresh")
  expect_match(late, "^cognitoken::", all = TRUE)
})

test_that("an option of another kind is refused by name", {
  for (wrong in list("debug", NA, 3, -1, c(1, 2), TRUE)) {
    withr::local_options(cognitoken.verbosity = wrong)
    expect_error(decode_jwt(unsigned_token("{}")), "cognitoken.verbosity", class = "cognitoken_error_config")
  }
})

test_that("no line of any flow holds a secret", {
  wire <- mock_wire()
  secrets <- c(unlist(wire$codes), wire$totp_secret, unlist(wire$custom_answers), "Brand-New-8!", "Wrong-Horse-7!")
  note <- function(tokens) {
    secrets <<- c(secrets, tokens$id_token, tokens$access_token, tokens$refresh_token)
    tokens
  }
  of_user <- function(...) {
    user <- wire_user(wire, ...)
    secrets <<- c(secrets, user$password, user$client_secret)
    user
  }
  answer <- function(challenge) wire$codes[[challenge$name]]
  folder <- withr::local_tempdir()
  key <- strrep("ab", 32)
  secrets <- c(secrets, key)
  flows <- list(
    srp = function() note(sign_in(of_user("plain", client = "secret"))),
    password = function() note(sign_in(of_user("plain"), flow = "password")),
    wrong = function() sign_in(utils::modifyList(of_user("plain"), list(password = "Wrong-Horse-7!"))),
    sms = function() note(sign_in(of_user("sms"), on_challenge = answer)),
    mistyped = function() sign_in(of_user("sms"), on_challenge = function(challenge) "999888"),
    totp = function() note(sign_in(of_user("totp"), totp_secret = wire$totp_secret)),
    new_password = function() {
      note(sign_in(of_user("new_password_only"), on_challenge = function(challenge) "Brand-New-8!"))
    },
    user_auth = function() note(sign_in(of_user("choice"), flow = "user_auth")),
    device = function() {
      tokens <- note(sign_in(of_user("sms", pool = "devices"), on_challenge = answer, remember_device = TRUE))
      secrets <<- c(secrets, as.list(tokens$device)$password)
    },
    refresh = function() note(cognito_refresh(note(sign_in(of_user("plain", client = "rotation_secret"))))),
    account = function() {
      tokens <- note(sign_in(of_user("plain")))
      caught(cognito_change_password(tokens, "Wrong-Horse-7!", "Brand-New-8!"))
      cognito_global_sign_out(tokens)
      caught(note(cognito_refresh(tokens)))
    },
    forgotten = function() {
      user <- of_user("plain")
      without_environment({
        do.call(cognito_forgot_password, account_of(user))
        code <- wire$codes$CONFIRMATION
        do.call(cognito_confirm_forgot_password, account_of(user, code = code, new_password = "Brand-New-8!"))
      })
    },
    session = function() {
      withr::local_envvar(COGNITO_BUNDLE_KEY = key)
      user <- of_user("plain", client = "secret")
      session <- session_of(user, store = paste0("file:", folder, "/store"))
      note(session_tokens(session))
      note(session_refresh(session))
      note(session_sign_in(session))
      secrets <<- c(secrets, session_export(session))
      session_status(session)
      cognito_sign_out(session, everywhere = TRUE)
    },
    doctor = function() {
      user <- of_user("plain", client = "secret")
      without_environment(cognito_doctor(
        user$username, user$client_id, user_pool_id = user$user_pool_id, client_secret = user$client_secret,
        endpoint = user$endpoint
      ))
    },
    verified = function() {
      jwt_verify_many(jwt_verifier("us-east-1_AbCdEfGhI", "client", jwks = fixture("jwks.json")), "not.a.token")
    }
  )
  lines <- lapply(flows, function(flow) texts_of(lines_of_log(flow())))
  quiet <- c("wrong", "doctor", "verified")
  for (name in setdiff(names(flows), quiet)) expect_gt(length(lines[[name]]), 0, label = name)
  expect_gt(length(unique(secrets)), 30)
  for (secret in unique(secrets[nchar(secrets) > 3])) {
    expect_false(any(grepl(secret, unlist(lines), fixed = TRUE)), label = secret)
  }
})

test_that("no line of the flows of the domain holds a secret", {
  cognito <- local_cognito()
  client <- client_with_page(cognito)
  lines <- c(
    lines_of_log(tokens <- without_environment(cognito_login_sso(
      client$client_id, client$domain, redirect_uri = client$redirect_uri,
      open_browser = function(link) walk(link, cognito)
    ))),
    lines_of_log(cognito_refresh(tokens)), lines_of_log(cognito_revoke(tokens)),
    lines_of_log(job <- without_environment(cognito_client_credentials(
      cognito$m2m_client_id, cognito$m2m_client_secret, cognito$domain
    )))
  )
  expect_gt(length(lines), 3)
  for (secret in c(
    cognito$password, cognito$m2m_client_secret, tokens$id_token, tokens$access_token, tokens$refresh_token,
    job$access_token
  )) {
    expect_false(any(grepl(secret, texts_of(lines), fixed = TRUE)))
  }
})

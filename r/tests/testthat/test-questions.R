# Every character of ASCII that can be seen, the space not at an end, where no password has it, and a few beyond.
every_character <- paste0(intToUtf8(33:126), " Zo\u00eb \u03a9\u0436\u65e5\u672c\U0001F511")

# A service that sets this challenge, or signs in.
service_that_asks <- function(name = NULL, parameters = NULL, frame = parent.frame()) {
  if (is.null(name)) {
    return(do.call(local_service, c(good_tokens(), list(frame = frame))))
  }
  asks <- list(ChallengeName = name, Session = strrep("s", 40), ChallengeParameters = c(list(none = ""), parameters))
  local_service(status = 200L, body = jsonlite::toJSON(asks, auto_unbox = TRUE), frame = frame)
}

# A terminal at which somebody signs in, with tokens in this folder. Whether it ends well is shown as "over".
terminal_signing_in <- function(service, folder, frame = parent.frame()) {
  terminal <- local_terminal(frame = frame)
  terminal$type("left <- function(condition) cat('left with', class(condition)[[1]], conditionMessage(condition), '\\n')")
  terminal$type(sprintf(
    "sign_in <- function() session_id_token(cognito_session('ada', NULL, 'client', endpoint = '%s', store = 'file:%s', %s))",
    service$url, file.path(folder, "tokens"), "on_challenge = 'prompt'"
  ))
  terminal$type("library(cognitoken); invisible(tryCatch(sign_in(), error = left, interrupt = left)); cat('ov', 'er\\n')")
  terminal
}

# The questions before, with the answers, and the question that is left.
questions <- list(
  list(before = list(), question = "Password: "),
  list(before = list(c("Password: ", "one")), question = "asks (its words): ", name = "SMS_MFA"),
  list(
    before = list(c("Password: ", "one")), question = "asks (its words): ", name = "SELECT_MFA_TYPE",
    parameters = list(MFAS_CAN_CHOOSE = '["SMS_MFA","SOFTWARE_TOKEN_MFA"]')
  ),
  list(before = list(c("Password: ", "one")), question = "New password: ", name = "NEW_PASSWORD_REQUIRED"),
  list(
    before = list(c("Password: ", "one"), c("New password: ", "two")), question = "The same once more: ",
    name = "NEW_PASSWORD_REQUIRED"
  ),
  list(
    before = list(c("Password: ", "one"), c("New password: ", "two"), c("The same once more: ", "two")),
    question = "given_name: ", name = "NEW_PASSWORD_REQUIRED",
    parameters = list(requiredAttributes = '["userAttributes.given_name"]')
  )
)

# What is started for one question ends with it.
expect_nothing_left_at <- function(at, key) {
  service <- service_that_asks(at$name, at$parameters)
  folder <- withr::local_tempdir()
  terminal <- terminal_signing_in(service, folder)
  for (asked in at$before) {
    terminal$expect(asked[[1]])
    terminal$type(asked[[2]])
  }
  terminal$expect(at$question)
  terminal$press(key)
  if (key == "\003") {
    terminal$expect("left with interrupt")
  } else if (length(at$before)) {
    terminal$expect("left with cognitoken_error_challenge_required")
  } else {
    terminal$expect("left with cognitoken_error_config")
  }
  terminal$expect("ov er")
  terminal$type("invisible(system('stty -a'))")
  terminal$expect(" icanon ")
  expect_match(terminal$seen(), " echo ", fixed = TRUE, label = at$question)
  expect_length(grep("^request", log_lines(service$log)), length(at$name))
  expect_length(list.files(folder, "json$", recursive = TRUE), 0)
}

test_that("an interrupt or the end of input at any question leaves nothing behind, and the console as it was", {
  for (at in questions) {
    for (key in c("\003", "\004")) expect_nothing_left_at(at, key)
  }
})

test_that("a password and an answer arrive with every character", {
  service <- service_that_asks("NEW_PASSWORD_REQUIRED")
  terminal <- terminal_signing_in(service, withr::local_tempdir())
  terminal$expect("Password: ")
  terminal$type(every_character)
  terminal$expect("New password: ")
  terminal$type(every_character)
  terminal$expect("The same once more: ")
  service$answers(good_tokens())
  terminal$type(every_character)
  terminal$expect("ov er")
  sent <- lapply(grep("^body", log_lines(service$log), value = TRUE), function(line) jsonlite::fromJSON(sub("^body ", "", line)))
  expect_identical(sent[[1]]$AuthParameters$PASSWORD, every_character)
  expect_identical(sent[[2]]$ChallengeResponses$NEW_PASSWORD, every_character)
  expect_false(grepl("Zo\u00eb", terminal$seen(), fixed = TRUE))
})

test_that("a code is asked for, refused when it is wrong, and taken by the same challenge when it is right", {
  wire <- mock_wire()
  for (scenario in c("sms", "email_otp", "totp")) {
    for (client in c("public", "secret")) {
      user <- wire_user(wire, scenario, client = client)
      challenge <- challenge_of(user)
      expect_identical(challenge$username, user$username)
      right <- if (scenario == "totp") totp_code(wire$totp_secret) else wire$codes[[challenge$name]]
      expect_mistyped(cognito_respond(challenge, wrong_code(right)))
      expect_tokens_of(cognito_respond(challenge, right), user)
    }
  }
})

test_that("a challenge says what it asks and where a code went", {
  wire <- mock_wire()
  challenge <- challenge_of(wire_user(wire, "sms"))
  expect_identical(challenge$name, "SMS_MFA")
  expect_identical(challenge$host, sub("^http://([^/]+).*", "\\1", wire$endpoint))
  expect_identical(challenge$destination, challenge$parameters$CODE_DELIVERY_DESTINATION)
  expect_match(challenge$destination, "^\\+\\*+0123$")
  expect_match(challenge$question, challenge$destination, fixed = TRUE)
  expect_identical(challenge$answer_form, "code")
  expect_identical(challenge$choices, character())
  expect_identical(challenge$required_attributes, character())
  expect_null(challenge$totp_secret)
  expect_null(challenge$totp_uri)
  expect_identical(challenge[["name"]], challenge$name)
  for (name in names(challenge)) expect_error(challenge[[name]], NA)
  expect_error(challenge$session, class = "cognitoken_error_config")
  expect_match(capture.output(print(challenge)), challenge$question, fixed = TRUE, all = FALSE)
  expect_match(capture.output(print(challenge)), "^CODE_DELIVERY_DELIVERY_MEDIUM +SMS$", all = FALSE)
})

test_that("a choice of factors leads to the one that was chosen", {
  wire <- mock_wire()
  user <- wire_user(wire, "select_mfa")
  challenge <- challenge_of(user)
  expect_identical(challenge$name, "SELECT_MFA_TYPE")
  expect_identical(challenge$answer_form, "choice")
  expect_setequal(challenge$choices, c("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"))
  expect_error(cognito_respond(challenge, "CARRIER_PIGEON"), "SMS_MFA", class = "cognitoken_error_config")
  step <- cognito_respond(challenge, "EMAIL_OTP")
  expect_s3_class(step, "cognito_challenge")
  expect_identical(step$name, "EMAIL_OTP")
  expect_tokens_of(cognito_respond(step, wire$codes$EMAIL_OTP), user)
})

test_that("a new password goes with the attributes that the pool requires, as a list or a vector", {
  wire <- mock_wire()
  names <- list(given_name = "Ada", family_name = "L\u00f6velace")
  for (scenario in c("new_password", "new_password_unprefixed")) {
    for (attributes in list(names, unlist(names))) {
      user <- wire_user(wire, scenario)
      challenge <- challenge_of(user)
      expect_identical(challenge$required_attributes, names(names))
      expect_error(
        cognito_respond(challenge, new_password = "Brand-New-8!"), "given_name, family_name",
        class = "cognitoken_error_config"
      )
      tokens <- cognito_respond(challenge, new_password = "Brand-New-8!", attributes = attributes)
      expect_tokens_of(tokens, user)
      expect_identical(wire$order("user", username = user$username)$attributes$family_name, names$family_name)
      user$password <- "Brand-New-8!"
      expect_tokens_of(sign_in(user), user)
    }
  }
})

test_that("a new password alone may be the answer; one that the policy refuses leaves the challenge", {
  wire <- mock_wire()
  user <- wire_user(wire, "new_password_only")
  challenge <- challenge_of(user)
  error <- caught(cognito_respond(challenge, new_password = "short"))
  expect_identical(error$code, "InvalidPasswordException")
  expect_false(grepl("short", paste(unlist(lapply(error, deparse)), collapse = " "), fixed = TRUE))
  expect_tokens_of(cognito_respond(challenge, "Brand-New-8!"), user)
})

test_that("an authenticator app is set up in the middle of a sign-in", {
  wire <- mock_wire()
  for (scenario in c("setup_totp", "new_password_setup")) {
    user <- wire_user(wire, scenario)
    challenge <- challenge_of(user)
    if (scenario == "new_password_setup") {
      challenge <- cognito_respond(challenge, new_password = "Brand-New-8!")
    }
    expect_identical(challenge$name, "MFA_SETUP")
    expect_match(challenge$totp_uri, paste0("^otpauth://totp/.*", challenge$totp_secret))
    printed <- capture.output(print(challenge))
    expect_gt(length(grep("[\u2580\u2584\u2588]", printed)), 15)
    expect_true(challenge$totp_secret %in% trimws(printed))
    right <- totp_code(challenge$totp_secret)
    expect_mistyped(cognito_respond(challenge, wrong_code(right)))
    expect_tokens_of(cognito_respond(challenge, right), user)
  }
})

test_that("the pool's own challenges are asked one by one, with SRP first and without", {
  wire <- mock_wire()
  for (with_password in c(TRUE, FALSE)) {
    user <- wire_user(wire, "custom")
    if (!with_password) user$password <- NULL
    step <- challenge_of(user, flow = "custom")
    for (answer in wire$custom_answers) {
      expect_identical(step$name, "CUSTOM_CHALLENGE")
      expect_match(step$parameters$question, "\\?$")
      step <- cognito_respond(step, answer)
    }
    expect_tokens_of(step, user)
  }
})

test_that("USER_AUTH offers what there is, and takes what is chosen", {
  wire <- mock_wire()
  for (choice in c("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP")) {
    user <- wire_user(wire, "choice")
    # Something that the pool does not have: it offers what it has.
    challenge <- challenge_of(user[names(user) != "password"], flow = "user_auth")
    expect_identical(challenge$name, "SELECT_CHALLENGE")
    expect_true(all(c("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN") %in% challenge$choices))
    by_password <- choice %in% c("PASSWORD", "PASSWORD_SRP")
    step <- cognito_respond(challenge, choice, new_password = if (by_password) user$password)
    if (inherits(step, "cognito_challenge")) {
      expect_identical(step$name, choice)
      step <- cognito_respond(step, wire$codes[[choice]])
    }
    expect_tokens_of(step, user)
  }
})

test_that("USER_AUTH starts with the challenge that is preferred, the password where there is one", {
  wire <- mock_wire()
  user <- wire_user(wire, "choice")
  expect_tokens_of(sign_in(user, flow = "user_auth"), user)
  expect_tokens_of(sign_in(user, flow = "user_auth", preferred_challenge = "PASSWORD"), user)
  user <- wire_user(wire, "passwordless")
  user$password <- NULL
  for (preferred in c("EMAIL_OTP", "SMS_OTP")) {
    challenge <- challenge_of(user, flow = "user_auth", preferred_challenge = preferred)
    expect_identical(challenge$name, preferred)
    expect_mistyped(cognito_respond(challenge, "00000000"))
    expect_tokens_of(cognito_respond(challenge, wire$codes[[preferred]]), user)
  }
})

test_that("a passkey is answered with the authenticator's JSON", {
  wire <- mock_wire()
  user <- wire_user(wire, "choice")
  challenge <- challenge_of(user[names(user) != "password"], flow = "user_auth", preferred_challenge = "WEB_AUTHN")
  expect_identical(challenge$name, "WEB_AUTHN")
  options <- jsonlite::fromJSON(challenge$parameters$CREDENTIAL_REQUEST_OPTIONS)
  expect_identical(options$allowCredentials$id, wire$credential_id)
  credential <- jsonlite::toJSON(list(id = wire$credential_id, type = "public-key"), auto_unbox = TRUE)
  expect_tokens_of(cognito_respond(challenge, as.character(credential)), user)
})

test_that("a challenge that nobody has heard of is passed through, and answered with a raw map", {
  wire <- mock_wire()
  for (answers in list(wire$unknown_challenge$answers, unlist(wire$unknown_challenge$answers))) {
    user <- wire_user(wire, "unknown_challenge")
    challenge <- challenge_of(user)
    expect_identical(challenge$name, wire$unknown_challenge$name)
    expect_identical(challenge$parameters$FUTURE_HINT, "six times seven")
    expect_match(caught(cognito_respond(challenge, "42"))$hint, "`answers`", fixed = TRUE)
    expect_tokens_of(cognito_respond(challenge, answers = answers), user)
  }
})

test_that("a challenge that is over says so", {
  wire <- mock_wire()
  challenge <- challenge_of(user <- wire_user(wire, "sms"))
  wire$order("expire_sessions", username = user$username)
  error <- caught(cognito_respond(challenge, wire$codes$SMS_MFA))
  expect_s3_class(error, "cognitoken_error_authentication")
  expect_identical(error$code, "NotAuthorizedException")
})

test_that("two challenges of two users do not mix", {
  wire <- mock_wire()
  users <- list(wire_user(wire, "sms"), wire_user(wire, "email_otp"))
  challenges <- lapply(users, challenge_of)
  expect_mistyped(cognito_respond(challenges[[1]], wire$codes$EMAIL_OTP))
  for (each in 2:1) {
    expect_tokens_of(cognito_respond(challenges[[each]], wire$codes[[challenges[[each]]$name]]), users[[each]])
  }
})

test_that("an answer of another type is refused by name, and not shown", {
  wire <- mock_wire()
  challenge <- challenge_of(wire_user(wire, "sms"))
  named <- list(list("hunter2"), list(a = 1), list(a = c("hunter2", "b")), "hunter2", c(a = NA), list(a = NULL), 1)
  wrong <- list(
    answer = list(1, c("hunter2", "b"), NA, list("hunter2")), new_password = list(1, NA_character_),
    attributes = named, answers = named
  )
  for (name in names(wrong)) {
    for (value in wrong[[name]]) {
      error <- caught(do.call("cognito_respond", stats::setNames(list(challenge, value), c("challenge", name))))
      expect_s3_class(error, "cognitoken_error_config")
      expect_match(error$message, paste0("`", name, "`"), fixed = TRUE)
      expect_false(grepl("hunter2", paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
    }
  }
  expect_error(cognito_respond("SMS_MFA", "1"), "`challenge`", class = "cognitoken_error_config")
  expect_error(cognito_respond(challenge), class = "cognitoken_error_config")
})

test_that("no way of looking at a challenge but print shows a secret, and one that was saved is empty", {
  wire <- mock_wire()
  challenge <- challenge_of(wire_user(wire, "setup_totp"))
  secret <- challenge$totp_secret
  file <- withr::local_tempfile()
  saveRDS(challenge, file, ascii = TRUE, compress = FALSE)
  shown <- c(
    capture.output(str(challenge)), format(challenge), capture.output(dput(challenge)), deparse(challenge),
    capture.output(str(list(a = challenge))), capture.output(ls.str()), readLines(file),
    rawToChar(serialize(challenge, NULL, ascii = TRUE)), paste(list(challenge))
  )
  shown <- shown[!grepl("^ *secret :", shown)]
  expect_false(any(grepl(secret, shown, fixed = TRUE)))
  expect_error(readRDS(file)$name, "another R process", class = "cognitoken_error_config")
  expect_error(cognito_respond(readRDS(file), "1"), "another R process", class = "cognitoken_error_config")
})

test_that("a secret of an authenticator app answers by itself", {
  wire <- mock_wire()
  user <- wire_user(wire, "totp")
  expect_tokens_of(sign_in(user, totp_secret = wire$totp_secret), user)
  user <- wire_user(wire, "totp")
  tokens <- without_environment(do.call(cognito_login, user), COGNITO_TOTP_SECRET = wire$totp_secret)
  expect_tokens_of(tokens, user)
  error <- caught(sign_in(wire_user(wire, "totp"), totp_secret = "not base32!"))
  expect_s3_class(error, "cognitoken_error_config")
  expect_false(grepl("not base32!", paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
})

test_that("a service that is not of our making takes a new password, an app's codes, and the app's secret", {
  cognito <- local_cognito()
  pool <- administer(cognito, "CreateUserPool", PoolName = "strict")$UserPool$Id
  administer(cognito, "SetUserPoolMfaConfig",
    UserPoolId = pool, SoftwareTokenMfaConfiguration = list(Enabled = TRUE), MfaConfiguration = "ON"
  )
  flows <- list("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH")
  client <- administer(cognito, "CreateUserPoolClient",
    UserPoolId = pool, ClientName = "public", ExplicitAuthFlows = flows
  )$UserPoolClient$ClientId
  administer(cognito, "AdminCreateUser",
    UserPoolId = pool, Username = "grace", TemporaryPassword = "Fleeting-Horse-1!", MessageAction = "SUPPRESS"
  )
  user <- list(
    username = "grace", password = "Fleeting-Horse-1!", client_id = client, user_pool_id = pool,
    endpoint = cognito$endpoint
  )
  challenge <- challenge_of(user)
  expect_identical(challenge$name, "NEW_PASSWORD_REQUIRED")
  tokens <- cognito_respond(challenge, new_password = "Tidal-Horse-8!")
  expect_tokens_of(tokens, user)

  # It never asks to set an app up: that is done by its own operations.
  secret <- administer(cognito, "AssociateSoftwareToken", AccessToken = tokens$access_token)$SecretCode
  administer(cognito, "VerifySoftwareToken", AccessToken = tokens$access_token, UserCode = totp_code(secret))
  administer(cognito, "SetUserMFAPreference",
    AccessToken = tokens$access_token, SoftwareTokenMfaSettings = list(Enabled = TRUE, PreferredMfa = TRUE)
  )
  user$password <- "Tidal-Horse-8!"
  challenge <- challenge_of(user)
  expect_identical(challenge$name, "SOFTWARE_TOKEN_MFA")
  expect_mistyped(cognito_respond(challenge, wrong_code(totp_code(secret))))
  expect_tokens_of(cognito_respond(challenge, totp_code(secret)), user)
  expect_tokens_of(sign_in(user, totp_secret = secret), user)
})

test_that("a revoked refresh token is refused by a service that is not of our making", {
  cognito <- local_cognito()
  tokens <- without_environment(
    cognito_login(cognito$user_name, cognito$password, cognito$client_id, endpoint = cognito$endpoint)
  )
  expect_null(cognito_revoke(tokens))
  expect_s3_class(caught(cognito_refresh(tokens)), "cognitoken_error_authentication")
})

test_that("a forgotten password is replaced, after a wrong code too", {
  wire <- mock_wire()
  for (client in c("public", "secret")) {
    user <- wire_user(wire, "plain", client = client)
    without_environment({
      delivery <- do.call(cognito_forgot_password, account_of(user))
      expect_s3_class(delivery, "cognito_code_delivery")
      expect_match(delivery$destination, "^p\\*+@e")
      expect_identical(delivery[c("delivery_medium", "attribute_name")], list(
        delivery_medium = "EMAIL", attribute_name = "email"
      ))
      expect_match(capture.output(print(delivery)), delivery$destination, fixed = TRUE, all = FALSE)
      confirm <- function(code) {
        do.call(cognito_confirm_forgot_password, account_of(user, code = code, new_password = "Brand-New-8!"))
      }
      expect_mistyped(confirm("000000"))
      returned <- withVisible(confirm(wire$codes$CONFIRMATION))
      expect_null(returned$value)
      expect_false(returned$visible)
    })
    user$password <- "Brand-New-8!"
    expect_tokens_of(sign_in(user), user)
  }
})

test_that("a password that was reset is an error of its own, and the way out works", {
  wire <- mock_wire()
  user <- wire_user(wire, "reset_required")
  expect_s3_class(caught(sign_in(user)), "cognitoken_error_password_reset_required")
  without_environment({
    do.call(cognito_forgot_password, account_of(user))
    arguments <- account_of(user, code = wire$codes$CONFIRMATION, new_password = "Brand-New-8!")
    do.call(cognito_confirm_forgot_password, arguments)
  })
  user$password <- "Brand-New-8!"
  expect_tokens_of(sign_in(user), user)
})

test_that("a sign-up is confirmed with the code that is sent again", {
  wire <- mock_wire()
  user <- wire_user(wire, "unconfirmed")
  expect_s3_class(caught(sign_in(user)), "cognitoken_error_user_not_confirmed")
  without_environment({
    delivery <- do.call(cognito_resend_confirmation_code, account_of(user))
    expect_identical(delivery$delivery_medium, "EMAIL")
    expect_mistyped(do.call(cognito_confirm_sign_up, account_of(user, code = "000000")))
    expect_null(do.call(cognito_confirm_sign_up, account_of(user, code = wire$codes$CONFIRMATION)))
  })
  expect_tokens_of(sign_in(user), user)
})

test_that("the user comes from the environment where it is left out", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  delivery <- without_environment(cognito_forgot_password(),
    COGNITO_USER_NAME = user$username, COGNITO_CLIENT_ID = user$client_id, COGNITO_ENDPOINT = user$endpoint
  )
  expect_identical(delivery$attribute_name, "email")
  without_environment({
    expect_error(cognito_forgot_password(), "COGNITO_USER_NAME", class = "cognitoken_error_config")
    expect_error(cognito_confirm_sign_up(NULL, "ada", "client"), "`code`", class = "cognitoken_error_config")
    expect_error(
      cognito_confirm_forgot_password("1", NULL, "ada", "client"), "`new_password`", class = "cognitoken_error_config"
    )
  })
})

test_that("a password is changed by who is signed in and knows the old one", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  tokens <- sign_in(user)
  error <- caught(cognito_change_password(tokens, "Wrong-Horse-7!", "Brand-New-8!"))
  expect_s3_class(error, "cognitoken_error_authentication")
  for (secret in c("Wrong-Horse-7!", "Brand-New-8!")) {
    expect_false(grepl(secret, paste(unlist(lapply(error, deparse)), collapse = ""), fixed = TRUE))
  }
  expect_null(cognito_change_password(tokens, user$password, "Brand-New-8!"))
  expect_s3_class(caught(sign_in(user)), "cognitoken_error_authentication")
  user$password <- "Brand-New-8!"
  expect_tokens_of(sign_in(user), user)
  expect_tokens_of(cognito_refresh(tokens), user)
})

test_that("revoking ends one sign-in, signing out everywhere ends all", {
  wire <- mock_wire()
  for (client in c("public", "secret", "rotation")) {
    user <- wire_user(wire, "plain", client = client)
    sign_ins <- lapply(1:3, function(number) sign_in(user))
    expect_null(cognito_revoke(sign_ins[[1]]))
    expect_s3_class(caught(cognito_refresh(sign_ins[[1]])), "cognitoken_error_authentication")
    fresh <- cognito_refresh(sign_ins[[2]])
    expect_tokens_of(fresh, user)
    expect_null(cognito_global_sign_out(fresh))
    for (tokens in list(fresh, sign_ins[[3]])) {
      expect_s3_class(caught(cognito_refresh(tokens)), "cognitoken_error_authentication")
    }
  }
})

test_that("with rotation on, new tokens hold the new refresh token and the old one is of no use", {
  wire <- mock_wire()
  for (client in c("rotation", "rotation_secret")) {
    tokens <- sign_in(wire_user(wire, "plain", client = client))
    fresh <- cognito_refresh(tokens)
    expect_false(identical(fresh$refresh_token, tokens$refresh_token))
    expect_s3_class(cognito_refresh(fresh), "cognito_tokens")
    expect_s3_class(caught(cognito_refresh(tokens)), "cognitoken_error_authentication")
  }
})

test_that("what is no tokens is refused by every call on them", {
  for (call in list(cognito_revoke, cognito_global_sign_out, function(x) cognito_change_password(x, "a", "b"))) {
    expect_error(call("tokens"), "`tokens`", class = "cognitoken_error_config")
  }
})

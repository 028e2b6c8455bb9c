test_that("a device that is remembered spares the second factor, and is dropped when the pool has forgotten it", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms", pool = "devices")
  answer <- function(challenge) wire$codes$SMS_MFA
  expect_null(sign_in(user, on_challenge = answer)$device)
  device <- sign_in(user, on_challenge = answer, remember_device = TRUE)$device
  expect_s3_class(device, "cognito_device")
  tokens <- sign_in(user, device = device)
  expect_tokens_of(tokens, user)
  expect_identical(as.list(tokens$device), as.list(device))
  expect_tokens_of(cognito_refresh(tokens), user)

  wire$order("forget_device", username = user$username)
  expect_identical(challenge_of(user, device = device)$name, "SMS_MFA")
})

test_that("where the user is to be asked, remembering is asked for", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", pool = "devices_opt_in")
  tokens <- sign_in(user, remember_device = TRUE)
  known <- wire$order("user", username = user$username, pool = "devices_opt_in")$devices
  expect_true(known[[as.list(tokens$device)$key]]$remembered)
})

test_that("a refresh token alone goes with its device, or the device's key", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", pool = "devices")
  tokens <- sign_in(user, remember_device = TRUE)
  from_token <- function(...) {
    given <- c(user[c("client_id", "user_pool_id", "endpoint")], list(refresh_token = tokens$refresh_token, ...))
    expect_tokens_of(without_environment(do.call(cognito_refresh, given)), user)
    session <- without_environment(do.call(cognito_session, given))
    expect_tokens_of(session_tokens(session), user)
  }
  from_token(device = tokens$device)
  from_token(device = as.list(tokens$device)$key)
  expect_error(
    without_environment(do.call(cognito_refresh, c(user[c("client_id", "endpoint")], list(
      refresh_token = tokens$refresh_token, device = 5
    )))),
    "`device`", class = "cognitoken_error_config"
  )
})

test_that("a device can be kept as three strings, and made again from them", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms", pool = "devices")
  kept <- as.list(sign_in(user, on_challenge = function(challenge) wire$codes$SMS_MFA, remember_device = TRUE)$device)
  expect_named(kept, c("key", "group_key", "password"))
  expect_tokens_of(sign_in(user, device = do.call(cognito_device, kept)), user)
})

test_that("no way of looking at a device shows its password", {
  device <- cognito_device("us-east-1_key", "-group", "DevicePasswordWords")
  file <- withr::local_tempfile()
  saveRDS(device, file, ascii = TRUE, compress = FALSE)
  shown <- c(
    capture.output(print(device)), capture.output(str(device)), format(device), capture.output(dput(device)),
    deparse(device), capture.output(print(list(device))), capture.output(str(list(a = device))), readLines(file),
    capture.output(ls.str()), paste(list(device))
  )
  expect_false(any(grepl("DevicePasswordWords", shown, fixed = TRUE)))
  expect_match(format(device), "us-east-1_key", fixed = TRUE)
  expect_error(as.list(readRDS(file)), "another R process", class = "cognitoken_error_config")
})

test_that("what is no device is refused", {
  expect_error(cognito_device("key", "group", NULL), "`password`", class = "cognitoken_error_config")
  expect_error(cognito_device(1, "group", "password"), "`key`", class = "cognitoken_error_config")
  without_environment({
    for (device in list("key", list(key = "key"), 1)) {
      expect_error(cognito_login("a", "b", "c", device = device), "`device`", class = "cognitoken_error_config")
    }
    for (wrong in list("yes", NA, c(TRUE, FALSE), 1)) {
      expect_error(
        cognito_login("a", "b", "c", remember_device = wrong), "`remember_device`", class = "cognitoken_error_config"
      )
    }
  })
})

# The stand-in for the cognito-idp API that `python tests/mock_wire run` starts beside the tests.
mock_wire <- function() {
  control <- Sys.getenv("COGNITOKEN_MOCK_CONTROL")
  testthat::skip_if(!nzchar(control), "no mock wire (python tests/mock_wire run)")
  facts <- http_json(control, list(action = "facts"))
  facts$order <- function(action, ...) http_json(control, list(action = action, ...))
  facts
}

# A user nobody else has, who signs in at this client of this pool: arguments for cognito_login() and its like.
wire_user <- function(wire, scenario, pool = "plain", client = "public") {
  user <- wire$order("new_user", scenario = scenario, pool = pool)
  list(
    username = user$sign_in_name, password = user$password, client_id = wire$pools[[pool]]$clients[[client]]$id,
    user_pool_id = wire$pools[[pool]]$id, client_secret = wire$pools[[pool]]$clients[[client]]$secret,
    endpoint = wire$endpoint
  )
}

sign_in <- function(user, ...) {
  without_environment(do.call(cognito_login, c(user, list(...))))
}

session_of <- function(user, ...) {
  without_environment(do.call(cognito_session, c(user, list(...))))
}

# The operations that the service was asked for by this user.
asked <- function(wire, user) {
  entries <- wire$order("journal", username = sub("@.*", "", user$username))$entries
  vapply(entries, function(entry) entry$operation, "")
}

# A user's values without a password.
account_of <- function(user, ...) {
  c(list(...), user[names(user) != "password"])
}

# The challenge that a sign-in ends with.
challenge_of <- function(user, ...) {
  error <- caught(sign_in(user, ...))
  testthat::expect_s3_class(error, "cognitoken_error_challenge_required")
  error$challenge
}

expect_tokens_of <- function(tokens, user) {
  testthat::expect_s3_class(tokens, "cognito_tokens")
  testthat::expect_identical(tokens$claims$`cognito:username`, user$username)
}

# The code of the authenticator app that holds this secret: RFC 6238, by a program that is not ours to test.
totp_code <- function(secret) {
  script <- c(
    "import base64, hmac, sys, time",
    "secret = sys.argv[1]",
    "key = base64.b32decode(secret + '=' * (-len(secret) % 8))",
    "digest = hmac.digest(key, int(time.time() // 30).to_bytes(8, 'big'), 'sha1')",
    "at = digest[-1] & 15",
    "print(f\"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 1000000:06d}\")"
  )
  file <- withr::local_tempfile(lines = script, fileext = ".py")
  system2("python3", c(file, secret), stdout = TRUE)
}

wrong_code <- function(code) {
  sprintf("%06d", (as.integer(code) + 1L) %% 1000000L)
}

# How a refusal looks that a person can mend.
expect_mistyped <- function(code) {
  error <- caught(code)
  testthat::expect_s3_class(error, "cognitoken_error_authentication")
  testthat::expect_match(error$code, "CodeMismatchException|EnableSoftwareTokenMFAException")
  invisible(error)
}

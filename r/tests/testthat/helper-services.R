# The condition as users get it: expect_error() adds a trace to it, which holds the values of do.call().
caught <- function(code) {
  tryCatch(code, error = identity)
}

# The variables that decide what a call does: a test starts without any, whatever the surroundings say.
cleared_variables <- function() {
  names <- grep("^(COGNITO|APLOS)_|^AWS_(DEFAULT_)?REGION$|^[A-Za-z]+_PROXY$|^[a-z]+_proxy$", names(Sys.getenv()),
    value = TRUE
  )
  stats::setNames(rep(NA_character_, length(names)), names)
}

without_environment <- function(code, ...) {
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  withr::local_envvar(c(cleared_variables(), ...))
  force(code)
}

# Waits for what another process is about to do; it fails rather than wait for ever.
wait_until <- function(condition, what, seconds = 20) {
  for (turn in seq_len(seconds * 50)) {
    if (condition()) {
      return(invisible())
    }
    Sys.sleep(0.02)
  }
  stop("waited ", seconds, " s for ", what)
}

log_lines <- function(file) {
  if (file.exists(file)) readLines(file, warn = FALSE) else character()
}

# A service that gives this one answer; it ends with the test that called. Gives its address, its log, and a function
# that has it answer something else from now on.
local_service <- function(..., frame = parent.frame()) {
  testthat::skip_if(!nzchar(Sys.which("python3")), "python3 is not here")
  folder <- withr::local_tempdir(.local_envir = frame)
  answer <- file.path(folder, "answer.json")
  log <- file.path(folder, "log")
  answers <- function(what) jsonlite::write_json(what, answer, auto_unbox = TRUE)
  answers(list(...))
  script <- testthat::test_path("mock_service.py")
  command <- paste("exec python3", shQuote(normalizePath(script)), shQuote(answer), shQuote(log))
  standard_input <- pipe(command, "w")
  withr::defer(close(standard_input), envir = frame)
  wait_until(function() length(log_lines(log)) > 0, "the mock service")
  list(url = paste0("http://127.0.0.1:", sub("port ", "", log_lines(log)[[1]])), log = log, answers = answers)
}

# What Cognito sends when it refuses.
refusal <- function(code, message, status = 400L, id = "request-1") {
  list(
    status = status, headers = list(`x-amzn-requestid` = id, `Content-Type` = "application/x-amz-json-1.1"),
    body = jsonlite::toJSON(list(`__type` = code, message = message), auto_unbox = TRUE)
  )
}

# What Cognito sends when it signs in, for a service that is told what to answer.
good_tokens <- function() {
  token <- function(payload) unsigned_token(jsonlite::toJSON(payload, auto_unbox = TRUE))
  result <- list(
    AccessToken = token(list(username = "ada", token_use = "access", exp = 4102444800)), ExpiresIn = 3600,
    IdToken = token(list(`cognito:username` = "ada", token_use = "id", exp = 4102444800)), RefreshToken = "refresh",
    TokenType = "Bearer"
  )
  body <- jsonlite::toJSON(list(AuthenticationResult = result), auto_unbox = TRUE)
  list(status = 200L, headers = list(`Content-Type` = "application/x-amz-json-1.1"), body = body)
}

base64url <- function(json) {
  encoded <- jsonlite::base64_enc(charToRaw(enc2utf8(json)))
  gsub("=", "", chartr("+/", "-_", gsub("\n", "", encoded)))
}

# A token that says this, with a signature that is none.
unsigned_token <- function(payload, header = '{"alg":"RS256","kid":"key"}') {
  paste(base64url(header), base64url(payload), "c2lnbmF0dXJl", sep = ".")
}

# The local Cognito that demo/local_cognito.py runs tests beside.
local_cognito <- function() {
  testthat::skip_if(!nzchar(Sys.getenv("COGNITOKEN_TEST_ENDPOINT")), "no local Cognito (demo/local_cognito.py run)")
  names <- c(
    "endpoint", "region", "user_pool_id", "issuer", "jwks_url", "client_id", "secret_client_id", "client_secret",
    "srp_only_client_id", "user_name", "password", "email", "alias_user_pool_id", "alias_client_id",
    "alias_client_secret", "domain", "m2m_client_id", "m2m_client_secret", "scope", "sso_client_id", "redirect_uri",
    "identity_pool_id", "other_identity_pool_id"
  )
  as.list(stats::setNames(Sys.getenv(paste0("COGNITOKEN_TEST_", toupper(names))), names))
}

# An administrator's call at the local Cognito, or one that a user's access token allows.
administer <- function(cognito, operation, ...) {
  scope <- paste0("Credential=test/20260101/", cognito$region, "/cognito-idp/aws4_request")
  http_json(paste0(cognito$endpoint, "/"), list(...), c(
    "Content-Type: application/x-amz-json-1.1",
    paste0("X-Amz-Target: AWSCognitoIdentityProviderService.", operation),
    paste0("Authorization: AWS4-HMAC-SHA256 ", scope, ", SignedHeaders=host, Signature=00")
  ))
}

# Runs a script in an R of its own that hears interrupts: what a shell starts in the background ignores them, and R 4.5
# and newer leave it at that.
run_beside <- function(script, output) {
  heard <- if (Sys.info()[["sysname"]] == "Linux") c("env", "--default-signal=INT")
  program <- c(heard, file.path(R.home("bin"), "Rscript"), script)
  system2(program[[1]], program[-1], stdout = output, stderr = FALSE, wait = FALSE)
}

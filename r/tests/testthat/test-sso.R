test_that("a person signs in on the page; the tokens are genuine, and refreshed at the domain", {
  cognito <- local_cognito()
  client <- client_with_page(cognito)
  shown <- NULL
  tokens <- without_environment(cognito_login_sso(
    client$client_id, client$domain, redirect_uri = client$redirect_uri,
    open_browser = function(link) shown <<- walk(link, cognito)
  ))
  expect_match(shown, "You are signed in")
  expect_s3_class(tokens, "cognito_tokens")
  verifier <- jwt_verifier(cognito$user_pool_id, client$client_id, jwks_url = cognito$jwks_url)
  expect_identical(jwt_verify(verifier, tokens$id_token)$email, cognito$email)
  fresh <- cognito_refresh(tokens)
  expect_identical(jwt_verify(verifier, fresh$id_token)$sub, tokens$claims$sub)
})

test_that("tokens of the domain are revoked there", {
  answer <- list(access_token = "SecretAccessToken", refresh_token = "SecretRefreshToken", expires_in = 3600)
  domain <- local_service(status = 200L, body = jsonlite::toJSON(answer, auto_unbox = TRUE))
  redirect_uri <- paste0("http://localhost:", free_port(), "/")
  tokens <- without_environment(cognito_login_sso(
    "client", domain$url, scopes = "reports/read", redirect_uri = redirect_uri,
    open_browser = function(link) http_request(paste0(redirect_uri, "?code=code&state=", parameter(link, "state")))
  ))
  expect_null(tokens$id_token)
  expect_null(cognito_revoke(tokens))
  expect_match(tail(grep("^body", log_lines(domain$log), value = TRUE), 1), "token=SecretRefreshToken", fixed = TRUE)
})

test_that("the link asks for what was asked for, and for no more", {
  cognito <- local_cognito()
  client <- client_with_page(cognito)
  link <- NULL
  open <- function(address) {
    link <<- address
    stop("enough")
  }
  without_environment(expect_error(cognito_login_sso(
    client$client_id, client$domain, identity_provider = "Google", login_hint = "ada@example.com", lang = "de",
    prompt = "login", scopes = c("openid", "email"), redirect_uri = client$redirect_uri, open_browser = open,
    parameters = list(resource = "https://api.example.com")
  ), "enough"))
  wanted <- c(
    client_id = client$client_id, response_type = "code", redirect_uri = client$redirect_uri,
    code_challenge_method = "S256", resource = "https://api.example.com", identity_provider = "Google", login_hint = "ada@example.com", lang = "de",
    prompt = "login"
  )
  for (name in names(wanted)) expect_identical(parameter(link, name), wanted[[name]])
  expect_identical(gsub("+", " ", parameter(link, "scope"), fixed = TRUE), "openid email")
  expect_false(grepl("idp_identifier", link, fixed = TRUE))
  # The function's own error ended it, and the port is free again.
  held <- serverSocket(as.integer(gsub("\\D", "", client$redirect_uri)))
  close(held)
})

test_that("another sign-in, another path and a refusal are told apart", {
  cognito <- local_cognito()
  client <- client_with_page(cognito)
  open <- function(link) {
    elsewhere <- http_request(paste0(client$redirect_uri, "favicon.ico"))
    other <- http_request(paste0(client$redirect_uri, "?code=stolen&state=other"))
    # Still waiting: this one is ours.
    ours <- http_request(paste0(client$redirect_uri, "?error=access_denied&state=", parameter(link, "state")))
    expect_match(elsewhere, "^HTTP/1.1 404")
    expect_match(other, "^HTTP/1.1 400")
    expect_match(ours, "Signing in failed")
  }
  error <- without_environment(caught(cognito_login_sso(
    client$client_id, client$domain, redirect_uri = client$redirect_uri, open_browser = open
  )))
  expect_s3_class(error, "cognitoken_error_authentication")
  expect_identical(error$code, "access_denied")
  expect_identical(conditionCall(error), quote(cognito_login_sso()))
})

test_that("where the browser is elsewhere the link is shown, and it may come back all the same", {
  cognito <- local_cognito()
  for (open_browser in list(FALSE, TRUE)) {
    client <- client_with_page(cognito)
    shown <- NULL
    tokens <- withCallingHandlers(
      without_environment(
        cognito_login_sso(
          client$client_id, client$domain, redirect_uri = client$redirect_uri, open_browser = open_browser
        ),
        SSH_CONNECTION = "192.0.2.1 1 192.0.2.2 22"
      ),
      message = function(condition) {
        link <- regmatches(conditionMessage(condition), regexpr("http://\\S+", conditionMessage(condition)))
        if (length(link) && grepl("authorize", link)) shown <<- walk(link, cognito)
        invokeRestart("muffleMessage")
      }
    )
    expect_match(shown, "You are signed in")
    expect_identical(tokens$claims$`cognito:username`, cognito$user_name)
  }
})

test_that("on a desk the browser is opened", {
  cognito <- local_cognito()
  skip_on_os("mac")
  client <- client_with_page(cognito)
  link_file <- withr::local_tempfile()
  person <- withr::local_tempfile()
  browser <- withr::local_tempfile(lines = c("#!/bin/sh", sprintf("printf %%s \"$1\" >%s", shQuote(link_file))))
  Sys.chmod(browser, "0755")
  # The one who walks is another R process: this one waits.
  script <- withr::local_tempfile(fileext = ".R", lines = c(
    sprintf("for (file in %s) source(file)", deparse1(list.files(
      normalizePath(test_path()), "^helper-(http|services|sign)", full.names = TRUE
    ))),
    sprintf("wait_until(function() length(log_lines(%s)) > 0, 'the browser')", deparse(link_file)),
    sprintf("walk(readLines(%s, warn = FALSE), readRDS(%s))", deparse(link_file), deparse(person))
  ))
  saveRDS(cognito[c("user_name", "password", "domain")], person)
  system2(file.path(R.home("bin"), "Rscript"), script, wait = FALSE, stdout = FALSE, stderr = FALSE)
  remote <- c("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "KUBERNETES_SERVICE_HOST", "POSIT_PRODUCT")
  withr::local_envvar(c(stats::setNames(rep(NA_character_, length(remote)), remote), DISPLAY = ":0", BROWSER = browser))
  tokens <- without_environment(cognito_login_sso(
    client$client_id, client$domain, redirect_uri = client$redirect_uri, timeout = 60
  ))
  expect_identical(tokens$claims$`cognito:username`, cognito$user_name)
})

# An interactive R that signs in and says who it is. The test writes what the person types, and reads the screen.
console <- function(client, frame = parent.frame()) {
  screen <- withr::local_tempfile(.local_envir = frame)
  withr::local_envvar(cleared_variables())
  command <- paste(
    "exec", shQuote(file.path(R.home("bin"), "R")),
    "--interactive --no-save --no-restore --no-readline --quiet --no-init-file >", shQuote(screen), "2>&1"
  )
  typed <- pipe(command, "w")
  withr::defer(close(typed), envir = frame)
  type <- function(line) {
    writeLines(line, typed)
    flush(typed)
  }
  type("library(cognitoken)")
  type(sprintf(
    "tokens <- cognito_login_sso(%s, %s, redirect_uri = %s, open_browser = FALSE, timeout = 60)",
    deparse(client$client_id), deparse(client$domain), deparse(client$redirect_uri)
  ))
  seen <- function() paste(log_lines(screen), collapse = "\n")
  # The prompt is the last thing on the screen, without a line's end.
  asked <- function(times) lengths(regmatches(seen(), gregexpr("Address: ", seen(), fixed = TRUE))) == times
  wait_until(function() asked(1), "the prompt")
  link <- regmatches(seen(), regexpr("http://\\S+authorize\\S+", seen()))
  list(type = type, seen = seen, asked = asked, link = link)
}

test_that("the address can be pasted at the console, after something else too", {
  cognito <- local_cognito()
  console <- console(client_with_page(cognito))
  console$type("good morning")
  wait_until(function() console$asked(2), "the second prompt")
  expect_match(console$seen(), "has no state")
  console$type(sign_in_on_page(console$link, cognito))
  console$type("cat('signed', 'in', 'as', tokens$claims$email, '\\n')")
  wait_until(function() grepl("signed in as ada@example.com", console$seen()), "the tokens")
  succeed()
})

test_that("while the console asks, the browser may come back: Enter goes on", {
  cognito <- local_cognito()
  console <- console(client_with_page(cognito))
  shown <- walk(console$link, cognito)
  expect_match(shown, "You are signed in")
  console$type("")
  console$type("cat('signed', 'in', 'as', tokens$claims$email, '\\n')")
  wait_until(function() grepl("signed in as ada@example.com", console$seen()), "the tokens")
  succeed()
})

test_that("nobody comes in time, or the port is taken", {
  cognito <- local_cognito()
  client <- client_with_page(cognito)
  port <- as.integer(gsub("\\D", "", client$redirect_uri))
  wait <- function(...) {
    without_environment(caught(cognito_login_sso(
      client$client_id, client$domain, redirect_uri = client$redirect_uri, open_browser = function(link) NULL, ...
    )))
  }
  expect_s3_class(wait(timeout = 0.3), "cognitoken_error_request_timeout")
  held <- serverSocket(port)
  error <- wait()
  close(held)
  expect_s3_class(error, "cognitoken_error_config")
  expect_identical(error$code, "PortInUse")
  expect_s3_class(wait(timeout = 0.3), "cognitoken_error_request_timeout")
})

test_that("an interrupt ends the wait and closes the port", {
  cognito <- local_cognito()
  client <- client_with_page(cognito)
  output <- withr::local_tempfile()
  login <- sprintf(
    "cognitoken::cognito_login_sso(%s, %s, redirect_uri = %s, open_browser = function(link) cat('waiting\\n'), timeout = ",
    deparse(client$client_id), deparse(client$domain), deparse(client$redirect_uri)
  )
  script <- withr::local_tempfile(fileext = ".R", lines = c(
    "cat(Sys.getpid(), '\\n')",
    paste0("tryCatch(", login, "600), interrupt = function(condition) cat('interrupted\\n'))"),
    paste0("tryCatch(", login, "0.2), error = function(error) cat(error$code, '\\n'))")
  ))
  without_environment(run_beside(script, output))
  wait_until(function() "waiting" %in% log_lines(output), "the sign-in to wait")
  tools::pskill(as.integer(log_lines(output)[[1]]), tools::SIGINT)
  wait_until(function() length(log_lines(output)) >= 5, "the second sign-in to end")
  expect_identical(trimws(log_lines(output)[-1]), c("waiting", "interrupted", "waiting", "RequestTimeout"))
})

test_that("values that are missing, malformed or contradict each other are told before anything is opened", {
  opened <- FALSE
  refused <- function(pattern, ...) {
    open <- function(link) opened <<- TRUE
    without_environment(expect_error(
      cognito_login_sso(..., open_browser = open), pattern, class = "cognitoken_error_config"
    ))
  }
  refused("COGNITO_CLIENT_ID", domain = "https://auth.example.com")
  refused("COGNITO_DOMAIN", "client")
  refused("identity_provider", "client", "https://auth.example.com", identity_provider = "a", idp_identifier = "b")
  refused(NULL, "client", "https://auth.example.com", redirect_uri = "http://example.com/")
  refused("`scopes`", "client", "https://auth.example.com", scopes = 1)
  refused(NULL, "client", "https://auth.example.com", timeout = -1)
  for (wrong in list(NULL, NA, "yes", 1, c(TRUE, FALSE))) {
    expect_error(
      cognito_login_sso("client", "https://auth.example.com", open_browser = wrong), "`open_browser`",
      class = "cognitoken_error_config"
    )
  }
  expect_false(opened)
})

test_that("the logout address is made from domain, client and target", {
  without_environment({
    expect_identical(
      cognito_logout_url("my-app", "client", "http://localhost:8400/", "eu-west-1"),
      paste0(
        "https://my-app.auth.eu-west-1.amazoncognito.com/logout?client_id=client",
        "&logout_uri=http%3A%2F%2Flocalhost%3A8400%2F"
      )
    )
    expect_error(cognito_logout_url("my-app", "client"), "logout", class = "cognitoken_error_config")
    expect_error(cognito_logout_url(NULL, "client", "http://localhost/"), "COGNITO_DOMAIN",
      class = "cognitoken_error_config"
    )
  })
})

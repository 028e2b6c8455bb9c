store_in <- function(folder) {
  paste0("file:", file.path(folder, "tokens"))
}

test_that("one sign-in serves every session of the same store, without a password", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  store <- store_in(withr::local_tempdir())
  tokens <- session_tokens(session_of(user, store = store))
  expect_tokens_of(tokens, user)

  silent <- session_of(account_of(user), store = store)
  expect_identical(session_id_token(silent), tokens$id_token)
  expect_identical(session_headers(silent), c(Authorization = paste("Bearer", tokens$id_token)))
  expect_identical(session_access_token(silent), tokens$access_token)

  fresh <- session_refresh(silent)
  expect_false(identical(fresh$id_token, tokens$id_token))
  expect_identical(session_id_token(session_of(account_of(user), store = store)), fresh$id_token)
})

test_that("printing shows who and where, and no token", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user)
  expect_output(print(session), "Signed in as +not known before the first call")
  tokens <- session_tokens(session)
  shown <- paste(capture.output(print(session), str(session)), collapse = "\n")
  expect_match(shown, user$username, fixed = TRUE)
  expect_match(shown, "memory", fixed = TRUE)
  for (secret in c(user$password, tokens$id_token, tokens$access_token, tokens$refresh_token)) {
    expect_false(grepl(secret, shown, fixed = TRUE))
  }
})

test_that("what saveRDS writes holds no secret and opens itself again by its store", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "secret")
  session <- session_of(user, store = store_in(withr::local_tempdir()))
  tokens <- session_tokens(session)
  file <- withr::local_tempfile()
  saveRDS(session, file, compress = FALSE)
  written <- readBin(file, "raw", file.size(file))
  for (secret in c(user$password, user$client_secret, tokens$id_token, tokens$refresh_token)) {
    expect_length(grepRaw(charToRaw(secret), written, fixed = TRUE), 0)
  }
  expect_identical(without_environment(session_id_token(readRDS(file))), tokens$id_token)
})

test_that("workers of the package parallel use the session, forked or not", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user, store = store_in(withr::local_tempdir()))
  expected <- session_id_token(session)
  forked <- parallel::mclapply(1:2, function(worker) session_id_token(session), mc.cores = 2)
  expect_identical(forked, rep(list(expected), 2))
  cluster <- parallel::makePSOCKcluster(1)
  withr::defer(parallel::stopCluster(cluster))
  expect_identical(parallel::clusterCall(cluster, cognitoken::session_id_token, session), list(expected))
})

test_that("a worker of the package future opens the session again by its store", {
  testthat::skip_if_not_installed("future")
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user, store = store_in(withr::local_tempdir()))
  expected <- session_id_token(session)
  withr::local_envvar(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
  earlier <- future::plan(future::multisession, workers = 2)
  withr::defer(future::plan(earlier))
  worker <- future::future(cognitoken::session_id_token(session), packages = "cognitoken")
  expect_identical(future::value(worker), expected)
})

test_that("a fault of the service costs nothing that is stored", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  store <- store_in(withr::local_tempdir())
  before <- session_tokens(session_of(user, store = store))
  for (kind in c("status", "garbage", "empty", "truncate")) {
    fault <- list(action = "fault", kind = kind, operation = "GetTokensFromRefreshToken", times = 50)
    do.call(wire$order, c(fault, if (kind == "status") list(status = 503, body = "<html>")))
    session <- session_of(user, store = store, timeout = 1)
    error <- caught(without_environment(session_refresh(session)))
    expect_s3_class(error, "cognitoken_error")
    expect_false(inherits(error, "cognitoken_error_authentication"))
    expect_identical(session_id_token(session), before$id_token)
    wire$order("clear_faults")
  }
  expect_false(identical(session_refresh(session_of(account_of(user), store = store))$id_token, before$id_token))
})

test_that("a refused refresh token is told as what it is", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  store <- store_in(withr::local_tempdir())
  session_tokens(session_of(user, store = store))
  wire$order("fault",
    kind = "error", operation = "GetTokensFromRefreshToken", code = "RefreshTokenReuseException",
    message = "Refresh token was used", times = 1
  )
  error <- caught(without_environment(session_refresh(session_of(account_of(user), store = store))))
  expect_s3_class(error, "cognitoken_error_authentication")
  expect_identical(error$code, "RefreshTokenReuseException")
  expect_match(error$hint, "sign in again")
})

test_that("a store that others can read is refused", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  folder <- withr::local_tempdir()
  session_tokens(session_of(user, store = store_in(folder)))
  Sys.chmod(file.path(folder, "tokens"), "755")
  error <- caught(without_environment(session_tokens(session_of(user, store = store_in(folder)))))
  expect_s3_class(error, "cognitoken_error_store")
  expect_match(error$hint, "chmod")
})

test_that("signing out tells how far it went, and leaves nothing", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  folder <- withr::local_tempdir()
  session <- session_of(user, store = store_in(folder))
  expect_identical(cognito_sign_out(session), "nothing")
  session_tokens(session)
  expect_identical(cognito_sign_out(session), "revoked")
  expect_length(list.files(folder, "[.]json$", recursive = TRUE), 0)
  nobody <- session_of(account_of(user), store = store_in(folder))
  error <- caught(without_environment(session_tokens(nobody)))
  expect_s3_class(error, "cognitoken_error_config")
  expect_match(error$message, "COGNITO_PASSWORD")
})

test_that("a challenge of the session's sign-in is answered by on_challenge", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  session <- session_of(user, on_challenge = function(challenge) "246810")
  expect_tokens_of(without_environment(session_tokens(session)), user)
  expect_identical(session_status(session)$username, user$username)
})

test_that("tokens of an answered challenge are kept", {
  wire <- mock_wire()
  user <- wire_user(wire, "sms")
  session <- session_of(user)
  error <- caught(without_environment(session_tokens(session)))
  expect_s3_class(error, "cognitoken_error_challenge_required")
  tokens <- cognito_respond(error$challenge, "246810")
  session_keep(session, tokens)
  expect_identical(session_id_token(session), tokens$id_token)
})

test_that("a damaged stored sign-in is told, set aside and no obstacle", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  folder <- withr::local_tempdir()
  session_tokens(session_of(user, store = store_in(folder)))
  entry <- list.files(folder, "[.]json$", recursive = TRUE, full.names = TRUE)
  writeLines("{", entry)
  session <- session_of(user, store = store_in(folder))
  expect_warning(session_tokens(session), "is damaged", class = "cognitoken_warning_store")
  expect_length(list.files(folder, "damaged$", recursive = TRUE), 1)
})

test_that("httr2 sends the token, and after a 401 the next one, once", {
  testthat::skip_if_not_installed("httr2")
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user)
  first <- session_id_token(session)
  service <- local_service(status = 401L, headers = list(`Content-Type` = "text/plain"), body = "no")
  request <- req_auth_cognito(httr2::request(paste0(service$url, "/data")), session)
  expect_false(any(grepl(first, capture.output(print(request)), fixed = TRUE)))
  error <- caught(httr2::req_perform(request))
  expect_s3_class(error, "httr2_http_401")
  second <- session_id_token(session)
  expect_false(identical(first, second))
  lines <- paste(log_lines(service$log), collapse = "\n")
  expect_match(lines, first, fixed = TRUE)
  expect_match(lines, second, fixed = TRUE)
})

test_that("what is no session, no request or no store is told as such", {
  expect_error(session_id_token("session"), class = "cognitoken_error_config")
  error <- caught(without_environment(cognito_session(client_id = "client", store = "redis://ada:hunter2@host")))
  expect_s3_class(error, "cognitoken_error_config")
  expect_match(error$message, "COGNITO_STORE_KEY")
  expect_false(grepl("hunter2", paste(error$message, error$hint)))
  testthat::skip_if_not_installed("httr2")
  expect_error(req_auth_cognito("request", NULL), class = "cognitoken_error_config")
})

test_that("a redis behind a socket is a store, its password is not written out, and what it refuses is said in words", {
  testthat::skip_on_os("windows")
  if (!nzchar(Sys.which("redis-server"))) {
    expect_false(nzchar(Sys.getenv("CI")), info = "redis-server has to be here")
    testthat::skip("redis-server is not here")
  }
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  folder <- withr::local_tempdir()
  socket <- file.path(folder, "redis.sock")
  pid_file <- file.path(folder, "pid")
  system2("redis-server", c(
    "--port", "0", "--unixsocket", socket, "--requirepass", "hunter2", "--daemonize", "yes", "--pidfile", pid_file,
    "--dir", folder, "--logfile", file.path(folder, "log")
  ))
  while (!file.exists(socket) || !isTRUE(file.size(pid_file) > 0)) Sys.sleep(0.01)
  withr::defer(tools::pskill(as.integer(readLines(pid_file))))
  withr::local_envvar(COGNITO_STORE_KEY = strrep("cd", 32))

  store <- paste0("valkey+unix://", socket, "?pass=hunter2")
  open <- function(values) do.call(cognito_session, c(values, store = store))
  session <- open(user)
  tokens <- session_tokens(session)
  expect_identical(session_id_token(open(account_of(user))), tokens$id_token)
  expect_false(grepl("hunter2", rawToChar(serialize(session, NULL, ascii = TRUE)), fixed = TRUE))
  expect_false(grepl("hunter2", paste(capture.output(print(session), str(session)), collapse = ""), fixed = TRUE))

  system2("redis-cli", c("--no-auth-warning", "-a", "hunter2", "-s", socket, "CONFIG", "SET", "maxmemory", "1"),
    stdout = FALSE
  )
  error <- caught(session_refresh(session))
  expect_s3_class(error, "cognitoken_error_store")
  expect_identical(error$code, "StoreFull")
  expect_match(error$message, "maxmemory", fixed = TRUE)
  expect_false(grepl("hunter2", paste(error$message, error$hint), fixed = TRUE))
})

test_that("the status is an object with fields, and shows itself", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user)
  status <- session_status(session)
  expect_s3_class(status, "cognito_session_status")
  expect_named(status, c(
    "signed_in", "who", "username", "user_pool_id", "issuer", "client_id", "expires_at", "refreshable",
    "refresh_token_issued_at", "profile", "sources", "store", "protection"
  ))
  expect_false(status$signed_in)
  expect_null(status$expires_at)
  tokens <- session_tokens(session)
  status <- session_status(session)
  expect_true(status$signed_in)
  expect_identical(status$username, user$username)
  expect_identical(status[["user_pool_id"]], user$user_pool_id)
  expect_identical(status$client_id, user$client_id)
  expect_identical(status$expires_at, tokens$expires_at)
  expect_true(status$refreshable)
  expect_identical(status$store, "memory")
  expect_error(status$password, class = "cognitoken_error_config")
  shown <- capture.output(print(status))
  expect_match(shown, paste0("^Client ID +", user$client_id, "$"), all = FALSE)
  expect_match(shown, "^Expires +[0-9-]+ [0-9:]+ UTC \\(", all = FALSE)
})

test_that("printing asks neither the store nor the service", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  store <- store_in(withr::local_tempdir())
  tokens <- session_tokens(session_of(user, store = store))
  before <- length(asked(wire, user))
  other <- session_of(account_of(user), store = store)
  expect_match(format(other), "not known before the first call", fixed = TRUE)
  expect_false(grepl(user$username, format(other), fixed = TRUE))
  for (thing in list(other, tokens)) capture.output(print(thing))
  expect_length(asked(wire, user), before)
})

test_that("a sign-in can be forced, and challenges of it are answered once", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user)
  first <- session_tokens(session)
  second <- session_sign_in(session)
  expect_tokens_of(second, user)
  expect_false(identical(second$id_token, first$id_token))
  expect_identical(session_id_token(session), second$id_token)

  user <- wire_user(wire, "sms")
  times <- 0
  session <- session_of(user, on_challenge = function(challenge) {
    times <<- times + 1
    wire$codes$SMS_MFA
  })
  tokens <- without_environment(session_sign_in(session))
  expect_tokens_of(tokens, user)
  expect_identical(times, 1)
  expect_identical(session_id_token(session), tokens$id_token)
})

test_that("a stored sign-in is exported and imported, sealed", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  withr::local_envvar(COGNITO_BUNDLE_KEY = strrep("ab", 32))
  with_key <- function(code) without_environment(code, COGNITO_BUNDLE_KEY = strrep("ab", 32))
  session <- session_of(user, store = store_in(withr::local_tempdir()))
  expect_identical(caught(with_key(session_export(session)))$code, "NotSignedIn")
  tokens <- session_tokens(session)
  bundle <- with_key(session_export(session))
  expect_type(bundle, "character")
  expect_length(bundle, 1)
  expect_false(grepl(tokens$refresh_token, bundle, fixed = TRUE))
  other <- session_of(account_of(user), store = store_in(withr::local_tempdir()))
  expect_s3_class(with_key(session_import(other, bundle)), "cognito_tokens")
  expect_identical(session_status(other)$username, user$username)
  expect_identical(session_refresh(other)$claims$sub, tokens$claims$sub)
  expect_s3_class(caught(with_key(session_import(other, "no bundle"))), "cognitoken_error_store")
  expect_error(without_environment(session_export(session)), "COGNITO_BUNDLE_KEY", class = "cognitoken_error_config")
  expect_error(session_import(other), "`bundle`", class = "cognitoken_error_config")
})

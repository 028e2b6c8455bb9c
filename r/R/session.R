#' A sign-in that lasts
#'
#' A session gives tokens that are good for a while: from memory, from its store, by a refresh, or by signing in,
#' whichever answers first. No password is needed while the store can answer: after `cognitoken login` in a shell, or a
#' session in Python with the same store, `session_id_token(cognito_session(store = "file"))` answers silently.
#' Processes, and machines at one redis, take turns and find what the first one stored.
#'
#' `saveRDS()` of a session writes what it was opened with, but no password, no secret and no token; what is read back,
#' or sent to a worker of the packages future or parallel, opens itself again by its store. A forked worker
#' (`parallel::mclapply()`) goes on with what its parent had.
#'
#' @param flow As for [cognito_login()], or `"client_credentials"`: a session of the app client itself, with `domain`,
#'   `scopes` and `client_secret`.
#' @param timeout The limit of each call in seconds: waiting for other processes, retries and sign-in included. Default:
#'   30.
#' @param store Where the tokens rest. One string; default: `COGNITO_STORE`, else `"memory"`. `"memory"`: in this
#'   session. `"file"`: in the user's data folder, readable by the user alone, and sealed with a key that the system's
#'   keyring holds where there is one, or with `COGNITO_STORE_KEY`. `"file:<folder>"`: in that folder. `"keyring"`:
#'   sealed always, else an error. `"redis://..."`: on a redis server or cluster, sealed with `COGNITO_STORE_KEY` (32
#'   random bytes in base64); `rediss://` with TLS, `redis+sentinel://<host>/<name of the master>` by sentinels,
#'   `redis+unix://<path>` through a socket; `valkey` and `valkeys` mean `redis` and `rediss`.
#' @param refresh_token What to start from where nothing is stored. One string; default: `COGNITO_REFRESH_TOKEN`.
#' @param device A device that an earlier sign-in made known, see [cognito_device()]; beside `refresh_token`, its key
#'   alone, one string, does as well. Default: `COGNITO_DEVICE_KEY` for the refresh token.
#' @param id_token The one token that this session gives; nothing is asked of the service then. One string; default:
#'   `COGNITO_ID_TOKEN`.
#' @param token_use Which token is sent, and so decides when to refresh: `"id"`, the default, or `"access"`.
#' @param domain,scopes For `"client_credentials"`, see [cognito_client_credentials()].
#' @param background_refresh Whether the tokens are refreshed before they are due, so that no call waits for it. It ends
#'   with the session. `TRUE` or `FALSE`, the default.
#' @inheritParams cognito_login
#'
#' @return An object of class `cognito_session`. Printing shows who is signed in, where the tokens rest and until when,
#'   never a token.
#' @section Errors:
#' `cognitoken_error_config` for a value that is malformed, a store that is unknown or lacks its key.
#' @seealso [session_tokens()], [req_auth_cognito()]
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' session <- cognito_session(store = "memory")
#' nchar(session_id_token(session))
#' session
#' @export
cognito_session <- function(username = NULL, password = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                            client_secret = NULL, flow = "auto", endpoint = NULL, on_challenge = NULL, timeout = 30,
                            totp_secret = NULL, remember_device = FALSE, preferred_challenge = NULL, device = NULL,
                            store = NULL, refresh_token = NULL, id_token = NULL, token_use = "id", domain = NULL,
                            scopes = NULL, background_refresh = FALSE) {
  on_challenge <- challenge_answerer(on_challenge)
  settings <- arguments(
    username = username, client_id = client_id, region = region, user_pool_id = user_pool_id, flow = flow,
    endpoint = endpoint, timeout = timeout, remember_device = remember_device,
    preferred_challenge = preferred_challenge, store = store, token_use = token_use, domain = domain, scopes = scopes,
    background_refresh = background_refresh
  )
  secrets <- arguments(
    password = password, client_secret = client_secret, totp_secret = totp_secret, device = device,
    refresh_token = refresh_token, id_token = id_token
  )
  session <- new.env(parent = emptyenv())
  session$pointer <- answer_of(.Call(wrap__session_open, c(settings, secrets)))
  # A URL may hold a password: whoever reads the session back has it in COGNITO_STORE.
  if (holds_password(store)) {
    settings$store <- NULL
  }
  session$settings <- settings
  session$id <- remember_answerer(on_challenge)
  structure(session, class = "cognito_session")
}

holds_password <- function(store) {
  is.character(store) && any(grepl("://.*[@?]", store))
}

# Functions may hold secrets: they stay here, and are not written out with a session.
challenge_answerers <- new.env(parent = emptyenv())

remember_answerer <- function(on_challenge) {
  if (is.null(on_challenge)) {
    return(NULL)
  }
  id <- tempfile(paste0("session-", Sys.getpid(), "-"), "")
  assign(id, on_challenge, envir = challenge_answerers)
  id
}

answerer_of <- function(session) {
  if (!is.null(session$id)) get0(session$id, envir = challenge_answerers, inherits = FALSE)
}

# The session as the Rust half knows it: opened again where it comes from a file or from another process.
pointer_of <- function(session) {
  if (!inherits(session, "cognito_session")) {
    stop_for_argument("`session` must be a session, as cognito_session() gives it")
  }
  if (!answer_of(.Call(wrap__session_is_open, list(session = session$pointer)))) {
    session$pointer <- answer_of(.Call(wrap__session_open, session$settings))
  }
  session$pointer
}

# One call of a session: a challenge on its way is answered by whoever answers challenges, what it has to tell becomes
# a warning.
call_session <- function(session, call, ...) {
  values <- arguments(session = pointer_of(session), ...)
  on.exit(warn_of_notices(session))
  reply <- call(values)
  on_challenge <- answerer_of(session)
  if (!is.null(on_challenge) && asks_on(reply)) {
    tokens <- answered(reply, on_challenge)
    answer_of(.Call(wrap__session_keep, c(values["session"], list(tokens = tokens))))
    reply <- call(values)
  }
  answer_of(reply)
}

warn_of_notices <- function(session) {
  warn_of(answer_of(.Call(wrap__session_notices, list(session = session$pointer))), "store")
}

#' Tokens of a session
#'
#' @description
#' * `session_tokens()` gives all of them, `session_id_token()` and `session_access_token()` one as a string, and
#'   `session_headers()` the header that a request needs. The token that is sent is good for at least 60 seconds, or a
#'   tenth of its life where that is less, by the service's clock. Where a refresh fails for a reason that may pass, the
#'   tokens at hand are given for as long as they are good.
#' * `session_refresh()` gets new ones now. Calls at the same moment, in any process, share one refresh.
#' * `session_keep()` takes tokens of [cognito_login_sso()] or [cognito_respond()] into the session and its store.
#' * `session_status()` tells how the session stands; nothing is sent.
#' * `cognito_sign_out()` forgets the tokens, here and in the store, and revokes the refresh token at the service. Where
#'   that fails they are forgotten all the same, and a warning tells why.
#'
#' @param session A session, see [cognito_session()].
#' @return `session_tokens()` and `session_refresh()`: [tokens][cognito_tokens]. `session_id_token()` and
#'   `session_access_token()`: one string. `session_headers()`: `c(Authorization = "Bearer <token>")`.
#'   `session_keep()`: the session, invisibly. `session_status()`: a named character vector. `cognito_sign_out()`:
#'   `"nothing"` (nobody was signed in), `"local"` (forgotten here only), `"revoked"` or `"everywhere"`, invisibly.
#' @section Errors:
#' As [cognito_login()], and `cognitoken_error_store` when the store failed, is open to others, or is locked for longer
#' than the time limit; `cognitoken_error_config` when nothing is stored and there is no password, or several stored
#' identities fit; `cognitoken_error_authentication` when the refresh token is lost for good;
#' `cognitoken_error_token_expired` for a fixed token past its time. A damaged stored sign-in is set aside, and told by
#' a warning of class `cognitoken_warning_store`.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' session <- cognito_session(store = "memory")
#' session_tokens(session)
#' names(session_headers(session))
#' session_status(session)[["Store"]]
#' cognito_sign_out(session)
#' @name session_tokens
#' @export
session_tokens <- function(session) {
  cognito_tokens(call_session(session, function(values) .Call(wrap__session_tokens, values)))
}

#' @rdname session_tokens
#' @export
session_id_token <- function(session) {
  call_session(session, function(values) .Call(wrap__session_id_token, values))
}

#' @rdname session_tokens
#' @export
session_access_token <- function(session) {
  call_session(session, function(values) .Call(wrap__session_access_token, values))
}

#' @rdname session_tokens
#' @export
session_headers <- function(session) {
  c(Authorization = call_session(session, function(values) .Call(wrap__session_authorization, values)))
}

#' @rdname session_tokens
#' @export
session_refresh <- function(session) {
  cognito_tokens(call_session(session, function(values) .Call(wrap__session_refresh, values)))
}

#' @rdname session_tokens
#' @param tokens Tokens, see [cognito_tokens].
#' @export
session_keep <- function(session, tokens) {
  call_session(session, function(values) .Call(wrap__session_keep, values), tokens = tokens)
  invisible(session)
}

#' @rdname session_tokens
#' @export
session_status <- function(session) {
  shown(call_session(session, function(values) .Call(wrap__session_status, values)))
}

#' @rdname session_tokens
#' @param everywhere Whether every sign-in of the user is ended, on every device; where that fails, nothing is
#'   forgotten. `TRUE` or `FALSE`, the default.
#' @export
cognito_sign_out <- function(session, everywhere = FALSE) {
  invisible(call_session(session, function(values) .Call(wrap__session_sign_out, values), everywhere = everywhere))
}

#' @export
format.cognito_session <- function(x, ...) {
  lines_of("<cognito_session>", {
    status <- session_status(x)
    c("<cognito_session>", paste0(formatC(paste0(names(status), ":"), width = -14), status))
  })
}

#' @export
print.cognito_session <- function(x, ...) {
  cat(format(x), sep = "\n")
  invisible(x)
}

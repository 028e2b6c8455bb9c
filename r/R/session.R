#' Open a session
#'
#' A session returns valid tokens from memory, from its store, from a refresh or from a new sign-in, in this order. No
#' password is needed while the store has tokens: after [cognito_configure()] and [cognito_login()], or after
#' `cognitoken login` in a shell, `session_id_token(cognito_session())` works without a password. Processes, and
#' machines that use the same redis server, take turns and find what the first one stored.
#'
#' `saveRDS()` of a session writes its arguments, but no password, secret or token. A session that is read back, or sent
#' to a worker of the packages future or parallel, is opened again from its store. A forked worker
#' (`parallel::mclapply()`) continues with the session of its parent.
#'
#' @param flow The authentication flow; auto is SRP if the pool id is known. As for [cognito_login()], or
#'   `"client_credentials"`: a session of the app client itself, with `domain`, `scopes` and `client_secret`.
#' @param timeout The time limit of the whole call in seconds, retries included. It holds for each call of the session,
#'   with waits for other processes and a sign-in. Default: 30.
#' @param store The store of the tokens. One string; default: `COGNITO_STORE`, then `"file"` for the client of a
#'   profile, then `"memory"`. `"memory"`: this session. `"file"`: the user's data folder, readable only by the user,
#'   encrypted with `COGNITO_STORE_KEY` or with a key in the system's keyring, if there is one. `"file:<folder>"`: that
#'   folder. `"keyring"`: as `"file"`, but an error without a keyring. `"redis://..."`: a redis server or cluster,
#'   encrypted with `COGNITO_STORE_KEY` (32 random bytes in base64); `rediss://` for TLS, `redis+sentinel://<host>/<name
#'   of the master>` for sentinels, `redis+unix://<path>` for a socket; `valkey` and `valkeys` are `redis` and `rediss`.
#' @param refresh_token The refresh token to use if nothing is stored. One string; default: `COGNITO_REFRESH_TOKEN`.
#' @param device The device that the refresh token belongs to, or its key, if the pool remembers devices. See
#'   [cognito_device()]; without `refresh_token`, the device of the sign-in. Default: `COGNITO_DEVICE_KEY` for the
#'   refresh token.
#' @param id_token A fixed token that the session returns, without requests to the service. One string; default:
#'   `COGNITO_ID_TOKEN`.
#' @param token_use The token that is sent and whose expiry decides when to refresh. `"id"`, the default, or `"access"`.
#' @param background_refresh Whether to refresh the tokens in the background, so that no call waits for it. It begins
#'   with the first call that gives tokens, and stops with the session. `TRUE` or `FALSE`, the default.
#' @param domain The pool's domain: its prefix, its host or its https URL. For `"client_credentials"`. One string;
#'   default: `COGNITO_DOMAIN`.
#' @param scopes The scopes of the token; all scopes of the client if none is given. For `"client_credentials"`. A
#'   character vector.
#' @param client_authentication The way the client sends its secret to the domain: in a header, or in the body.
#'   `"basic"`, the default, or `"body"`.
#' @inheritParams cognito_login
#'
#' @return An object of class `cognito_session`. Printing shows what is in memory of the user and the expiry, never a
#'   token, and asks neither the store nor the service.
#' @section Errors:
#' `cognitoken_error_config` if a value is malformed, or the store is unknown or has no key.
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
                            scopes = NULL, background_refresh = FALSE, client_authentication = "basic",
                            client_metadata = NULL, parameters = NULL, profile = NULL) {
  answerer <- challenge_answerer(on_challenge)
  values <- given(except = "on_challenge")
  session <- new.env(parent = emptyenv())
  session$pointer <- perform("session", values)
  session$settings <- values[setdiff(names(values), c(secret_values, if (holds_password(store)) "store"))]
  session$id <- remember_opener(answerer, values)
  structure(session, class = "cognito_session")
}

# What is not saved with a session.
secret_values <- c(
  "password", "client_secret", "totp_secret", "device", "refresh_token", "id_token", "client_metadata", "parameters"
)

# The URL may contain a password. A session that is read back takes the URL from COGNITO_STORE.
holds_password <- function(store) {
  is.character(store) && any(grepl("://.*[@?]", store))
}

# What opened a session, with its secrets, and what answers its challenges: kept here and not saved with the session.
openers <- new.env(parent = emptyenv())

remember_opener <- function(answerer, values) {
  if (is.null(answerer)) {
    return(NULL)
  }
  id <- tempfile(paste0("session-", Sys.getpid(), "-"), "")
  assign(id, list(answerer = answerer, values = values), envir = openers)
  id
}

opener_of <- function(session) {
  if (!is.null(session$id)) get0(session$id, envir = openers, inherits = FALSE)
}

# The pointer of the compiled session, which is opened again if it comes from a file or from another process.
pointer_of <- function(session) {
  if (!is.null(.Call(door_object_fields, session$pointer)$error)) {
    session$pointer <- perform("session", session$settings)
  }
  session$pointer
}

# A call of a session: on_challenge answers the challenges of its sign-in, and the session keeps the tokens. `subject`
# is the name of the session among the values of the operation.
perform_in_session <- function(operation, values, subject = "self") {
  session <- values$self
  values$self <- NULL
  values[[subject]] <- pointer_of(session)
  opener <- opener_of(session)
  if (is.null(opener)) {
    return(perform(operation, values))
  }
  asked <- FALSE
  call <- function(settings, conversation) {
    if (!identical(settings, opener$values)) {
      session$pointer <- perform("session", settings)
      values[[subject]] <<- session$pointer
    }
    reply <- reply_of(operation, values, conversation)
    asked <<- identical(reply$asks, "answer")
    reply
  }
  reply <- conversed(opener$values, opener$answerer, call)
  if (!asked) {
    return(result_of(reply))
  }
  tokens <- result_of(reply)
  perform("session.keep", list(self = values[[subject]], tokens = tokens))
  if (operation %in% c("session.sign_in", "session.refresh")) tokens else perform(operation, values)
}

#' Tokens of a session
#'
#' @description
#' * `session_tokens()` returns all tokens, `session_id_token()` and `session_access_token()` one as a string, and
#'   `session_headers()` the header of a request. The token that is sent is valid for at least 60 seconds, or a tenth of
#'   its lifetime if that is less, by the service's clock. If a refresh fails for a temporary reason, the current tokens
#'   are returned until they expire.
#' * `session_refresh()` refreshes the tokens now. Simultaneous calls, in any process, share one refresh.
#' * `session_sign_in()` signs in anew, whatever is stored, and keeps the tokens.
#' * `session_keep()` adds tokens of [cognito_login_sso()] or [cognito_respond()] to the session and its store.
#' * `session_status()` tells who is signed in, from memory and the store, without requests to the service.
#' * `session_export()` gives the stored sign-in as one line of text, encrypted with the key in `COGNITO_BUNDLE_KEY` (32
#'   random bytes in base64), for a job elsewhere that starts from it with `session_import()`. If the app client rotates
#'   refresh tokens, the end that refreshes first keeps the sign-in, and the other one loses it.
#' * `cognito_sign_out()` deletes the tokens, here and in the store, and revokes the refresh token at the service. If
#'   the service cannot be reached, they are deleted all the same, with a warning.
#'
#' @param session A session, see [cognito_session()].
#' @return `session_tokens()` and `session_refresh()`: [tokens][cognito_tokens]. `session_id_token()` and
#'   `session_access_token()`: one string. `session_headers()`: `c(Authorization = "Bearer <token>")`.
#'   `session_sign_in()` and `session_import()`: [tokens][cognito_tokens]. `session_keep()`: the session, invisibly.
#'   `session_export()`: one string. `session_status()`: an object of class `cognito_session_status` that shows itself
#'   when it is printed, with the fields `$signed_in`, `$who`, `$username`, `$user_pool_id`, `$issuer`, `$client_id`,
#'   `$expires_at` (seconds since 1970-01-01 UTC), `$refreshable`, `$refresh_token_issued_at` (seconds as well),
#'   `$profile`, `$sources` (where each value came from, a named list of strings), `$store` and `$protection`; what is
#'   not known is `NULL`. `cognito_sign_out()`: `"nothing"` (nobody was signed in), `"local"` (deleted here only),
#'   `"revoked"` or `"everywhere"`, invisibly.
#' @section Errors:
#' As [cognito_login()], and `cognitoken_error_store` if the store failed, is readable by others, or is locked for
#' longer than the time limit; `cognitoken_error_config` if nothing is stored and there is no password, or several
#' stored identities match; `cognitoken_error_authentication` if the refresh token is no longer valid;
#' `cognitoken_error_token_expired` if a fixed token has expired. A damaged stored sign-in is moved aside, with a
#' warning of class `cognitoken_warning_store`.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' session <- cognito_session(store = "memory")
#' session_tokens(session)
#' names(session_headers(session))
#' session_status(session)$store
#' cognito_sign_out(session)
#' @name session_tokens
#' @export
session_tokens <- function(session) {
  perform_in_session("session.tokens", given("session"))
}

#' @rdname session_tokens
#' @export
session_id_token <- function(session) {
  perform_in_session("session.id_token", given("session"))
}

#' @rdname session_tokens
#' @export
session_access_token <- function(session) {
  perform_in_session("session.access_token", given("session"))
}

#' @rdname session_tokens
#' @export
session_headers <- function(session) {
  unlist(perform_in_session("session.headers", given("session")))
}

#' @rdname session_tokens
#' @export
session_refresh <- function(session) {
  perform_in_session("session.refresh", given("session"))
}

#' @rdname session_tokens
#' @export
session_sign_in <- function(session) {
  perform_in_session("session.sign_in", given("session"))
}

#' @rdname session_tokens
#' @param tokens The tokens. See [cognito_tokens].
#' @export
session_keep <- function(session, tokens) {
  perform_in_session("session.keep", given("session"))
  invisible(session)
}

#' @rdname session_tokens
#' @export
session_status <- function(session) {
  perform_in_session("session.status", given("session"))
}

#' @rdname session_tokens
#' @export
session_export <- function(session) {
  perform_in_session("session.export", given("session"))
}

#' @rdname session_tokens
#' @param bundle The line that the export made. One string.
#' @export
session_import <- function(session, bundle) {
  perform_in_session("session.import", given("session"))
}

#' @rdname session_tokens
#' @param everywhere Whether to end every sign-in of the user, on every device. If that fails, nothing is deleted.
#'   `TRUE` or `FALSE`, the default.
#' @export
cognito_sign_out <- function(session, everywhere = FALSE) {
  invisible(perform_in_session("session.sign_out", given("session")))
}

#' Verify that a token is genuine
#'
#' `jwt_verifier()` creates a verifier; `jwt_verify()` verifies a token, `jwt_verify_many()` a vector of tokens on all
#' processor cores. Create a verifier once and keep it: it fetches the pool's keys when they are first needed and keeps
#' them for an hour. Then the next token fetches them again, so that a key that the pool has withdrawn is refused. If
#' this fetch fails, the present keys are still used.
#'
#' If neither arguments nor variables name the pool or the client, those of the sign-in that is stored in
#' `COGNITO_STORE` are used.
#'
#' The checks are the signature (only RS256 with a key of the pool), the issuer, `token_use`, the client id (`aud` of an
#' ID token, `client_id` of an access token), `exp`, `nbf`, and groups and scopes on request. See
#' [AWS on verifying tokens](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html),
#' [RFC 7515](https://www.rfc-editor.org/rfc/rfc7515) and [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519).
#'
#' @param user_pool_id The id of the user pool, such as `"us-east-1_AbCdEfGhI"`. One string; default:
#'   `COGNITO_USER_POOL_ID`.
#' @param client_id The ids of the app clients whose tokens are accepted, a character vector; default:
#'   `COGNITO_CLIENT_ID`. Only `jwt_any()` accepts any client.
#' @param token_use The accepted use of the token: `"id"`, the default, or `"access"`. `jwt_any()` accepts both.
#' @param issuer The issuer, exactly as the token has it. One string; default: `COGNITO_ISSUER`, else the pool's.
#' @param jwks_url The URL of the pool's keys. One string; default: `COGNITO_JWKS_URL`, else the issuer's.
#' @param jwks The key set. If it is given, nothing is fetched, and the keys do not expire. A JSON Web Key Set
#'   ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)) as one string of JSON, or as the list that
#'   `jsonlite::fromJSON()` makes of it.
#' @param leeway The accepted clock difference in seconds for `exp` and `nbf`. One number; default: 0.
#' @param groups The accepted groups; the user must be in at least one. A character vector; default: any user.
#' @param scopes The accepted scopes; the token must have at least one. A character vector; default: any token.
#' @param timeout The time limit for fetching the keys, in seconds. One number above 0; default: 30.
#'
#' @return `jwt_verifier()`: an object of class `jwt_verifier`. `jwt_verify()`: the claims, a named list as the payload
#'   in [decode_jwt()]; returned only if all checks passed. For several tokens: a list of them, with the names
#'   of `token`.
#'   `jwt_verify_many()`: a list with the names of `tokens`; for each token its claims, or the condition that
#'   `jwt_verify()` would raise. A refused token does not raise: check each element.
#'   `jwt_any()`: the value that disables a check.
#' @section Errors:
#' Conditions, see [cognitoken]. `cognitoken_error_config` for values that are missing or malformed;
#' `cognitoken_error_token_expired` for a genuine token that has expired; `cognitoken_error_token_invalid` for any other
#' that is refused, the reason in its `code`; `cognitoken_error_network` or `cognitoken_error_service` if the keys
#' cannot be fetched.
#' @examples
#' verifier <- jwt_verifier("us-east-1_AbCdEfGhI", "1example23456789")
#' tryCatch(
#'   jwt_verify(verifier, "not a token"),
#'   cognitoken_error_token_invalid = function(error) message("Refused: ", error$code)
#' )
#' answers <- jwt_verify_many(verifier, c(first = "not a token", second = "neither"))
#' vapply(answers, inherits, logical(1), "cognitoken_error")
#' @export
jwt_verifier <- function(user_pool_id = NULL, client_id = NULL, token_use = "id", issuer = NULL, jwks_url = NULL,
                         jwks = NULL, leeway = 0, groups = NULL, scopes = NULL, timeout = 30) {
  any_client <- inherits(client_id, "jwt_any")
  any_use <- inherits(token_use, "jwt_any")
  values <- arguments(
    user_pool_id = user_pool_id, client_id = if (!any_client) client_id, any_client = any_client,
    token_use = if (!any_use) token_use, any_use = any_use, issuer = issuer, jwks_url = jwks_url,
    jwks = key_rows_as_lists(jwks), leeway = leeway, groups = groups, scopes = scopes, timeout = timeout
  )
  structure(answer_of(.Call(wrap__verifier, values)), class = "jwt_verifier")
}

#' @rdname jwt_verifier
#' @export
jwt_any <- function() {
  structure(list(), class = "jwt_any")
}

#' @export
format.jwt_any <- function(x, ...) {
  "<jwt_any: not checked>"
}

#' @export
print.jwt_any <- function(x, ...) {
  cat(format(x), sep = "\n")
  invisible(x)
}

#' @rdname jwt_verifier
#' @param verifier A verifier, see `jwt_verifier()`.
#' @param token The token, one string, or several tokens, a character vector. The first token that is refused stops the
#'   call.
#' @param now The time to verify at: a `POSIXct`, or a number of seconds since 1970-01-01 UTC; default: the
#'   current time.
#' @export
jwt_verify <- function(verifier, token, now = Sys.time()) {
  if (is.character(token) && length(token) > 1) {
    answers <- jwt_verify_many(verifier, token, now)
    refused <- Filter(function(answer) inherits(answer, "cognitoken_error"), answers)
    if (length(refused)) {
      error <- refused[[1]]
      error$call <- called_by_user()
      stop(error)
    }
    return(answers)
  }
  now <- if (is.numeric(now)) now else as.numeric(as.POSIXct(now))
  answer_of(.Call(wrap__verify, arguments(verifier = verifier, token = token, now = now)))
}

#' @rdname jwt_verifier
#' @param tokens Tokens, a character vector.
#' @export
jwt_verify_many <- function(verifier, tokens, now = Sys.time()) {
  now <- if (is.numeric(now)) now else as.numeric(as.POSIXct(now))
  answers <- answer_of(.Call(wrap__verify_many, arguments(verifier = verifier, tokens = tokens, now = now)))
  names(answers) <- names(tokens)
  lapply(answers, function(answer) if (is.null(answer$error)) answer$ok else cognitoken_error(answer$error))
}

#' @export
format.jwt_verifier <- function(x, ...) {
  "<jwt_verifier>"
}

#' @export
print.jwt_verifier <- function(x, ...) {
  cat(format(x), sep = "\n")
  invisible(x)
}

# jsonlite makes a data frame of a list of objects that look alike, with NA where one of them lacks a member.
key_rows_as_lists <- function(jwks) {
  if (is.list(jwks) && is.data.frame(jwks$keys)) {
    rows <- seq_len(nrow(jwks$keys))
    jwks$keys <- lapply(rows, function(row) Filter(function(member) !anyNA(member), as.list(jwks$keys[row, ])))
  }
  jwks
}

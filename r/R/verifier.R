#' Verify that a token is genuine
#'
#' `jwt_verifier()` says what is expected of a token; `jwt_verify()` checks one, `jwt_verify_many()` a whole vector on
#' every core. Make a verifier once and keep it: it fetches the keys of the pool when it needs them, and remembers them
#' for an hour. The next token after it fetches them anew, so that a key which the pool withdrew is refused from then
#' on; if that fetch fails, the keys at hand go on being believed.
#'
#' Where neither arguments nor variables name the pool or the client, those of the sign-in that is stored in
#' `COGNITO_STORE` are taken.
#'
#' Checked are the signature (RS256 only, by a key of the pool), the issuer, `token_use`, the client id (`aud` of an ID
#' token, `client_id` of an access token), `exp`, `nbf`, and groups and scopes where they are asked for. See
#' [AWS on verifying tokens](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html),
#' [RFC 7515](https://www.rfc-editor.org/rfc/rfc7515) and [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519).
#'
#' @param user_pool_id The id of the user pool, such as `"us-east-1_AbCdEfGhI"`. One string; default:
#'   `COGNITO_USER_POOL_ID`.
#' @param client_id The ids of the app clients whose tokens are accepted, a character vector; default:
#'   `COGNITO_CLIENT_ID`. `jwt_any()` leaves the client unchecked; nothing else does.
#' @param token_use What the token must be for: `"id"`, the default, or `"access"`. `jwt_any()` leaves it unchecked.
#' @param issuer The issuer, exactly as the token has it. One string; default: `COGNITO_ISSUER`, else the pool's.
#' @param jwks_url Where the keys of the pool are. One string; default: `COGNITO_JWKS_URL`, else the issuer's.
#' @param jwks The keys themselves; nothing is fetched then, and they have no age. A JSON Web Key Set
#'   ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)) as one string of JSON, or as the list that
#'   `jsonlite::fromJSON()` makes of it.
#' @param leeway By how many seconds the clocks may differ when `exp` and `nbf` are checked. One number; default: 0.
#' @param groups The user must be in one of these groups. A character vector; default: any user.
#' @param scopes The token must have one of these scopes. A character vector; default: any token.
#' @param timeout The limit of a call that has to fetch keys, in seconds. One number above 0; default: 30.
#'
#' @return `jwt_verifier()`: an object of class `jwt_verifier`. `jwt_verify()`: the claims, a named list as the payload
#'   in [decode_jwt()]; it comes back only when every check passed. For several tokens: a list of them, with the names
#'   of `token`.
#'   `jwt_verify_many()`: a list with the names of `tokens`; for each token its claims, or the condition that
#'   `jwt_verify()` would have stopped with. Nothing stops for a token that is refused: look at each.
#'   `jwt_any()`: what switches a check off.
#' @section Errors:
#' Conditions, see [cognitoken]. `cognitoken_error_config` for values that are missing or make no sense;
#' `cognitoken_error_token_expired` for a genuine token past its time; `cognitoken_error_token_invalid` for any other
#' that is refused, the reason in its `code`; `cognitoken_error_network` or `cognitoken_error_service` when the keys
#' cannot be had: the token may then still be genuine.
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
#' @param verifier What `jwt_verifier()` gave.
#' @param token The token, one string. Of several, a character vector, every one has to be accepted: the first that is
#'   refused stops the call.
#' @param now The time to check against: a `POSIXct`, or a number of seconds since 1970-01-01 UTC; default: the time
#'   now.
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
#' @param tokens Many tokens, a character vector.
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

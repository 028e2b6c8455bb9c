#' Verify that a token is genuine
#'
#' `jwt_verifier()` defines what is expected of a token; `jwt_verify()` verifies one, `jwt_verify_many()` a whole vector
#' on every core. Create a verifier once and keep it: it fetches the keys of a pool when it needs them, and keeps them
#' for an hour. The next token after that fetches them again, so that a key which the pool has withdrawn is refused; if
#' that fetch fails, the present keys stay in use.
#'
#' If neither arguments, variables nor the profile name the pool or the client, those of the sign-in that is stored in
#' the store (`COGNITO_STORE`, or the profile's) are used.
#'
#' Checked are the signature (RS256 only, by a key of the token's own pool), the issuer, `token_use`, the client id
#' (`aud` of an ID token, `client_id` of an access token), `exp`, `nbf`, and groups, scopes and a check of your own
#' where they are given. See
#' [AWS on verifying tokens](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html),
#' [RFC 7515](https://www.rfc-editor.org/rfc/rfc7515) and [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519).
#'
#' @param user_pool_id The ids of the trusted user pools. Such as `"us-east-1_AbCdEfGhI"`. A character vector; default:
#'   `COGNITO_USER_POOL_ID`. A token is verified with the keys of its own pool alone.
#' @param client_id The app clients whose tokens are accepted. A character vector of their ids; default:
#'   `COGNITO_CLIENT_ID`. Only `jwt_any()` leaves the client unchecked.
#' @param token_use The accepted use of the token. `"id"`, the default, or `"access"`. `jwt_any()` leaves it unchecked.
#' @param issuer The exact issuers, in place of the pools' own. A character vector; default: `COGNITO_ISSUER`, else the
#'   pools' own.
#' @param jwks_url The address of the keys, in place of the one below the issuer. For a single pool. One string;
#'   default: `COGNITO_JWKS_URL`.
#' @param jwks The key set (JWKS), for verifying without network access. The keys of a single pool ([RFC
#'   7517](https://www.rfc-editor.org/rfc/rfc7517)) as one string of JSON, or as the list that `jsonlite::fromJSON()`
#'   makes of it. They do not expire.
#' @param leeway The accepted clock difference in seconds. For `exp` and `nbf`. One number; default: 0.
#' @param groups The accepted groups; the user must be in at least one. A character vector; default: any user.
#' @param scopes The accepted scopes; the token must have at least one. A character vector; default: any token.
#' @param timeout The time limit for fetching the keys, in seconds. One number above 0; default: 30.
#' @param check A check of your own, called with the claims of a token that passed all others. A function. An error that
#'   it raises refuses the token and propagates as it is. It returns `TRUE` or `NULL` to accept the token, `FALSE` to
#'   refuse it.
#' @param profile The profile whose values count where nothing else gives them. One string; default: `COGNITO_PROFILE`,
#'   as for [cognito_login()].
#'
#' @return `jwt_verifier()`: an object of class `jwt_verifier`. `jwt_verify()`: the claims, a named list as the payload
#'   in [decode_jwt()]; returned only if all checks passed. For several tokens: a list of them, with the names
#'   of `token`.
#'   `jwt_verify_many()`: a list with the names of `tokens`; for each token its claims, or the condition that
#'   `jwt_verify()` would have raised. A token that is refused does not stop the call: look at each.
#'   `jwt_any()`: a value that switches a check off.
#' @section Errors:
#' Conditions, see [cognitoken]. `cognitoken_error_config` for values that are missing or make no sense;
#' `cognitoken_error_token_expired` for a genuine token that has expired; `cognitoken_error_token_invalid` for any other
#' token that is refused, with the reason in its `code`, and the values of the claim in `expected` and `actual`;
#' `cognitoken_error_network` or `cognitoken_error_service` when the keys cannot be fetched: the token may then be
#' genuine.
#'
#' In a service, the codes `"InvalidGroups"`, `"InvalidScopes"` and `"RefusedByCheck"` are about a genuine token that
#' lacks the right (403), all other refusals about the token itself (401). Keys that cannot be fetched are a 503.
#' @examples
#' verifier <- jwt_verifier("us-east-1_AbCdEfGhI", "1example23456789")
#' tryCatch(
#'   jwt_verify(verifier, "not a token"),
#'   cognitoken_error_token_invalid = function(error) message("Refused: ", error$code)
#' )
#' # Several pools and clients, and a check of your own
#' verifier <- jwt_verifier(
#'   c("us-east-1_AbCdEfGhI", "eu-west-1_JkLmNoPqR"), c("1example23456789", "2example23456789"),
#'   check = function(claims) endsWith(claims$email, "@example.com")
#' )
#' answers <- jwt_verify_many(verifier, c(first = "not a token", second = "neither"))
#' vapply(answers, inherits, logical(1), "cognitoken_error")
#' @export
jwt_verifier <- function(user_pool_id = NULL, client_id = NULL, token_use = "id", issuer = NULL, jwks_url = NULL,
                         jwks = NULL, leeway = 0, groups = NULL, scopes = NULL, timeout = 30, check = NULL,
                         profile = NULL) {
  if (!is.null(check) && !is.function(check)) {
    stop_for_argument("`check` must be a function, or NULL")
  }
  jwks <- key_rows_as_lists(jwks)
  structure(perform("verifier", given(except = "check")), check = check)
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
#' @param verifier A verifier of `jwt_verifier()`.
#' @param jwt The token. One string. Of several, a character vector, every one has to be accepted: the first that is
#'   refused stops the call.
#' @param now The time to verify at; without one, this machine's. A `POSIXct`, or a number of seconds since 1970-01-01
#'   UTC.
#' @export
jwt_verify <- function(verifier, jwt, now = NULL) {
  if (is.character(jwt) && length(jwt) > 1) {
    return(all_verified(jwt_verify_many(verifier, jwt, now)))
  }
  # What a request without the header gives is refused as any other text that is no token.
  jwt <- if (is.null(jwt)) "" else text_as_utf8(jwt)
  values <- list(self = checked_subject(verifier, "verifier"), jwt = jwt, now = seconds_of(now))
  checked(verifier, perform("verifier.verify", values))
}

all_verified <- function(answers) {
  refused <- Filter(function(answer) inherits(answer, "error"), answers)
  if (length(refused)) {
    error <- refused[[1]]
    if (inherits(error, "cognitoken_error")) {
      error$call <- called_by_user()
    }
    stop(error)
  }
  answers
}

seconds_of <- function(time) {
  if (inherits(time, "POSIXt")) as.numeric(as.POSIXct(time)) else time
}

# The claims, if the caller's own check accepts them. Only NULL and TRUE do.
checked <- function(verifier, claims) {
  # Before the check is called: the promise raises the error of a token that the Rust half refuses.
  force(claims)
  check <- attr(verifier, "check")
  if (is.null(check)) {
    return(claims)
  }
  answer <- check(claims)
  if (isFALSE(answer)) {
    perform("verifier.refuse", list(self = verifier))
  }
  if (!is.null(answer) && !isTRUE(answer)) {
    stop_for_argument("`check` must return TRUE, FALSE or NULL")
  }
  claims
}

#' @rdname jwt_verifier
#' @param jwts The tokens. A character vector.
#' @export
jwt_verify_many <- function(verifier, jwts, now = NULL) {
  now <- seconds_of(now)
  answers <- perform("verifier.verify_many", given("verifier"))
  names(answers) <- names(jwts)
  lapply(answers, function(answer) {
    if (is.null(answer$error)) {
      tryCatch(checked(verifier, answer$ok), error = identity)
    } else {
      cognitoken_error(answer$error)
    }
  })
}

# jsonlite makes a data frame of a list of objects that look alike, with NA where one of them lacks a member.
key_rows_as_lists <- function(jwks) {
  if (is.list(jwks) && is.data.frame(jwks$keys)) {
    rows <- seq_len(nrow(jwks$keys))
    jwks$keys <- lapply(rows, function(row) Filter(function(member) !anyNA(member), as.list(jwks$keys[row, ])))
  }
  jwks
}

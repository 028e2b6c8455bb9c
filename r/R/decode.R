#' Decode a token without verifying it
#'
#' Returns the contents of a JSON Web Token. **Nothing is verified**: anyone can create such a token. Use this function
#' for tokens of your own, and [jwt_verify()] for tokens from others.
#'
#' @param token The token. One string, of the three parts that [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519) and [RFC
#'   7515](https://www.rfc-editor.org/rfc/rfc7515) describe. There is no default.
#'
#' @return `list(header =, payload =, signature =)`, of class `decoded_jwt`. Printing omits the signature, because the
#'   token could be reconstructed with it, and shows times in UTC. Header and payload are named lists in the token's
#'   order: an array of strings is a character vector, a mixed one a list, `null` is `NULL`, a whole number an integer
#'   if R's integers can represent it, otherwise a double, and beyond 2^53, where doubles are not exact, a string of
#'   its digits. Times (`exp`, `iat`, `auth_time`) are seconds since 1970-01-01 UTC. The signature is base64url text,
#'   as in the token. AWS describes the claims of
#'   [the ID token](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html)
#'   and of
#'   [the access token](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
#' @section Errors: `cognitoken_error_token_invalid` if it is not a token.
#' @seealso [jwt_verify()]
#' @examples
#' token <- paste0(
#'   "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleSJ9.",
#'   "eyJzdWIiOiJhZGEiLCJjdXN0b206YXBsb3NfdXNlcl9pZCI6InVzZXItMSIsImV4cCI6MTc5NTM5NTYwMH0.",
#'   "c2lnbmF0dXJl"
#' )
#' decode_jwt(token)$payload$`custom:aplos_user_id`
#' as.POSIXct(decode_jwt(token)$payload$exp, origin = "1970-01-01", tz = "UTC")
#' @export
decode_jwt <- function(token) {
  if (!is.character(token) || length(token) != 1 || is.na(token)) {
    stop_for_argument("`token` must be one string, not NA")
  }
  perform("decode", list(jwt = as_utf8(token)))
}

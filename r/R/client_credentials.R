#' Get a token for an automated job
#'
#' Returns an access token for an app client itself, by its id and secret, without a user (OAuth's grant
#' `client_credentials`). There is no ID token and no refresh token; [cognito_headers()] uses the access token.
#'
#' AWS bills every token. Tokens are therefore cached in the memory of this R process, and calls with the same domain,
#' client, secret and scopes return the same token until shortly before it expires. See
#' [AWS on the token endpoint](https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html) and
#' [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749#section-4.4).
#'
#' @param domain The pool's domain: its prefix, its host or its https URL. One string; default: `COGNITO_DOMAIN`.
#' @param scopes The scopes of the token; all scopes of the client if none is given. Each is `"<resource
#'   server>/<scope>"`. A character vector.
#' @param client_authentication The way the client sends its secret to the domain: in a header, or in the body.
#'   `"basic"`, the default, or `"body"`.
#' @param parameters Further parameters of the token request, such as resource. A named list of strings, or a named
#'   character vector; default: none.
#' @inheritParams cognito_login
#'
#' @return Tokens, see [cognito_tokens]; `tokens$id_token` is `NULL`.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` for a value that is missing or malformed;
#' `cognitoken_error_authentication` (`invalid_client`) for a wrong id or secret; `cognitoken_error_service` with
#' OAuth's error codes (`invalid_scope`, `unauthorized_client`); `cognitoken_error_throttled`,
#' `cognitoken_error_network`, `cognitoken_error_request_timeout`.
#' @examplesIf nzchar(Sys.getenv("COGNITO_CLIENT_SECRET"))
#' # COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET and COGNITO_DOMAIN are set in the environment or in .env
#' cognito_headers(cognito_client_credentials())
#' @export
cognito_client_credentials <- function(client_id = NULL, client_secret = NULL, domain = NULL, scopes = NULL,
                                       region = NULL, client_authentication = "basic", timeout = 30,
                                       user_pool_id = NULL, endpoint = NULL, client_metadata = NULL,
                                       parameters = NULL, profile = NULL) {
  perform("client_credentials", given())
}

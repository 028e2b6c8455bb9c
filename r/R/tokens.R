#' The tokens of a sign-in
#'
#' The result of [cognito_login()], [cognito_respond()], [cognito_refresh()], [cognito_login_sso()] and
#' [cognito_client_credentials()]. Printing, `format()`, `str()` and `dput()` show at most the user and the expiry,
#' never a token. The tokens exist only in the memory of this R process: `saveRDS()` and `save()` do not write them, and
#' an object that is read back, or sent to a worker in another process, has no tokens. A forked worker
#' (`parallel::mclapply()`) has them.
#'
#' @format `tokens$<name>` is one of
#' \describe{
#'   \item{`id_token`}{the ID token, a string, which most services behind Cognito expect. `NULL` for tokens of
#'   [cognito_client_credentials()].}
#'   \item{`access_token`}{the access token, a string.}
#'   \item{`refresh_token`}{the refresh token, a string, or `NULL`.}
#'   \item{`token_type`}{`"Bearer"`.}
#'   \item{`expires_in`}{the lifetime of the tokens when they were issued, in seconds.}
#'   \item{`expires_at`}{the expiry, in seconds since 1970-01-01 UTC, by the service's clock.}
#'   \item{`claims`}{the claims of the ID token, or of the access token if there is no ID token, a named list as in
#'   [decode_jwt()]; not verified.}
#'   \item{`headers`}{the header of a request, `list(Authorization = "Bearer <token>")`, see [cognito_headers()].}
#'   \item{`device`}{the device that this sign-in registered, see [cognito_device()], or `NULL`.}
#'   \item{`response`}{all of them in the form of the service's own answer, a named list.}
#' }
#' Any other name is an error (`cognitoken_error_config`).
#'
#' @name cognito_tokens
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- cognito_login()
#' as.POSIXct(tokens$expires_at, origin = "1970-01-01")
#' cognito_headers(tokens)
NULL

#' The authorization header of a request
#'
#' @param tokens The tokens, see [cognito_tokens].
#' @return `c(Authorization = "Bearer <ID token>")`, a named character vector, with the access token if there is no
#'   ID token.
#'   See [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750#section-2.1).
#' @section Errors: `cognitoken_error_config` if `tokens` are not tokens, or come from another process.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' headers <- cognito_headers(cognito_login())
#' # with httr:  httr::GET(url, httr::add_headers(headers))
#' # with httr2: httr2::req_headers(httr2::request(url), !!!headers)
#' @export
cognito_headers <- function(tokens) {
  unlist(given("tokens")$self$headers)
}

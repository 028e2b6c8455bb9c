#' cognitoken: Amazon Cognito tokens
#'
#' Signs in to an Amazon Cognito user pool and returns the tokens that services behind Cognito expect.
#'
#' [get_jwt()] returns the ID token, which most services expect, as a string; [cognito_login()] returns all tokens of a
#' sign-in, and [cognito_refresh()] new ones without the password. [decode_jwt()] shows the contents of a token, and
#' [jwt_verify()] checks that it is genuine.
#'
#' [cognito_login_sso()] signs in on the pool's sign-in page, and [cognito_client_credentials()] gets a token for an
#' automated job without a user. If the pool requires more than the password, use [cognito_respond()], or `on_challenge`
#' of [cognito_login()]. For a forgotten password see [cognito_forgot_password()], for signing out [cognito_revoke()].
#' [cognito_session()] keeps a sign-in, and [cognito_doctor()] tells what is wrong with a set-up.
#'
#' @section Where values come from:
#' An argument that is omitted, `NULL` or `""` is read from the environment, then from a file `.env` in the working
#' directory (lines like `COGNITO_USER_NAME="ada"`), then from a profile. Nothing is ever written back to the
#' environment. [cognito_configure()] keeps the client id, the user name and other values that are no secrets as a
#' profile, once; from then on no script needs them, in any folder.
#'
#' | variable | meaning |
#' |---|---|
#' | `COGNITO_USER_NAME`, `COGNITO_PASSWORD` | who signs in |
#' | `COGNITO_CLIENT_ID`, `COGNITO_CLIENT_SECRET` | the app client, and its secret if it has one |
#' | `COGNITO_REGION` | the region to call, also that of a replica of the pool; else the pool id's |
#' | `AWS_REGION`, `AWS_DEFAULT_REGION` | the region if neither that nor a pool id is known; then `us-east-1` |
#' | `COGNITO_TOTP_SECRET` | the secret of an authenticator app, for unattended jobs |
#' | `COGNITO_DOMAIN` | the pool's domain, for [cognito_login_sso()] and [cognito_client_credentials()] |
#' | `COGNITO_USER_POOL_ID` | the user pool, required for SRP and verification |
#' | `COGNITO_REFRESH_TOKEN` | the refresh token of [cognito_refresh()] |
#' | `COGNITO_DEVICE_KEY` | the device that this refresh token belongs to, in pools that remember devices |
#' | `COGNITO_PROFILE` | the profile; else the one that [cognito_switch()] chose, else `default` |
#' | `COGNITO_ENDPOINT`, `COGNITO_ISSUER`, `COGNITO_JWKS_URL` | other addresses: a private link, FIPS, a local server |
#' | `APLOS_API_URL` | a service whose configuration names region, user pool and client id |
#' | `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` | the proxy: http, https, socks5 or socks5h |
#' | `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `AWS_CA_BUNDLE` | certificates that are trusted |
#'
#' @section Errors:
#' Every error is a condition with the classes `cognitoken_error_<kind>`, for some kinds a broader one, then
#' `cognitoken_error`, `error` and `condition`:
#'
#' | kind | what happened |
#' |---|---|
#' | `config` | a value is missing, malformed or contradicts another one; nothing was sent |
#' | `authentication` | wrong password, unknown user, revoked token, wrong client secret |
#' | `challenge_required`, also `authentication` | the service asks for more, see [cognito_challenge] |
#' | `password_reset_required`, also `authentication` | the user must choose a new password first |
#' | `user_not_confirmed`, also `authentication` | the sign-up is not confirmed yet |
#' | `throttled` | too many requests or attempts |
#' | `network` | the service could not be reached |
#' | `request_timeout`, also `network` | the time limit of the call ran out |
#' | `service` | the service failed, or did not answer as Cognito does |
#' | `token_expired`, also `token` | the token has expired |
#' | `token_invalid`, also `token` | the token is malformed, not genuine or not for this use |
#' | `store` | the store of the tokens failed or is not safe |
#' | `local` | this machine or process failed: no random numbers, no thread |
#'
#' The fields: `message`, with the hint below it; `code`, Cognito's error code, or one of this package; `hint`, the
#' suggested next step, or `NULL`; `request_id`, the service's id of the request, or `NULL`; `retryable`, whether the
#' same call may succeed later; `challenge`, if there is one to answer. No field contains a password, a token or a
#' secret, and the call of an error has no arguments.
#'
#' @section Logging:
#' With `options(cognitoken.verbosity = 1)` the outcomes of sign-ins and refreshes are messages of class
#' `cognitoken_message`, with 2 each request and decision too; 0, the default, gives none. They have the fields
#' `level` and `target`, and hold no secret. They come when a call ends, those of a refresh in the background with the
#' next call. `suppressMessages(code, classes = "cognitoken_message")` hides them.
#'
#' @section Notebooks and documents:
#' Objects show themselves as tables in Jupyter (IRkernel, which asks the package `repr`) and in HTML documents of
#' `knitr`, and as lines of text in documents of other formats. No secret is in them, except that a notebook
#' draws the QR code of the challenge `MFA_SETUP`: clear that output before you share the notebook.
#'
#' @section Waiting:
#' A call that has waited for a second says for what at the console of an interactive R, in a line that is taken away
#' when the wait is over. `options(rlib_message_verbosity = "quiet")` hides it.
#'
#' @section Interrupts:
#' Ctrl-C (Esc in RStudio) ends every call that waits, within a tenth of a second.
#'
#' @examples
#' tryCatch(
#'   decode_jwt("not a token"),
#'   cognitoken_error_token_invalid = function(error) message("Not a token: ", error$code)
#' )
#' @useDynLib cognitoken, .registration = TRUE
#' @keywords internal
"_PACKAGE"

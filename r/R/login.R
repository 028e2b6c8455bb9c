#' Sign in and get the ID token
#'
#' Signs in with a user name and a password and returns the ID token, which a service behind Cognito expects after
#' `Authorization: Bearer`. For the other tokens, or to refresh them later, see [cognito_login()].
#'
#' @inheritParams cognito_login
#' @inheritSection cognito_login Errors
#'
#' @return The ID token, a JSON Web Token: one string. It is a secret: keep it in a variable and do not print it.
#' @seealso [decode_jwt()] for its contents.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' # COGNITO_CLIENT_ID, COGNITO_USER_NAME and COGNITO_PASSWORD are set in the environment or in .env
#' token <- get_jwt()
#' decode_jwt(token)$payload$`custom:aplos_user_id`
#' @export
get_jwt <- function(client_id = NULL, username = NULL, password = NULL, region = NULL) {
  cognito_login(username, password, client_id, region)$id_token
}

#' Sign in and get all tokens
#'
#' Signs in to a user pool with a user name and a password, or with other factors that the pool asks for. No AWS
#' credentials are needed.
#'
#' Arguments that are omitted are read from the environment, from `.env` or from a profile, see [cognitoken]. This is
#' recommended for the password, so that no script contains it. The tokens of a profile's client are kept in the
#' profile's store, for [cognito_session()].
#'
#' @param username The user name, or an alias such as the e-mail address if the pool allows it. One string; default:
#'   `COGNITO_USER_NAME`.
#' @param password The password. One string; default: `COGNITO_PASSWORD`. Optional for the flows `"custom"` and
#'   `"user_auth"`.
#' @param client_id The app client's id. One string; default: `COGNITO_CLIENT_ID`.
#' @param region The AWS region to call; without one, the pool id's. A region other than the user pool's selects a
#'   replica of the pool. One string, such as `"us-east-1"`; default: `COGNITO_REGION`, then the region in the user pool
#'   id; without a pool id `AWS_REGION`, `AWS_DEFAULT_REGION`, then `us-east-1`.
#' @param user_pool_id The user pool's id, required for SRP, which proves the password without sending it. One string,
#'   such as `"us-east-1_AbCdEfGhI"`; default: `COGNITO_USER_POOL_ID`.
#' @param client_secret The app client's secret, for a client that has one. One string; default:
#'   `COGNITO_CLIENT_SECRET`.
#' @param flow The authentication flow; auto is SRP if the pool id is known. `"srp"`: the Secure Remote Password
#'   protocol ([RFC 5054](https://www.rfc-editor.org/rfc/rfc5054); Cognito's `USER_SRP_AUTH`), which proves the password
#'   without sending it. `"password"`: send the password, over TLS (`USER_PASSWORD_AUTH`). `"auto"`, the default:
#'   `"srp"` if the user pool id is known, otherwise `"password"`; after a failed `"srp"` the password is never sent.
#'   `"custom"`: the pool's custom challenges (`CUSTOM_AUTH`), after SRP if password and user pool id are known.
#'   `"user_auth"`: one of the factors that the pool offers (`USER_AUTH`). See [AWS on authentication
#'   flows](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html).
#' @param endpoint The URL of the service, if it is not the region's own. A private link, FIPS or a local server. One
#'   string, an `https` URL (plain `http` on this machine only); default: `COGNITO_ENDPOINT`.
#' @param on_challenge The source of answers to challenges. `NULL`, the default: none; the call raises the condition
#'   `cognitoken_error_challenge_required`, whose field `challenge` can be answered with [cognito_respond()]. A
#'   function: it is called with the [challenge][cognito_challenge] and returns one string (the answer), a named list of
#'   arguments of [cognito_respond()], or `NULL` to leave it unanswered; its errors, and a wrong answer, end the call.
#'   `"prompt"`: the person at the console is asked, without echo (with the package askpass, if it is installed), up to
#'   three times, and for a missing user name, client id and password too; the prompt names the host that asks. In a
#'   session that is not [interactive()], `"prompt"` is the same as `NULL`.
#' @param timeout The time limit of the whole call in seconds, retries included. One number above 0; default: 30. Each
#'   answer to a challenge has the same limit; the time that `on_challenge` takes does not count.
#' @param totp_secret The secret of an authenticator app, in base32 or as an otpauth:// URI. It answers
#'   `SOFTWARE_TOKEN_MFA`, and a choice of factors that includes it, in unattended jobs. If another job has just used
#'   the current code, the next one is used, within `timeout`. One string; default: `COGNITO_TOTP_SECRET`.
#' @param remember_device Whether to register this device with a pool that remembers devices. It is then in
#'   `tokens$device`, see [cognito_device()]. `TRUE` or `FALSE`, the default.
#' @param preferred_challenge The first factor to ask for with the flow user_auth, such as PASSWORD_SRP or EMAIL_OTP.
#'   `"PASSWORD"`, `"PASSWORD_SRP"`, `"EMAIL_OTP"`, `"SMS_OTP"` or `"WEB_AUTHN"`. One string; default: the password if
#'   there is one, otherwise as the pool offers.
#' @param device A device that an earlier sign-in of this user registered. See [cognito_device()]; default: none.
#' @param client_metadata Values that the service passes to the pool's Lambda triggers. A named list of strings, or a
#'   named character vector; default: none.
#' @param parameters Further AuthParameters of the first request, such as MAX_AGE. A named list of strings, or a named
#'   character vector; default: none.
#' @param profile The profile whose values count where nothing else gives them. One string; default: `COGNITO_PROFILE`,
#'   then the one that [cognito_switch()] chose, then `"default"`. See [cognito_configure()].
#'
#' @return An object of class `cognito_tokens`, see [cognito_tokens].
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` for a value that is missing, malformed or contradicts another
#' one; `cognitoken_error_authentication` for a wrong password, an unknown user or a wrong client secret;
#' `cognitoken_error_challenge_required` if the service requires another step, such as a code;
#' `cognitoken_error_password_reset_required`, `cognitoken_error_user_not_confirmed`, `cognitoken_error_throttled`,
#' `cognitoken_error_network`, `cognitoken_error_request_timeout` and `cognitoken_error_service`.
#' @seealso [cognito_respond()], [cognito_refresh()], [jwt_verify()], [cognito_login_sso()] for the pool's sign-in page
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- cognito_login()
#' tokens
#' tokens$claims$`cognito:username`
#' @examplesIf interactive()
#' # Challenges of the pool, such as a code or a new password, are answered at the console.
#' tokens <- cognito_login("ada",
#'   client_id = "1example23456789", flow = "user_auth", on_challenge = "prompt"
#' )
#' @export
cognito_login <- function(username = NULL, password = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                          client_secret = NULL, flow = "auto", endpoint = NULL, on_challenge = NULL, timeout = 30,
                          totp_secret = NULL, remember_device = FALSE, preferred_challenge = NULL, device = NULL,
                          client_metadata = NULL, parameters = NULL, profile = NULL) {
  answerer <- challenge_answerer(on_challenge)
  values <- given(except = "on_challenge")
  result_of(conversed(values, answerer, function(values, conversation) reply_of("login", values, conversation)))
}

#' Get new tokens without the password
#'
#' @param tokens Tokens, see [cognito_tokens]. `NULL`, the default: use a refresh token and the arguments below, which
#'   are not allowed together with `tokens`.
#' @param refresh_token The refresh token. One string; default: `COGNITO_REFRESH_TOKEN`.
#' @param username The user name, or an alias such as the e-mail address if the pool allows it. Required only for an app
#'   client with a secret at a service that does not support the operation
#'   [GetTokensFromRefreshToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html),
#'   and no alias there. One string; default: `COGNITO_USER_NAME`.
#' @param device The device that the refresh token belongs to, or its key, if the pool remembers devices. See
#'   [cognito_device()]; the key is one string. Default: `COGNITO_DEVICE_KEY`.
#' @inheritParams cognito_login
#'
#' @return New tokens, see [cognito_tokens]. The old ones do not change. If the service returns no new refresh token,
#'   the new tokens contain the old one; if it does (rotation), the old one expires soon.
#' @section Errors:
#' As [cognito_login()]; `cognitoken_error_authentication` if the refresh token is expired, revoked, replaced or
#' missing.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- cognito_login()
#' tokens <- cognito_refresh(tokens)
#' @export
cognito_refresh <- function(tokens = NULL, refresh_token = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                            client_secret = NULL, endpoint = NULL, username = NULL, timeout = 30, device = NULL,
                            client_metadata = NULL, profile = NULL) {
  if (is.null(tokens)) {
    return(perform("refresh", given(except = "tokens")))
  }
  values <- given("tokens", except = if (missing(timeout)) "timeout")
  beside <- setdiff(names(values), "self")
  if (length(beside)) {
    stop_for_argument(paste0("`", beside[[1]], "` and `tokens` exclude each other: tokens know where they came from"))
  }
  perform("tokens.refresh", values)
}

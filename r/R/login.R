#' Sign in and get the ID token
#'
#' Signs in with a user name and a password and gives the ID token: the string that a service behind Cognito wants after
#' `Authorization: Bearer`. For the other tokens, or a sign-in that is refreshed later, see [cognito_login()].
#'
#' @inheritParams cognito_login
#' @inheritSection cognito_login Errors
#'
#' @return The ID token: one string, a JSON Web Token. Printed, it is readable by anyone: keep it in a variable.
#' @seealso [decode_jwt()] to see what it says.
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
#' Signs in to a user pool with a user name and a password, or what else the pool asks for. No credentials of Amazon Web
#' Services are needed.
#'
#' Whatever is left out is taken from the environment or from `.env`, see [cognitoken]: best so for the password, which
#' then stands in no script.
#'
#' @param username The user name, or an alias such as the e-mail address where the pool allows it. One string; default:
#'   `COGNITO_USER_NAME`.
#' @param password The password, one string; default: `COGNITO_PASSWORD`. The flows `"custom"` and `"user_auth"` do
#'   without one.
#' @param client_id The id of the app client, one string; default: `COGNITO_CLIENT_ID`.
#' @param region The AWS region to call, such as `"us-east-1"`; another one than the user pool's is that of a replica.
#'   One string; default: `COGNITO_REGION`, else the region in the user pool id; without a pool id `AWS_REGION`,
#'   `AWS_DEFAULT_REGION`, else `us-east-1`.
#' @param user_pool_id The id of the user pool, such as `"us-east-1_AbCdEfGhI"`: SRP needs it. One string; default:
#'   `COGNITO_USER_POOL_ID`.
#' @param client_secret The secret of the app client, where it has one. One string; default: `COGNITO_CLIENT_SECRET`.
#' @param flow How the user proves who they are. `"srp"`: the Secure Remote Password protocol
#'   ([RFC 5054](https://www.rfc-editor.org/rfc/rfc5054); Cognito's `USER_SRP_AUTH`), by which the password never leaves
#'   this process. `"password"`: it is sent, inside TLS (`USER_PASSWORD_AUTH`). `"auto"`, the default: `"srp"` when the
#'   user pool id is known, else `"password"`; a failed `"srp"` never turns into `"password"`. `"custom"`: the pool's
#'   own challenges (`CUSTOM_AUTH`), after SRP where password and user pool id are known. `"user_auth"`: what the pool
#'   offers (`USER_AUTH`). See
#'   [AWS on authentication flows](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html).
#' @param endpoint Another address of the service: a private link, FIPS, a local server. One string, an `https` URL
#'   (plain `http` on this machine only); default: `COGNITO_ENDPOINT`, else the region's.
#' @param on_challenge What answers when the service asks for more, a code for example. `NULL`, the default: nothing,
#'   and the call ends with the condition `cognitoken_error_challenge_required`, whose field `challenge` goes to
#'   [cognito_respond()]. A function: it is called with the [challenge][cognito_challenge] and returns one string (the
#'   answer), a named list of [cognito_respond()]'s arguments, or `NULL` to leave it unanswered; its errors end the
#'   call, as a wrong answer does. `"prompt"`: the person at the console is asked, without echo (by the package askpass,
#'   where it is installed), and again after a mistyped code, three times in all; the prompt names the host that asks.
#'   Where nobody is there ([interactive()]) it is as `NULL`.
#' @param timeout The limit of the whole call in seconds, retries included. One number above 0; default: 30. Each answer
#'   to a challenge has the same limit; the time that `on_challenge` takes does not count.
#' @param totp_secret The secret that an authenticator app was set up with, in base32 or as an `otpauth://` address: it
#'   answers `SOFTWARE_TOKEN_MFA`, and a choice that has it, in jobs that run alone. A code that another job has just
#'   used is followed by the next one, within `timeout`. One string; default: `COGNITO_TOTP_SECRET`.
#' @param remember_device Whether this device is made known to the pool; `tokens$device` is it then, see
#'   [cognito_device()]. `TRUE` or `FALSE`, the default.
#' @param preferred_challenge What `flow = "user_auth"` asks for first: `"PASSWORD"`, `"PASSWORD_SRP"`, `"EMAIL_OTP"`,
#'   `"SMS_OTP"` or `"WEB_AUTHN"`. One string; default: the password where there is one, else what the pool offers.
#' @param device A device that an earlier sign-in made known, see [cognito_device()]; default: none.
#'
#' @return An object of class `cognito_tokens`, see [cognito_tokens].
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` for a value that is missing, malformed or contradicts another
#' one; `cognitoken_error_authentication` for a wrong password, an unknown user or a wrong client secret;
#' `cognitoken_error_challenge_required` when the service asks for more, a code for example;
#' `cognitoken_error_password_reset_required`, `cognitoken_error_user_not_confirmed`, `cognitoken_error_throttled`,
#' `cognitoken_error_network`, `cognitoken_error_request_timeout` and `cognitoken_error_service`.
#' @seealso [cognito_respond()], [cognito_refresh()], [jwt_verify()], [cognito_login_sso()] for the pool's sign-in page
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- cognito_login()
#' tokens
#' tokens$claims$`cognito:username`
#' @examplesIf interactive()
#' # Whatever the pool asks for, a code or a new password, is asked at the console.
#' tokens <- cognito_login("ada", client_id = "1example23456789", flow = "user_auth", on_challenge = "prompt")
#' @export
cognito_login <- function(username = NULL, password = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                          client_secret = NULL, flow = "auto", endpoint = NULL, on_challenge = NULL, timeout = 30,
                          totp_secret = NULL, remember_device = FALSE, preferred_challenge = NULL, device = NULL) {
  on_challenge <- challenge_answerer(on_challenge)
  values <- arguments(
    username = username, password = password, client_id = client_id, region = region, user_pool_id = user_pool_id,
    client_secret = client_secret, flow = flow, endpoint = endpoint, timeout = timeout, totp_secret = totp_secret,
    remember_device = remember_device, preferred_challenge = preferred_challenge, device = device
  )
  answered(.Call(wrap__sign_in, values), on_challenge)
}

#' Get new tokens without the password
#'
#' @param tokens Tokens, see [cognito_tokens]. `NULL`, the default: start from a refresh token
#'   alone, and then the values below count. Beside `tokens` they are not allowed: the tokens know where they came from.
#' @param refresh_token A refresh token, one string; default: `COGNITO_REFRESH_TOKEN`.
#' @param username The user's own name in the pool, not an alias. Only an app client with a secret needs it, and only at
#'   a service that does not know the operation
#'   [GetTokensFromRefreshToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html).
#'   One string; default: `COGNITO_USER_NAME`.
#' @param device The device that the refresh token belongs to, see [cognito_device()], or its key alone, one string: for
#'   a pool that remembers devices. Default: `COGNITO_DEVICE_KEY`.
#' @inheritParams cognito_login
#'
#' @return New tokens, see [cognito_tokens]. The old ones stay as they are. Where the service sends no new refresh token
#'   the new tokens hold the old one; where it does (rotation is on), the old one is soon of no use.
#' @section Errors:
#' As [cognito_login()]; `cognitoken_error_authentication` when the refresh token is expired or revoked, was replaced,
#' or is not there.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- cognito_login()
#' tokens <- cognito_refresh(tokens)
#' @export
cognito_refresh <- function(tokens = NULL, refresh_token = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                            client_secret = NULL, endpoint = NULL, username = NULL, timeout = 30, device = NULL) {
  values <- arguments(
    tokens = tokens, refresh_token = refresh_token, client_id = client_id, region = region,
    user_pool_id = user_pool_id, client_secret = client_secret, endpoint = endpoint, username = username,
    device = device, timeout = if (is.null(tokens) || !missing(timeout)) timeout
  )
  cognito_tokens(answer_of(.Call(wrap__refresh, values)))
}

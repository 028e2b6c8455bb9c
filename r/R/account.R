#' Forgotten passwords and unconfirmed sign-ups
#'
#' `cognito_forgot_password()` requests a code and `cognito_confirm_forgot_password()` sets a new password with it, also
#' after `cognitoken_error_password_reset_required`. `cognito_confirm_sign_up()` confirms a sign-up with the code that
#' was sent and `cognito_resend_confirmation_code()` resends it, also after `cognitoken_error_user_not_confirmed`. See
#' AWS on [ForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html),
#' [ConfirmForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html),
#' [ConfirmSignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html) and
#' [ResendConfirmationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html).
#'
#' @param code The code that was sent. One string.
#' @param new_password The new password. One string.
#' @inheritParams cognito_login
#'
#' @return `cognito_forgot_password()` and `cognito_resend_confirmation_code()`: the destination of the code, a
#'   list of class `cognito_code_delivery` with `destination` (masked by the service: `"a***@e***"`), `delivery_medium`
#'   (`"EMAIL"` or `"SMS"`) and `attribute_name` (`"email"`, `"phone_number"`), each a string or `NULL`. The others:
#'   `NULL`, invisibly.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_authentication` for a wrong or expired code or a password that the
#' pool's policy refuses; `cognitoken_error_throttled` after too many attempts; otherwise as [cognito_login()].
#' @examplesIf interactive()
#' cognito_forgot_password("ada", client_id = "1example23456789")
#' new_password <- askpass::askpass("New password: ")
#' cognito_confirm_forgot_password("123456", new_password, "ada", client_id = "1example23456789")
#' @name cognito_forgot_password
NULL

#' @rdname cognito_forgot_password
#' @export
cognito_forgot_password <- function(username = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                                    client_secret = NULL, endpoint = NULL, timeout = 30, client_metadata = NULL,
                                    profile = NULL) {
  perform("forgot_password", given())
}

#' @rdname cognito_forgot_password
#' @export
cognito_confirm_forgot_password <- function(code, new_password, username = NULL, client_id = NULL, region = NULL,
                                            user_pool_id = NULL, client_secret = NULL, endpoint = NULL, timeout = 30,
                                            client_metadata = NULL, profile = NULL) {
  invisible(perform("confirm_forgot_password", given()))
}

#' @rdname cognito_forgot_password
#' @export
cognito_confirm_sign_up <- function(code, username = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                                    client_secret = NULL, endpoint = NULL, timeout = 30, client_metadata = NULL,
                                    profile = NULL) {
  invisible(perform("confirm_sign_up", given()))
}

#' @rdname cognito_forgot_password
#' @export
cognito_resend_confirmation_code <- function(username = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                                             client_secret = NULL, endpoint = NULL, timeout = 30,
                                             client_metadata = NULL, profile = NULL) {
  perform("resend_confirmation_code", given())
}

#' Manage the account of a signed-in user
#'
#' `cognito_change_password()` changes the password; the tokens stay valid. `cognito_revoke()` revokes the refresh token
#' of one sign-in, at the pool's domain if it came from there; without a refresh token nothing is sent.
#' `cognito_global_sign_out()` revokes every refresh token of the user, on every device. ID and access tokens verify
#' until they expire. See AWS on
#' [ChangePassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html),
#' [RevokeToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html),
#' [the revocation endpoint](https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html) and
#' [GlobalSignOut](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html).
#'
#' @param tokens The tokens of the sign-in, see [cognito_tokens].
#' @param previous The current password. One string.
#' @param proposed The new password. One string.
#'
#' @return `NULL`, invisibly.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_authentication` for a wrong previous password, a new one that the
#' pool's policy refuses, or an access token that is expired or revoked; `cognitoken_error_service` if revocation is
#' disabled for the app client; otherwise as [cognito_login()].
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- cognito_login()
#' cognito_revoke(tokens)
#' @name cognito_revoke
NULL

#' @rdname cognito_revoke
#' @export
cognito_revoke <- function(tokens) {
  invisible(perform("tokens.revoke", given("tokens")))
}

#' @rdname cognito_revoke
#' @export
cognito_global_sign_out <- function(tokens) {
  invisible(perform("tokens.sign_out_everywhere", given("tokens")))
}

#' @rdname cognito_revoke
#' @export
cognito_change_password <- function(tokens, previous, proposed) {
  invisible(perform("tokens.change_password", given("tokens")))
}

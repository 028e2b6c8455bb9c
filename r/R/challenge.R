#' A challenge of the service
#'
#' The field `challenge` of a condition of class `cognitoken_error_challenge_required`, and the result of
#' [cognito_respond()] if another challenge follows. AWS lists
#' [the challenges](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html);
#' one that this package does not know is passed through unchanged.
#'
#' A challenge can be answered until it expires, after 3 to 15 minutes depending on the app client. It exists only in
#' the memory of this R process: `saveRDS()` and `save()` do not write it.
#'
#' @format `challenge$<name>` is one of
#' \describe{
#'   \item{`name`}{Cognito's name for it, a string: `"SOFTWARE_TOKEN_MFA"`, `"NEW_PASSWORD_REQUIRED"`, ...}
#'   \item{`host`}{the host that asks, a string, with its port unless that is the default.}
#'   \item{`parameters`}{the parameters from the service, a named list of strings.}
#'   \item{`username`}{the user's name in the pool, a string.}
#'   \item{`destination`}{the masked address that a code was sent to, such as `"a***@e***"`, or `NULL`.}
#'   \item{`choices`}{the choices, a character vector; empty if there are none.}
#'   \item{`required_attributes`}{the user attributes required with a new password, a character vector.}
#'   \item{`question`}{the question as text, a string that is safe to show: control characters and invisible characters
#'   are replaced. The rest is as the service sent it.}
#'   \item{`answer_form`}{the form of the answer, a string: `"code"`, `"choice"`, `"new_password"`, `"password"`,
#'   `"email_address"`, `"text"`, or `"fields"` for a challenge that only `answers` answer.}
#'   \item{`totp_secret`, `totp_uri`}{for `"MFA_SETUP"`, the secret for the authenticator app in base32, and the
#'   `otpauth://` URI that contains it; otherwise `NULL`. Both are secret.}
#'   \item{`qr_text`}{for `"MFA_SETUP"`, the same URI as a QR code of text, secret too; otherwise `NULL`.}
#' }
#' Any other name is an error (`cognitoken_error_config`).
#'
#' Printing shows name, question and parameters, and for `"MFA_SETUP"` also the QR code and the secret. `format()`,
#' `str()` and `dput()` do not show these.
#'
#' @seealso [cognito_respond()], and `on_challenge` of [cognito_login()]
#' @name cognito_challenge
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- tryCatch(
#'   cognito_login(),
#'   cognitoken_error_challenge_required = function(error) {
#'     message("Cognito asks: ", error$challenge$question)
#'   }
#' )
NULL

#' @export
`$.cognito_challenge` <- function(x, name) {
  part <- NextMethod()
  if (identical(name, "question")) shown(part) else part
}

#' @export
`[[.cognito_challenge` <- `$.cognito_challenge`

# Only print() shows the secret of an authenticator app to set up.
#' @export
print.cognito_challenge <- function(x, ...) {
  setup <- tryCatch(question_of(x)$setup, error = function(error) NULL)
  cat(format(x), setup, sep = "\n")
  invisible(x)
}

question_of <- function(challenge) {
  result_of(.Call(door_question_of, challenge))
}

#' Answer a challenge
#'
#' Sends the answer to a challenge and returns the tokens or the next challenge. After an error because of a wrong code,
#' the same challenge can be answered again.
#'
#' | challenge | answer |
#' |---|---|
#' | `SMS_MFA`, `SMS_OTP`, `EMAIL_OTP` | the code that was sent |
#' | `SOFTWARE_TOKEN_MFA` | the code that the authenticator app shows |
#' | `MFA_SETUP` | the same, once the app is set up with `challenge$totp_uri` (printed: a QR code); or see below |
#' | `SELECT_MFA_TYPE`, `SELECT_CHALLENGE` | one of `challenge$choices` |
#' | `NEW_PASSWORD_REQUIRED` | `new_password`, and `attributes` for `challenge$required_attributes` |
#' | `PASSWORD`, `PASSWORD_SRP` | the password |
#' | `CUSTOM_CHALLENGE` | the answer to the pool's question in `challenge$parameters` |
#' | `WEB_AUTHN` | the authenticator's answer, as JSON |
#' | any other | `answers` |
#'
#' An `MFA_SETUP` without a `totp_uri` is answered with one of `challenge$choices`, or with the e-mail address for the
#' codes.
#'
#' @param challenge The [challenge][cognito_challenge]: the field `challenge` of a condition, or the result of an
#'   earlier answer.
#' @param answer The code, the choice or other answer. One string.
#' @param new_password The new password. One string; `answer` can be used instead.
#' @param attributes User attributes that go with a new password. Such as `list(given_name = "Ada")`: a named list of
#'   strings, or a named character vector.
#' @param answers Fields of the answer by the service's own names, in addition to the answer. Cognito's
#'   `ChallengeResponses`, such as `list(ANSWER = "42")`, for a challenge that is not in the table; they take precedence
#'   over the answer. A named list of strings, or a named character vector.
#' @param client_metadata Values that the service passes to the pool's Lambda triggers. A named list of strings, or a
#'   named character vector; default: none.
#'
#' @return Tokens, see [cognito_tokens], or the next [challenge][cognito_challenge]: `inherits(step, "cognito_tokens")`
#'   distinguishes them.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config`, before anything is sent, if the answer is incomplete;
#' `cognitoken_error_authentication` for a wrong code (`CodeMismatchException`; the field `challenge` contains the
#' challenge to answer again), or for a challenge that has expired (`NotAuthorizedException`), after which a new sign-in
#' is required.
#' @seealso `on_challenge` of [cognito_login()] answers within the sign-in.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' step <- tryCatch(
#'   cognito_login(),
#'   cognitoken_error_challenge_required = function(error) error$challenge
#' )
#' if (inherits(step, "cognito_challenge")) {
#'   step # shows what is asked
#'   \dontrun{
#'   tokens <- cognito_respond(step, "123456")
#'   }
#' }
#' @export
cognito_respond <- function(challenge, answer = NULL, new_password = NULL, attributes = NULL, answers = NULL,
                            client_metadata = NULL) {
  perform("challenge.respond", given("challenge"))
}

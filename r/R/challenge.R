#' What the service asks before it gives tokens
#'
#' The field `challenge` of a condition of class `cognitoken_error_challenge_required`, and what [cognito_respond()]
#' gives when the service asks on. AWS lists
#' [the challenges](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html);
#' one that this package does not know is passed through as it came.
#'
#' It can be kept and answered later, for as long as the service waits: 3 to 15 minutes, as the app client says. It
#' lives in the memory of this R process: `saveRDS()` and `save()` do not write it.
#'
#' @format `challenge$<name>` gives
#' \describe{
#'   \item{`name`}{Cognito's name for it, a string: `"SOFTWARE_TOKEN_MFA"`, `"NEW_PASSWORD_REQUIRED"`, ...}
#'   \item{`host`}{the host that asks, a string, with its port where that is not the usual one.}
#'   \item{`parameters`}{what the service says about it, a named list of strings.}
#'   \item{`username`}{whom it asks: the user's name as the service knows it, a string.}
#'   \item{`destination`}{where a code was sent to, as far as the service shows it, such as `"a***@e***"`; or `NULL`.}
#'   \item{`choices`}{what can be chosen, a character vector; empty where there is no choice.}
#'   \item{`required_attributes`}{the user attributes that have to come with a new password, a character vector.}
#'   \item{`question`}{the question in words, a string that is safe to show: control characters and invisible ones are
#'   replaced. All else is as the service sent it.}
#'   \item{`totp_secret`, `totp_uri`}{for `"MFA_SETUP"` what an authenticator app is set up with: the secret in base32,
#'   and the `otpauth://` address that holds it; else `NULL`. Both are secrets of the user's.}
#' }
#' Another name is an error (`cognitoken_error_config`).
#'
#' @param x The challenge.
#' @param name One of the names above.
#' @param ... Not used.
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

cognito_challenge <- function(pointer) {
  structure(pointer, class = "cognito_challenge")
}

challenge_fields <- c(
  "name", "host", "parameters", "username", "destination", "choices", "required_attributes", "question",
  "totp_secret", "totp_uri"
)

#' @rdname cognito_challenge
#' @export
`$.cognito_challenge` <- function(x, name) {
  part <- answer_of(.Call(wrap__challenge_field, arguments(challenge = x, name = name)))
  if (identical(name, "question")) shown(part) else part
}

#' @export
`[[.cognito_challenge` <- `$.cognito_challenge`

#' @export
names.cognito_challenge <- function(x) {
  challenge_fields
}

#' @export
format.cognito_challenge <- function(x, ...) {
  lines_of("<cognito_challenge>", paste0("<cognito_challenge: ", shown(x$name), ">"))
}

#' @rdname cognito_challenge
#' @return `print()` shows name, question and parameters, for `"MFA_SETUP"` the QR code and the secret as well, and
#'   gives the challenge back invisibly: it is for the person who answers. `format()`, `str()` and `dput()` show none of
#'   that.
#' @export
print.cognito_challenge <- function(x, ...) {
  lines <- lines_of("<cognito_challenge>", {
    parameters <- x$parameters
    shown_parameters <- if (length(parameters)) shown(paste0("  ", names(parameters), ": ", parameters))
    c(format(x), x$question, shown_parameters, setup_lines(x))
  })
  cat(lines, sep = "\n")
  invisible(x)
}

# What a person needs to set an authenticator app up, where that is asked for.
setup_lines <- function(challenge) {
  qr_code <- answer_of(.Call(wrap__challenge_qr_text, arguments(challenge = challenge)))
  if (!is.null(qr_code)) {
    c("Scan this with an authenticator app, or type the secret below into it:", qr_code, shown(challenge$totp_secret))
  }
}

#' Answer what the service asks
#'
#' Gives the answer to a challenge and takes what comes of it: tokens, or the next challenge. After a mistyped code (an
#' error) the same challenge can be answered again.
#'
#' | challenge | answer |
#' |---|---|
#' | `SMS_MFA`, `SMS_OTP`, `EMAIL_OTP` | the code that was sent |
#' | `SOFTWARE_TOKEN_MFA` | the code that the authenticator app shows |
#' | `MFA_SETUP` | the same, once the app is set up with `challenge$totp_uri` (printed: a QR code); or see below |
#' | `SELECT_MFA_TYPE`, `SELECT_CHALLENGE` | one of `challenge$choices` |
#' | `NEW_PASSWORD_REQUIRED` | `new_password`, and `attributes` for `challenge$required_attributes` |
#' | `PASSWORD`, `PASSWORD_SRP` | the password |
#' | `CUSTOM_CHALLENGE` | what the pool asks in `challenge$parameters` |
#' | `WEB_AUTHN` | the authenticator's answer, as JSON |
#' | any other | `answers` |
#'
#' An `MFA_SETUP` without a `totp_uri` is answered with one of `challenge$choices` to set up, or with the e-mail address
#' that codes are to be sent to.
#'
#' @param challenge The [challenge][cognito_challenge]: the field `challenge` of a condition, or what an earlier answer
#'   gave.
#' @param answer The code, the choice, or whatever the challenge's one question is. One string.
#' @param new_password The new password. One string; `answer` will do as well.
#' @param attributes User attributes that go with a new password, such as `list(given_name = "Ada")`: a named list of
#'   strings, or a named character vector.
#' @param answers What the service calls `ChallengeResponses`, such as `list(ANSWER = "42")`, for a challenge that is
#'   not in the table, or to go with the answer: it wins over what would be sent. A named list of strings, or a named
#'   character vector.
#'
#' @return Tokens, see [cognito_tokens], or the next [challenge][cognito_challenge]: `inherits(step, "cognito_tokens")`
#'   tells which.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` before anything is sent, where the answer lacks something;
#' `cognitoken_error_authentication` for a wrong code (`CodeMismatchException`; the challenge that still waits is in
#' the field `challenge`), or for a challenge that is over
#' (`NotAuthorizedException`): sign in again then.
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
cognito_respond <- function(challenge, answer = NULL, new_password = NULL, attributes = NULL, answers = NULL) {
  reply <- .Call(wrap__respond, arguments(
    challenge = challenge, answer = answer, new_password = new_password, attributes = attributes, answers = answers
  ))
  if (asks_on(reply)) cognito_challenge(reply$error$challenge) else cognito_tokens(answer_of(reply))
}

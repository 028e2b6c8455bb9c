#' What the service asks before it gives tokens
#'
#' The field `challenge` of a condition of class `cognitoken_error_challenge_required`. AWS lists
#' [the challenges](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html);
#' one that this package does not know is passed through as it came.
#'
#' @format `challenge$<name>` gives
#' \describe{
#'   \item{`name`}{Cognito's name for it, a string: `"SOFTWARE_TOKEN_MFA"`, `"NEW_PASSWORD_REQUIRED"`, ...}
#'   \item{`parameters`}{what the service says about it, a named list of strings: where a code was sent to, which
#'   attributes it requires, ...}
#' }
#' Another name is an error (`cognitoken_error_config`).
#'
#' @param x The challenge.
#' @param name One of the names above.
#' @param ... Not used.
#' @name cognito_challenge
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' tokens <- tryCatch(
#'   cognito_login(),
#'   cognitoken_error_challenge_required = function(error) {
#'     message("Cognito asks for ", error$challenge$name)
#'   }
#' )
NULL

#' @rdname cognito_challenge
#' @export
`$.cognito_challenge` <- function(x, name) {
  answer(.Call(wrap__challenge_field, arguments(challenge = x, name = name)))
}

#' @export
`[[.cognito_challenge` <- `$.cognito_challenge`

#' @export
names.cognito_challenge <- function(x) {
  c("name", "parameters")
}

#' @export
format.cognito_challenge <- function(x, ...) {
  paste0("<cognito_challenge: ", x$name, ">")
}

#' @rdname cognito_challenge
#' @return `print()` shows the name and gives the challenge back invisibly.
#' @export
print.cognito_challenge <- function(x, ...) {
  cat(format(x), sep = "\n")
  invisible(x)
}

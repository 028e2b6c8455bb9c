#' Check the set-up
#'
#' Checks the values of a session and their sources, the network, the service and the store, and suggests what to do
#' about each problem. Nobody is signed in, and no secret is shown.
#'
#' @param username The user name, or an alias such as the e-mail address if the pool allows it. One string; default:
#'   `COGNITO_USER_NAME`.
#' @param offline Whether to check values, network settings and the store only, without requests. `TRUE` or `FALSE`, the
#'   default.
#' @inheritParams cognito_session
#'
#' @return An object of class `cognito_doctor`, which shows all checks when it is printed. `$checks` is a data frame of
#'   strings, with a row for each check: `group` (`"values"`, `"network"`, `"service"`, `"store"`), `name`, `state`
#'   (`"good"`, `"note"` or `"bad"`), `finding`, and `fix`, the suggested next step or `NA`.
#' @section Errors: `cognitoken_error_config` for an argument of another type; what is wrong with the set-up is a check.
#' @examplesIf nzchar(Sys.getenv("COGNITO_CLIENT_ID"))
#' report <- cognito_doctor(offline = TRUE)
#' report
#' report$checks[report$checks$state != "good", c("name", "finding")]
#' @export
cognito_doctor <- function(username = NULL, client_id = NULL, region = NULL, user_pool_id = NULL,
                           client_secret = NULL, flow = "auto", endpoint = NULL, timeout = 30, store = NULL,
                           offline = FALSE, profile = NULL) {
  perform("doctor", given())
}

#' @export
`$.cognito_doctor` <- function(x, name) {
  field <- result_of(.Call(door_object_field, x, name))
  if (identical(name, "checks")) table_of_checks(field) else field
}

#' @export
`[[.cognito_doctor` <- `$.cognito_doctor`

table_of_checks <- function(checks) {
  column <- function(name) {
    vapply(checks, function(check) if (is.null(check[[name]])) NA_character_ else shown(check[[name]]), "")
  }
  names <- c("group", "name", "state", "finding", "fix")
  as.data.frame(stats::setNames(lapply(names, column), names), stringsAsFactors = FALSE)
}

#' A device that a pool remembers
#'
#' A pool can remember devices, so that MFA is required only once on each. `cognito_login(remember_device = TRUE)`
#' registers this device, which is then in `tokens$device`. Keep it and pass it to later sign-ins of the same user with
#' `cognito_login(device = ...)`. If the pool no longer knows it, the sign-in continues without it. See
#' [AWS on devices](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html).
#'
#' @param key The pool's key for the device. One string: `<region>_<uuid>`.
#' @param group_key The pool's key for the group that the device is in. One string.
#' @param password The device's own password. One string.
#'
#' @return An object of class `cognito_device`. Printing shows its key, never its password, and `saveRDS()` does not
#'   write it. `as.list(device)` gives `list(key =, group_key =, password =)`, three strings. Store them like
#'   passwords.
#' @section Errors: `cognitoken_error_config` if an argument is not one string.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD"))
#' device <- cognito_login(remember_device = TRUE)$device
#' if (!is.null(device)) {
#'   kept <- as.list(device)
#'   cognito_login(device = cognito_device(kept$key, kept$group_key, kept$password))
#' }
#' @export
cognito_device <- function(key, group_key, password) {
  perform("device", given())
}

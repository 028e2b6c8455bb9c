#' Get AWS credentials for the user of a session
#'
#' Exchanges the ID token of a session for temporary AWS credentials, at an identity pool that trusts the user pool.
#' They work with any client of AWS, such as \pkg{paws}. The session keeps them in memory for the user, the identity
#' pool and the role, and returns them again until 16 minutes before they expire: call the function where they are
#' needed, rather than keep its result. [cognito_sign_out()] forgets them.
#'
#' Printing, `format()`, `str()` and `dput()` show at most the access key ID and the expiry, never a secret. The
#' credentials exist only in the memory of this R process: `saveRDS()` and `save()` do not write them. See
#' [AWS on GetCredentialsForIdentity](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html).
#'
#' @param session The session of the user. See [cognito_session()]; it signs in or refreshes as for [session_tokens()].
#' @param identity_pool_id The identity pool's id; the region in it is called. `"<region>:<uuid>"`, one string.
#' @param custom_role_arn The ARN of the role, one of those of the user's groups; without one, the identity pool's
#'   choice. One string.
#' @param identity_endpoint The URL of the identity pools' service, if it is not the region's own. The ID token is sent
#'   there. One string.
#' @param timeout The time limit of the whole call in seconds; without one, the session's. One number.
#'
#' @return An object of class `cognito_aws_credentials`, whose `credentials$<name>` is one of
#' \describe{
#'   \item{`access_key_id`}{the access key ID, a string, which is no secret.}
#'   \item{`secret_access_key`}{the secret access key, a string.}
#'   \item{`session_token`}{the session token, a string.}
#'   \item{`expires_at`}{the expiry, in seconds since 1970-01-01 UTC, by the service's clock.}
#'   \item{`identity_id`}{the id of the user's identity in the pool, a string.}
#'   \item{`region`}{the region of the identity pool, a string.}
#'   \item{`credential_process`}{all of them in the form that AWS's `credential_process` reads, a named list.}
#' }
#' Any other name is an error (`cognitoken_error_config`).
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` for a value that is malformed, and for a session with a fixed
#' ID token or of the app client itself; `cognitoken_error_authentication` if the identity pool does not trust the user
#' pool or the app client, or refuses the role; `cognitoken_error_service` if there is no such identity pool
#' (`ResourceNotFoundException`), or it has no role for the user (`InvalidIdentityPoolConfigurationException`); those of
#' [session_tokens()].
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD")) && nzchar(Sys.getenv("IDENTITY_POOL_ID"))
#' credentials <- cognito_aws_credentials(cognito_session(), Sys.getenv("IDENTITY_POOL_ID"))
#' credentials
#' as.POSIXct(credentials$expires_at, origin = "1970-01-01")
#' # with paws:
#' # keys <- list(
#' #   access_key_id = credentials$access_key_id, secret_access_key = credentials$secret_access_key,
#' #   session_token = credentials$session_token
#' # )
#' # paws::s3(credentials = list(creds = keys), region = credentials$region)$list_buckets()
#' @export
cognito_aws_credentials <- function(session, identity_pool_id, custom_role_arn = NULL, identity_endpoint = NULL,
                                    timeout = NULL) {
  perform_in_session("aws_credentials", given("session"), subject = "session")
}

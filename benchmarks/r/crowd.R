# Many sign-ins at once: `Rscript crowd.R CONTENDER COUNT` prints their wall time and their CPU time.

arguments <- commandArgs(trailingOnly = TRUE)
count <- as.integer(arguments[[2]])

by_cognitoken <- function() {
  signed_in <- function(number) cognitoken::cognito_login()$id_token
  parallel::mclapply(seq_len(count), signed_in, mc.cores = 64)
}

by_httr2 <- function() {
  value <- function(name) Sys.getenv(paste0("COGNITO_", name))
  body <- list(
    AuthFlow = "USER_PASSWORD_AUTH", ClientId = value("CLIENT_ID"),
    AuthParameters = list(USERNAME = value("USER_NAME"), PASSWORD = value("PASSWORD"))
  )
  request <- httr2::request(value("ENDPOINT")) |>
    httr2::req_headers(`X-Amz-Target` = "AWSCognitoIdentityProviderService.InitiateAuth") |>
    httr2::req_body_raw(jsonlite::toJSON(body, auto_unbox = TRUE), type = "application/x-amz-json-1.1")
  # The name that this function had in httr2 before 1.0.
  perform <- if (packageVersion("httr2") >= "1.0.0") httr2::req_perform_parallel else httr2::multi_req_perform
  # As many connections at once as it may ever want.
  pool <- curl::new_pool(total_con = count, host_con = count)
  lapply(perform(rep(list(request), count), pool = pool), function(response) {
    httr2::resp_body_json(response, check_type = FALSE)$AuthenticationResult$IdToken
  })
}

sign_in <- list(cognitoken = by_cognitoken, httr2 = by_httr2)[[arguments[[1]]]]
invisible(loadNamespace(arguments[[1]]))
before <- proc.time()
tokens <- sign_in()
took <- proc.time() - before
stopifnot(length(tokens) == count, length(unique(tokens)) == 1, nchar(tokens[[1]]) > 500)
used <- took[c("user.self", "sys.self", "user.child", "sys.child")]
cat(took[["elapsed"]], sum(used, na.rm = TRUE), "\n")

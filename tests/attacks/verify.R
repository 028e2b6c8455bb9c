# Verifies each token of a table, and prints a line for each: its number, what came of it, and the code of a refusal.
# Usage: verify.R TABLE, a file of JSON as verdicts.py writes it.
library(cognitoken)

table <- jsonlite::fromJSON(commandArgs(trailingOnly = TRUE)[[1]], simplifyVector = FALSE)

verifier_for <- function(row) {
  groups <- if (length(row$groups)) unlist(row$groups)
  jwt_verifier(
    table$user_pool_id, table$client_id,
    token_use = row$token_use, jwks = table$jwks, leeway = row$leeway, groups = groups
  )
}

verified <- function(row) {
  now <- if (is.null(row$now)) Sys.time() else row$now
  tryCatch(
    {
      jwt_verify(verifier_for(row), row$token, now = now)
      c("accepted", "")
    },
    cognitoken_error_token_expired = function(error) c("expired", error$code),
    cognitoken_error_token_invalid = function(error) c("invalid", error$code),
    error = function(error) c(class(error)[[1]], "")
  )
}

for (row in table$rows) {
  cat(row$number, verified(row), sep = "\t")
  cat("\n")
}

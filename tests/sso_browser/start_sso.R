# What a user's program does: sign in on the pool's page and say who it was; values by the environment.
library(cognitoken)

given <- commandArgs(trailingOnly = TRUE)
tokens <- tryCatch(
  cognito_login_sso(redirect_uri = given[1], open_browser = given[3] == "opens", timeout = as.numeric(given[2])),
  cognitoken_error = function(error) {
    # The hint stands below the message.
    message(strsplit(error$message, "\n", fixed = TRUE)[[1]][[1]], " (", error$code, ")")
    quit(status = 1)
  }
)
cat("Signed in as", tokens$claims$email, "\n")

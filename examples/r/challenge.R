# Sign in to a pool that asks for more than the password: a code, a choice, a new password, an app to set up.
#
#   export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
#   Rscript examples/r/challenge.R
#
# In an R session cognito_login(on_challenge = "prompt") asks by itself, without echo. A job that runs alone needs none
# of this where the user has an authenticator app: COGNITO_TOTP_SECRET answers for it.

library(cognitoken)

terminal <- file("stdin", "r")

ask <- function(question) {
  cat(question, ": ", sep = "")
  readLines(terminal, n = 1)
}

# What the service asks, it asks here: in the middle of cognito_login(). For an authenticator app to set up, print()
# shows the QR code.
answer <- function(challenge) {
  print(challenge)
  wanted <- challenge$required_attributes
  list(
    answer = ask("Your answer"),
    attributes = stats::setNames(lapply(wanted, ask), wanted)
  )
}

# The other way is to keep the challenge and to answer it when one can: cognito_login() alone ends with a condition, and
# cognito_respond() goes on, as often as it takes.
tokens <- cognito_login(on_challenge = answer)

cat("Signed in as", tokens$claims$`cognito:username`, "\n")

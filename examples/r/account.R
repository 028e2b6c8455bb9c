# What users do to their own account: a forgotten password, a new one, signing out.
#
#   export COGNITO_USER_NAME=... COGNITO_CLIENT_ID=... NEW_PASSWORD=... NEXT_PASSWORD=...
#   Rscript examples/r/account.R

library(cognitoken)

new_password <- Sys.getenv("NEW_PASSWORD")
next_password <- Sys.getenv("NEXT_PASSWORD")

# A forgotten password: the service sends a code, and with the code comes a new one.
delivery <- cognito_forgot_password()
cat("A code was sent to", delivery$destination, "\nThe code: ")
code <- readLines(file("stdin"), n = 1)
cognito_confirm_forgot_password(code, new_password)

# A password that is known is changed by who is signed in.
tokens <- cognito_login(password = new_password)
cognito_change_password(tokens, new_password, next_password)
cat("The password is changed\n")

# cognito_revoke() ends this sign-in, cognito_global_sign_out() all of them, on every device.
cognito_global_sign_out(tokens)
cat("Signed out everywhere\n")

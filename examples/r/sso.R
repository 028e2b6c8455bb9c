# Sign in on the pool's own page, in a browser: single sign-on, MFA, whatever the pool has there.
#
#   export COGNITO_CLIENT_ID=... COGNITO_DOMAIN=...
#   Rscript examples/r/sso.R
#
# http://localhost:8400/ has to be among the app client's callback URLs. Where the browser runs on another machine
# (RStudio Server, JupyterHub, ssh), the link is shown, and in an R session the address it ends at can be pasted.

library(cognitoken)

tokens <- cognito_login_sso()

cat("Signed in as", tokens$claims$email, "\n")

# Good for days, without the browser.
tokens <- cognito_refresh(tokens)
print(tokens)

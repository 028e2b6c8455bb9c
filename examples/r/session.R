# Ask an API in the name of somebody who signed in before, in the shell or in another program.
#
#   export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/...
#   cognitoken login
#   Rscript examples/r/session.R

library(cognitoken)
library(httr2)

session <- cognito_session()
print(session)

# A 401 is answered by one refresh and one more try.
response <- request(Sys.getenv("API_URL")) |>
  req_auth_cognito(session) |>
  req_perform()

cat(resp_body_string(response), "\n")

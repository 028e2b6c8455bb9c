# Get a token for an automated job: a client id and a client secret, no user.
#
#   export COGNITO_CLIENT_ID=... COGNITO_CLIENT_SECRET=... COGNITO_DOMAIN=... API_URL=https://api.example.com/...
#   Rscript examples/r/client_credentials.R

library(cognitoken)
library(httr2)

# AWS bills every token. The one that is there is given again until it is about to expire: ask wherever you need it.
tokens <- cognito_client_credentials()
print(tokens)

# There is no ID token: the job is nobody. Its access token says what it may do.
response <- request(Sys.getenv("API_URL")) |>
  req_auth_bearer_token(tokens$access_token) |>
  req_perform()

cat(resp_body_string(response), "\n")

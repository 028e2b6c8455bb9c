# Send a request that carries the ID token, with httr2.
#
#   export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=... API_URL=https://api.example.com/...
#   Rscript examples/r/api_request.R

library(cognitoken)
library(httr2)

tokens <- cognito_login()

# req_auth_bearer_token() also keeps the token out of what httr2 prints.
response <- request(Sys.getenv("API_URL")) |>
  req_auth_bearer_token(tokens$id_token) |>
  req_perform()

cat("Status:", resp_status(response), "\n")
cat(resp_body_string(response), "\n")

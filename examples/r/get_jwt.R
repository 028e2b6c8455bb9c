# Get the ID token and read what it says.
#
# Stands in for the two functions of the documented R script: get_jwt() and decode_jwt(), same names, same arguments.
#
#   export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
#   Rscript examples/r/get_jwt.R

library(cognitoken)

token <- get_jwt(
  client_id = Sys.getenv("COGNITO_CLIENT_ID"),
  username = Sys.getenv("COGNITO_USER_NAME"),
  password = Sys.getenv("COGNITO_PASSWORD"),
  region = "us-east-1"
)

claims <- decode_jwt(token)$payload
cat("Signed in as", claims$`cognito:username`, "\n")
cat("User id:  ", claims$`custom:aplos_user_id`, "\n")
cat("Tenant id:", claims$`custom:aplos_user_tenant_id`, "\n")

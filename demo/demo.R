library(cognitoken)

# Sign in by SRP: the password is proved, not sent.
tokens <- cognito_login()
tokens

# Sign in by USER_PASSWORD_AUTH: the password is sent, inside TLS where it is not this machine.
cognito_login(flow = "password")$claims$email

# The same with an app client that has a secret.
client_id <- Sys.getenv("SECRET_CLIENT_ID")
client_secret <- Sys.getenv("CLIENT_SECRET")
cognito_login(client_id = client_id, client_secret = client_secret, flow = "srp")$claims$email
cognito_login(client_id = client_id, client_secret = client_secret, flow = "password")$claims$email

# What the ID token says, and when it expires.
str(tokens$claims[c("email", "cognito:groups", "custom:aplos_user_id")])
as.POSIXct(tokens$expires_at, origin = "1970-01-01")

# It is genuine. A forged one is not: four characters of the signature were changed.
verifier <- jwt_verifier(Sys.getenv("COGNITO_USER_POOL_ID"), Sys.getenv("COGNITO_CLIENT_ID"))
jwt_verify(verifier, tokens$id_token)$`cognito:username`
forged <- sub("....$", "AAAA", tokens$id_token)
tryCatch(
  jwt_verify(verifier, forged),
  cognitoken_error_token_invalid = function(error) cat("Refused:", conditionMessage(error), "\n")
)

# New tokens without the password.
fresh <- cognito_refresh(tokens)
fresh$id_token != tokens$id_token
fresh

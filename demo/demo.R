library(cognitoken)

# Sign in by SRP: the password is proved, not sent.
tokens <- cognito_login()
tokens

# Sign in by USER_PASSWORD_AUTH: the password is sent, inside TLS where it is not this machine.
invisible(cognito_login(flow = "password"))

# The same with an app client that has a secret.
client_id <- Sys.getenv("SECRET_CLIENT_ID")
client_secret <- Sys.getenv("CLIENT_SECRET")
invisible(cognito_login(client_id = client_id, client_secret = client_secret, flow = "srp"))
invisible(cognito_login(client_id = client_id, client_secret = client_secret, flow = "password"))

# What the ID token says.
claims <- decode_jwt(tokens$id_token)$payload
str(claims[c("email", "cognito:groups", "custom:aplos_user_id", "exp")])

# It is genuine. A forged one is not: four characters of the signature were changed.
verifier <- jwt_verifier(Sys.getenv("COGNITO_USER_POOL_ID"), Sys.getenv("COGNITO_CLIENT_ID"))
jwt_verify(verifier, tokens$id_token)$token_use
forged <- sub("....$", "AAAA", tokens$id_token)
tryCatch(
  jwt_verify(verifier, forged),
  cognitoken_error_token_invalid = function(error) cat("Refused:", conditionMessage(error), "\n")
)

# New tokens without the password.
fresh <- cognito_refresh(tokens)
fresh$id_token != tokens$id_token
fresh

import os

import cognitoken

# Sign in by SRP: the password is proved, not sent.
tokens = cognitoken.login()
tokens

# Sign in by USER_PASSWORD_AUTH: the password is sent, inside TLS where it is not this machine.
cognitoken.login(flow="password")

# The same with an app client that has a secret.
confidential = {"client_id": os.environ["SECRET_CLIENT_ID"], "client_secret": os.environ["CLIENT_SECRET"]}
cognitoken.login(flow="srp", **confidential)
cognitoken.login(flow="password", **confidential)

# What the ID token says.
for name in ("email", "cognito:groups", "custom:aplos_user_id", "exp"):
    print(f"{name:22}", tokens.claims[name])

# It is genuine. A forged one is not: four characters of the signature were changed.
verifier = cognitoken.Verifier(os.environ["COGNITO_USER_POOL_ID"], os.environ["COGNITO_CLIENT_ID"])
verifier.verify(tokens.id_token)["token_use"]
try:
    verifier.verify(tokens.id_token[:-4] + "AAAA")
except cognitoken.TokenInvalid as error:
    print("Refused:", error)

# New tokens without the password.
fresh = tokens.refresh()
fresh.id_token != tokens.id_token
fresh

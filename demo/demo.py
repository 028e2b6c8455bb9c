import os
import time

import cognitoken

# Sign in by SRP: the password is proved, not sent.
tokens = cognitoken.login()
tokens

# Sign in by USER_PASSWORD_AUTH: the password is sent, inside TLS where it is not this machine.
cognitoken.login(flow="password")

# The same with an app client that has a secret.
client_id, client_secret = os.environ["SECRET_CLIENT_ID"], os.environ["CLIENT_SECRET"]
cognitoken.login(client_id=client_id, client_secret=client_secret, flow="srp")
cognitoken.login(client_id=client_id, client_secret=client_secret, flow="password")

# What the ID token says, and when it expires.
for name in ("email", "cognito:groups", "custom:aplos_user_id"):
    print(f"{name:22}", tokens.claims[name])
time.ctime(tokens.expires_at)

# It is genuine. A forged one is not: four characters of the signature were changed.
verifier = cognitoken.Verifier(os.environ["COGNITO_USER_POOL_ID"], os.environ["COGNITO_CLIENT_ID"])
verifier.verify(tokens.id_token)["cognito:username"]
try:
    verifier.verify(tokens.id_token[:-4] + "AAAA")
except cognitoken.TokenInvalid as error:
    print("Refused:", error)

# New tokens without the password.
fresh = tokens.refresh()
fresh.id_token != tokens.id_token
fresh

"""What a user's program does: sign in on the pool's page and say who it was; values by the environment."""

import sys

import cognitoken

redirect_uri, limit, browser = sys.argv[1:]
try:
    tokens = cognitoken.login_sso(
        redirect_uri=redirect_uri, open_browser=browser == "opens", timeout=float(limit)
    )
except cognitoken.CognitoError as error:
    sys.exit(f"{error} ({error.code})")
print("Signed in as", tokens.claims["email"])

"""Sign in with a user name, a password and a client id, and get the three tokens.

Stands in for the script that posts the password to Cognito itself.

    export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
    python examples/python/sign_in.py
"""

import os

import cognitoken


def main() -> None:
    username = os.environ["COGNITO_USER_NAME"]
    password = os.environ["COGNITO_PASSWORD"]
    client_id = os.environ["COGNITO_CLIENT_ID"]

    id_token, access_token, refresh_token = cognitoken.login(
        username, password, client_id, region="us-east-1"
    )

    # The ID token is the one to send: {"Authorization": f"Bearer {id_token}"}. A token is a secret, so only
    # what it says is shown.
    claims = cognitoken.decode(id_token).payload
    print(f"Signed in as {claims['cognito:username']} ({claims['email']})")
    for name, token in [("ID", id_token), ("access", access_token), ("refresh", refresh_token)]:
        print(f"{name + ' token':14}", f"{len(token)} characters" if token else "none")


if __name__ == "__main__":
    main()

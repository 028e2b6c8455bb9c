"""A class that is made with a region, signs in and keeps the tokens.

Stands in for the class that does the same with boto3: same constructor, same `login`, same attributes. A
value that is neither given nor in the environment is an error that names the variable.

    export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
    python examples/python/cognito_class.py
"""

import sys

import cognitoken


class CognitoAuthentication:
    """Signs in to one region and remembers what came back."""

    def __init__(self, region: str = "us-east-1") -> None:
        self.region = region
        self.id_token: str | None = None
        self.access_token: str | None = None
        self.refresh_token: str | None = None

    def login(
        self, username: str | None = None, password: str | None = None, client_id: str | None = None
    ) -> str | None:
        """Gives back the ID token, the one to send in the Authorization header.

        What is left out is taken from COGNITO_USER_NAME, COGNITO_PASSWORD and COGNITO_CLIENT_ID.
        """
        tokens = cognitoken.login(username, password, client_id, region=self.region)
        self.id_token, self.access_token, self.refresh_token = tokens
        return self.id_token


def main() -> None:
    authentication = CognitoAuthentication(region="us-east-1")
    try:
        id_token = authentication.login()
    except cognitoken.CognitoError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    if id_token is None:
        sys.exit("no ID token came back")
    print("Signed in as", cognitoken.decode(id_token).payload["cognito:username"])


if __name__ == "__main__":
    main()

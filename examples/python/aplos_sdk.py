"""Give the Aplos NCA SDK our tokens: its API classes take any authenticator.

What you gain over the SDK's own sign-in: SRP (when COGNITO_USER_POOL_ID is set, the password never leaves
this machine), app clients with a secret, and a token that is refreshed instead of running out in a long job.

    pip install aplos-nca-saas-sdk
    export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=... APLOS_HOST=api.example.com
    python examples/python/aplos_sdk.py FILE_ID
"""

import os
import sys
import time

from aplos_nca_saas_sdk.nca_resources.nca_file_download import NCAFileDownload
from aplos_nca_saas_sdk.utilities.http_utility import HttpUtilities

import cognitoken

REFRESH_WHEN_LESS_THAN_SECONDS = 120


class CognitokenAuthenticator:
    """An authenticator for the SDK's API classes, which answers from a session's tokens."""

    def __init__(self, tokens: cognitoken.Tokens | None = None) -> None:
        self._tokens = tokens

    @property
    def cognito(self) -> "CognitokenAuthenticator":
        """The SDK looks for `jwt`, `user_id` and `tenant_id` here."""
        return self

    @property
    def tokens(self) -> cognitoken.Tokens:
        """The tokens, signed in for on first use and refreshed shortly before they run out."""
        if self._tokens is None:
            self._tokens = cognitoken.login()
        elif self._tokens.expires_at - time.time() < REFRESH_WHEN_LESS_THAN_SECONDS:
            self._tokens = self._tokens.refresh()
        return self._tokens

    @property
    def jwt(self) -> str:
        id_token = self.tokens.id_token
        assert id_token is not None, "a sign-in of a user always gives an ID token"
        return id_token

    @property
    def user_id(self) -> str:
        return str(self.tokens.claims["custom:aplos_user_id"])

    @property
    def tenant_id(self) -> str:
        return str(self.tokens.claims["custom:aplos_user_tenant_id"])

    def authenticate(self, username: str, password: str) -> str:
        """Some of the SDK's calls sign in on their own with the name and password they are given."""
        self._tokens = cognitoken.login(username, password)
        return self.jwt

    def get_jwt_http_headers(self) -> dict[str, str]:
        return dict(HttpUtilities.get_headers(self.jwt))


def main() -> None:
    files = NCAFileDownload(host=os.environ["APLOS_HOST"])
    files.authenticator = CognitokenAuthenticator()
    print(files.download(file_id=sys.argv[1]))


if __name__ == "__main__":
    main()

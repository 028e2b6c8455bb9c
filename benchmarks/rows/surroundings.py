"""The environment of a contender that signs in on its own."""

from __future__ import annotations

import os

from issuer import CLIENT_ID, PASSWORD, USERNAME


def signing_in(endpoint: str) -> dict[str, str]:
    return os.environ | {
        "COGNITO_ENDPOINT": endpoint, "COGNITO_CLIENT_ID": CLIENT_ID, "COGNITO_USER_NAME": USERNAME,
        "COGNITO_PASSWORD": PASSWORD, "COGNITO_STORE": "memory", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }  # fmt: skip

"""An API that takes the ID tokens of several app clients, and has a check of its own, with Flask.

    pip install flask
    export USER_POOL_IDS=... CLIENT_IDS=...        # several with spaces between them
    flask --app examples/python/flask_service.py run

It answers as RFC 6750 asks: 401 without a genuine token, 403 for a genuine one that lacks the group or fails
the check. 503 says that the keys of a pool could not be fetched: the token may be genuine.
"""

import os
from typing import Any

from flask import Flask, g, request

import cognitoken

Answer = tuple[dict[str, str], int, dict[str, str]]


def has_a_tenant(claims: dict[str, Any]) -> bool:
    """Called last, with the claims of a token that has passed all other checks."""
    return bool(claims.get("custom:aplos_user_tenant_id"))


# Made once, for all requests: a verifier keeps the keys of its pools. Threads share it, and a forked worker
# may use it too. The timeout is for fetching the keys.
verifier = cognitoken.Verifier(
    user_pool_id=os.environ["USER_POOL_IDS"].split(),
    client_id=os.environ["CLIENT_IDS"].split(),
    groups=["analysts", "administrators"],
    check=has_a_tenant,
    timeout=5,
)

# The refusals of a genuine token. All others say that the token itself is not accepted.
NOT_ALLOWED = {"InvalidGroups", "RefusedByCheck"}

app = Flask(__name__)


@app.before_request
def authenticate() -> Answer | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return {"error": "MissingToken"}, 401, {"WWW-Authenticate": "Bearer"}
    g.claims = verifier.verify(token.strip())
    return None


@app.errorhandler(cognitoken.TokenError)
def refuse(error: cognitoken.TokenError) -> Answer:
    app.logger.warning("Refused: %s", error)
    status, reason = (403, "insufficient_scope") if error.code in NOT_ALLOWED else (401, "invalid_token")
    # The code alone: the message may quote the token's claims, and is not always fit for a header.
    challenge = f'Bearer error="{reason}", error_description="{error.code}"'
    return {"error": str(error.code)}, status, {"WWW-Authenticate": challenge}


@app.errorhandler(cognitoken.CognitoError)
def fail(error: cognitoken.CognitoError) -> Answer:
    app.logger.error("No token can be verified: %s", error)
    return {"error": "KeysUnavailable"}, 503, {"Retry-After": "5"}


@app.get("/reports")
def reports() -> dict[str, str]:
    return {"reports for": g.claims["cognito:username"]}

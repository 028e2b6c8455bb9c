"""An API that takes the ID tokens of people and the access tokens of jobs, with FastAPI.

    pip install fastapi uvicorn
    export COGNITO_USER_POOL_ID=... COGNITO_CLIENT_ID=... JOB_CLIENT_ID=...
    uvicorn --app-dir examples/python fastapi_service:app

It answers as RFC 6750 asks: 401 without a genuine token, 403 for a genuine one that lacks the group or the
scope. 503 says that the keys of the pool could not be fetched: the token may be genuine.
"""

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

import cognitoken

Claims = dict[str, Any]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]

# Made once, for all requests: a verifier keeps the keys of the pool. The timeout is for fetching them.
ANALYSTS = cognitoken.Verifier(groups="analysts", timeout=5)
JOBS = cognitoken.Verifier(
    client_id=os.environ["JOB_CLIENT_ID"], token_use="access", scopes="reports/read", timeout=5
)

# The refusals of a genuine token. All others say that the token itself is not accepted.
NOT_ALLOWED = {"InvalidGroups", "InvalidScopes", "RefusedByCheck"}

log = logging.getLogger("uvicorn.error")


def bearer(verifier: cognitoken.Verifier, scope: str = "") -> Callable[[Credentials], Awaitable[Claims]]:
    """Returns the dependency that gives a route the claims of its caller."""

    async def claims(credentials: Credentials) -> Claims:
        if credentials is None:
            raise HTTPException(401, "MissingToken", {"WWW-Authenticate": "Bearer"})
        try:
            return await verifier.verify_async(credentials.credentials)
        except cognitoken.TokenError as error:
            log.warning("Refused: %s", error)
            raise refusal(error, scope) from None
        except cognitoken.CognitoError as error:
            log.error("No token can be verified: %s", error)
            raise HTTPException(503, "KeysUnavailable", {"Retry-After": "5"}) from None

    return claims


def refusal(error: cognitoken.TokenError, scope: str) -> HTTPException:
    # The code alone: the message may quote the token's claims, and is not always fit for a header.
    because = f'error_description="{error.code}"'
    if error.code in NOT_ALLOWED:
        needed = f', scope="{scope}"' if scope else ""
        challenge = f'Bearer error="insufficient_scope", {because}{needed}'
        return HTTPException(403, error.code, {"WWW-Authenticate": challenge})
    return HTTPException(401, error.code, {"WWW-Authenticate": f'Bearer error="invalid_token", {because}'})


app = FastAPI()


@app.get("/reports")
async def reports(analyst: Annotated[Claims, Depends(bearer(ANALYSTS))]) -> dict[str, str]:
    return {"reports for": analyst["cognito:username"]}


@app.get("/exports")
async def exports(job: Annotated[Claims, Depends(bearer(JOBS, "reports/read"))]) -> dict[str, str]:
    return {"exports for": job["client_id"]}

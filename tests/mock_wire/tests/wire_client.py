"""A bare client of the API for these tests: it sends what it is told, right or wrong.

The arithmetic of SRP is pycognito's, so that client and server are not of one hand.
"""

from __future__ import annotations

import base64
import hmac
import json
import urllib.error
import urllib.request
from datetime import datetime, timezone
from typing import Any

from pycognito.aws_srp import AWSSRP

from mock_wire import MockWire

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Json = dict[str, Any]


class RefusedError(Exception):
    """The service refused; ``code`` is its name for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class WireClient:
    """One app client of one pool."""

    def __init__(self, wire: MockWire, pool: str = "plain", client: str | Json = "public") -> None:
        self.wire = wire
        self.pool = wire.pool(pool)
        self.pool_name = pool
        self.facts = wire.client(pool, client) if isinstance(client, str) else client

    def call(self, operation: str, **body: Any) -> Json:
        request = urllib.request.Request(
            self.wire.endpoint,
            json.dumps(body).encode(),
            {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            },
        )
        try:
            with _DIRECT.open(request, timeout=30) as response:
                content = response.read()
        except urllib.error.HTTPError as error:
            code = error.headers["x-amzn-errortype"].split(":")[0]
            raise RefusedError(code, json.loads(error.read()).get("message", "")) from None
        answer: Json = json.loads(content) if content else {}
        return answer

    def secret_hash(self, name: str) -> dict[str, str]:
        """SECRET_HASH over a name, when the client has a secret."""
        if self.facts["secret"] is None:
            return {}
        message = (name + self.facts["id"]).encode()
        digest = hmac.digest(self.facts["secret"].encode(), message, "sha256")
        return {"SECRET_HASH": base64.b64encode(digest).decode()}

    def initiate(self, flow: str, name: str, **parameters: str) -> Json:
        parameters = {"USERNAME": name, **self.secret_hash(name), **parameters}
        return self.call("InitiateAuth", AuthFlow=flow, ClientId=self.facts["id"], AuthParameters=parameters)

    def respond(self, challenge: str, session: str | None, name: str, **responses: str) -> Json:
        responses = {"USERNAME": name, **self.secret_hash(name), **responses}
        along = {} if session is None else {"Session": session}
        return self.call(
            "RespondToAuthChallenge",
            ChallengeName=challenge,
            ClientId=self.facts["id"],
            ChallengeResponses=responses,
            **along,
        )

    def with_password(self, user: Json, **parameters: str) -> Json:
        return self.initiate(
            "USER_PASSWORD_AUTH", user["sign_in_name"], PASSWORD=user["password"], **parameters
        )

    def srp(self, user: Json, password: str | None = None) -> AWSSRP:
        return AWSSRP(
            user["sign_in_name"],
            password or user["password"],
            self.pool["id"],
            self.facts["id"],
            client=object(),
            client_secret=self.facts["secret"],
        )

    def with_srp(self, user: Json, device_key: str | None = None, password: str | None = None) -> Json:
        srp = self.srp(user, password)
        device = {} if device_key is None else {"DEVICE_KEY": device_key}
        asked = self.initiate("USER_SRP_AUTH", user["sign_in_name"], SRP_A=srp_a(srp), **device)
        return self.prove(srp, asked, **device)

    def prove(self, srp: AWSSRP, asked: Json, **changes: str) -> Json:
        """Answers PASSWORD_VERIFIER, with changes."""
        parameters = asked["ChallengeParameters"]
        responses = srp.process_challenge(parameters, {"USERNAME": parameters["USERNAME"]})
        responses.pop("SECRET_HASH", None)
        name = responses.pop("USERNAME")
        return self.respond(asked["ChallengeName"], asked.get("Session"), name, **{**responses, **changes})


def srp_a(srp: AWSSRP) -> str:
    return f"{srp.large_a_value:x}"


def timestamp(moment: float) -> str:
    text: str = AWSSRP.get_cognito_formatted_timestamp(datetime.fromtimestamp(moment, timezone.utc))
    return text


def signed_at(srp: AWSSRP, asked: Json, text: str) -> dict[str, str]:
    """A right signature over this timestamp."""
    parameters = asked["ChallengeParameters"]
    user, block = parameters["USER_ID_FOR_SRP"], parameters["SECRET_BLOCK"]
    key = srp.get_password_authentication_key(
        user, srp.password, int(parameters["SRP_B"], 16), parameters["SALT"]
    )
    group = srp.pool_id.split("_")[1]
    message = group.encode() + user.encode() + base64.b64decode(block) + text.encode()
    signature = base64.b64encode(hmac.digest(key, message, "sha256")).decode()
    return {"TIMESTAMP": text, "PASSWORD_CLAIM_SIGNATURE": signature}


def claims(token: str) -> Json:
    payload = token.split(".")[1]
    found: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found

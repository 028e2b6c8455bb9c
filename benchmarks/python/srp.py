"""The arithmetic of one sign-in: the public key, the signature for the server's, and the time stamp that it is for."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

CLIENT_ID = "benchmarkclient"


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """A new process imports no more than the one contender that it is for, where ``only`` names it."""
    makers = {"cognitoken": _cognitoken, "pycognito": _pycognito, "warrant-lite": _warrant_lite}
    wanted = [given["only"]] if "only" in given else list(makers)
    return {name: makers[name](given) for name in wanted}


def _cognitoken(given: dict[str, Any]) -> Callable[[], object]:
    """A whole sign-in, its two calls to the service included: the arithmetic is less than that."""
    import cognitoken

    values = {"user_pool_id": given["pool"], "flow": "srp", "endpoint": given["endpoint"]}
    return lambda: cognitoken.login(given["user"], given["password"], CLIENT_ID, **values).id_token


def _challenge(given: dict[str, Any]) -> dict[str, str]:
    return {
        "USER_ID_FOR_SRP": given["user"], "SALT": given["salt"], "SRP_B": given["srp_b"],
        "SECRET_BLOCK": given["secret_block"],
    }  # fmt: skip


def _pycognito(given: dict[str, Any]) -> Callable[[], object]:
    from pycognito.aws_srp import AWSSRP

    challenge = _challenge(given)

    def proof() -> list[str]:
        # Any object keeps it from making a client of boto3's.
        srp = AWSSRP(given["user"], given["password"], given["pool"], CLIENT_ID, client=object())
        first = srp.get_auth_params()
        second = srp.process_challenge(challenge, first)
        return [first["SRP_A"], second["PASSWORD_CLAIM_SIGNATURE"], second["TIMESTAMP"]]

    return proof


def _warrant_lite(given: dict[str, Any]) -> Callable[[], object]:
    from pycognito.aws_srp import AWSSRP
    from warrant_lite import WarrantLite

    challenge = _challenge(given)
    secret_block = base64.b64decode(challenge["SECRET_BLOCK"])
    group = given["pool"].split("_")[1]

    def proof() -> list[str]:
        import datetime

        srp = WarrantLite(given["user"], given["password"], given["pool"], CLIENT_ID, client=object())
        key = srp.get_password_authentication_key(
            given["user"], given["password"], int(challenge["SRP_B"], 16), challenge["SALT"]
        )
        # The last step is done here: its own wants the locale en_US, which not every machine has.
        timestamp = AWSSRP.get_cognito_formatted_timestamp(datetime.datetime.now(datetime.timezone.utc))
        message = group.encode() + given["user"].encode() + secret_block + timestamp.encode()
        signature = base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
        return [srp.get_auth_params()["SRP_A"], signature, timestamp]

    return proof

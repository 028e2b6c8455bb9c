"""One call on a connection that is kept."""

from __future__ import annotations

from pathlib import Path

import workers
from issuer import CLIENT_ID, PASSWORD, USERNAME, Issuer
from measure import in_turns
from results import Row, at_most
from service import running


def measure(_wheels: Path) -> list[Row]:
    tokens = Issuer().tokens()
    expected = tokens["AuthenticationResult"]["IdToken"]
    with running(tokens) as service:
        given = {"user": USERNAME, "password": PASSWORD, "client": CLIENT_ID, "endpoint": service.endpoint}
        with workers.working(workers.python_command("warm"), given) as python:
            for name in python.names:
                assert python.answer(name) == expected, name
            measured = in_turns({name: python.batches(name, batch=0.05) for name in python.names})
    target = at_most("sign-in on a kept connection, Python, wall", measured["cognitoken"].median, 200e-6)
    what = "Wall time of one sign-in on a kept connection."
    return [Row("warm", what, (1e-6, "us"), measured, "cognitoken", [target])]

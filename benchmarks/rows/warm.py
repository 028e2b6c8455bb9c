"""One call on a connection that is kept."""

from __future__ import annotations

from pathlib import Path

import workers
from compiled import compiled
from issuer import CLIENT_ID, PASSWORD, USERNAME, Issuer
from measure import in_turns
from results import Row
from service import running


def measure(_wheels: Path) -> list[Row]:
    tokens = Issuer().tokens()
    expected = tokens["AuthenticationResult"]["IdToken"]
    with running(tokens) as service:
        given = {"user": USERNAME, "password": PASSWORD, "client": CLIENT_ID, "endpoint": service.endpoint}
        with workers.working(workers.python_command("warm"), given) as python, compiled(given) as program:
            for name in python.names:
                assert python.answer(name) == expected, name
            assert program.once("warm/limit")[1] == expected
            contenders = {name: python.batches(name, batch=0.05) for name in python.names}
            contenders["raw reqwest (Rust)"] = program.batches("warm/limit")
            measured = in_turns(contenders)
    what = "Wall time of one sign-in on a kept connection."
    row = Row("warm", what, (1e-6, "us"), measured, "cognitoken", "raw reqwest (Rust)")
    return [row.against_limit("sign-in on a kept connection, Python, wall", 1.5)]

"""A session's answer while the token is fresh: from memory, and from each store for the first time in a process."""

from __future__ import annotations

import os
import tempfile

from measure import calls
from report import Row, Target, seconds
from service import CLIENT_ID, PASSWORD, USERNAME, Issuer, running

import cognitoken


def measure(_context: object) -> list[Row]:
    os.environ |= {"COGNITO_STORE_KEY": "", "DBUS_SESSION_BUS_ADDRESS": ""}
    with running(Issuer()) as endpoint, tempfile.TemporaryDirectory() as folder:
        options = {"client_id": CLIENT_ID, "endpoint": endpoint}
        stored = f"file:{folder}/tokens"
        memory = cognitoken.Session(USERNAME, PASSWORD, **options)
        file = cognitoken.Session(USERNAME, PASSWORD, store=stored, **options)
        expected = {memory.id_token(), file.id_token()}
        assert len(expected) == 1
        contenders = {
            "cognitoken, memory": memory.id_token,
            "cognitoken, file": file.id_token,
            "cognitoken, file, a new session": lambda: cognitoken.Session(
                USERNAME, store=stored, **options
            ).id_token(),
        }
        assert {contender() for contender in contenders.values()} == expected
        measured = calls(contenders)
    memory_median, file_median = measured["cognitoken, memory"].median, measured["cognitoken, file"].median
    return [
        Row(
            "session", "Session.id_token() with a fresh token.", (1e-6, "us"), measured, "cognitoken, memory",
            [
                Target("memory", "<= 1 us", seconds(memory_median), memory_median <= 1e-6),
                Target("file", "<= 50 us", seconds(file_median), file_median <= 50e-6),
            ],
        )
    ]  # fmt: skip

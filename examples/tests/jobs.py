"""A sign-in that jobs share, due for a refresh, and a service that sees with which token they ask."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import surroundings

from mock_wire import MockWire
from recording_server import Recording, recording_server

LIMIT_SECONDS = 120
ANSWER = '{"answer": "for ada"}'


@dataclass
class SignIn:
    """A stored sign-in whose ID token has expired: the first job that asks has to refresh it."""

    wire: MockWire
    user: dict[str, str]
    client_id: str
    # What a job is given: no user, no password.
    environment: dict[str, str]
    folder: Path

    def run(self, command: list[str], **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment | changed,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )

    def refreshes(self) -> list[int]:
        """The status of each refresh that the service was asked for."""
        entries = self.wire.journal("GetTokensFromRefreshToken", self.user["name"])
        return [entry["status"] for entry in entries]


def sign_in(wire: MockWire, folder: Path, **client: Any) -> SignIn:
    # A refresh token is good once: two jobs that refresh with the same one would lose the sign-in.
    made = wire.new_client(rotation=True, grace_seconds=0, token_seconds=0, **client)
    user = wire.new_user("plain")
    home = folder / "home"
    home.mkdir()
    environment = surroundings() | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "COGNITO_STORE": "file",
        "COGNITO_CLIENT_ID": made["id"],
        "COGNITO_USER_POOL_ID": wire.pool()["id"],
        "COGNITO_ENDPOINT": wire.endpoint,
    }
    person = {"COGNITO_USER_NAME": user["sign_in_name"], "COGNITO_PASSWORD": user["password"]}
    made_sign_in = SignIn(wire, user, made["id"], environment, folder)
    done = made_sign_in.run(["cognitoken", "login"], **person)
    assert done.returncode == 0, done.stderr
    wire.control("set_client", client_id=made["id"], token_seconds=3600)
    return made_sign_in


@contextmanager
def asked_service(signed_in: SignIn) -> Iterator[Recording]:
    """The service that the jobs ask."""
    with recording_server({"answer": "for ada"}) as service:
        signed_in.environment["API_URL"] = f"http://{service.host}/reports"
        yield service


def assert_asked_with_one_refresh(service: Recording, signed_in: SignIn, requests: int) -> None:
    """All jobs have sent the same fresh token."""
    assert len(service.requests) == requests
    token = signed_in.run(["cognitoken", "token"]).stdout.strip()
    assert {authorization for _, authorization in service.requests} == {f"Bearer {token}"}
    assert signed_in.refreshes() == [200]

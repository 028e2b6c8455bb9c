"""The local Cognito the examples sign in to, and the environment each of them is run in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "demo"))

from local_cognito import Fixtures, LocalCognito  # noqa: E402


@pytest.fixture(scope="session")
def cognito() -> Iterator[Fixtures]:
    with LocalCognito() as fixtures:
        yield fixtures


@pytest.fixture
def environment(cognito: Fixtures) -> dict[str, str]:
    """What the documents ask a user to set, and where the local server listens."""
    return surroundings() | {
        "COGNITO_USER_NAME": cognito.user_name,
        "COGNITO_PASSWORD": cognito.password,
        "COGNITO_CLIENT_ID": cognito.client_id,
        "COGNITO_ENDPOINT": cognito.endpoint,
    }


def surroundings() -> dict[str, str]:
    """The environment without anything that could answer in place of what a test sets."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(ROOT / "target/debug"), os.environ["PATH"]])
    foreign = ("AWS_", "COGNITO", "APLOS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PATH": path, "R_LIBS": str(ROOT / ".r-library"), "NO_PROXY": "127.0.0.1,localhost"}

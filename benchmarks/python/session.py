"""A session's answer while its token is fresh: a session that is kept, and one that opens its store anew."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cognitoken


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """``store`` says where the tokens rest."""
    values = {"client_id": given["client"], "endpoint": given["endpoint"], "store": given["store"]}
    kept = cognitoken.Session(given["user"], given["password"], **values)
    kept.id_token()
    calls: dict[str, Callable[[], object]] = {"kept": kept.id_token}
    if given["store"] != "memory":
        # Without a password, it can but read.
        calls["new"] = lambda: cognitoken.Session(given["user"], **values).id_token()
    if given["store"] == "memory":
        calls["limit"] = Kept(kept.id_token(), time.time() + 3600).id_token
    if given["store"].startswith("file:"):
        calls["limit"] = reading(Path(given["store"].removeprefix("file:")), kept.id_token())
    return calls


class Kept:
    """The least that a session does: it looks whether its token is fresh."""

    def __init__(self, token: str, expires_at: float) -> None:
        self._token = token
        self._expires_at = expires_at

    def id_token(self) -> str:
        if time.time() >= self._expires_at:
            raise LookupError
        return self._token


def reading(folder: Path, token: str) -> Callable[[], object]:
    """The least that a new session does: it reads the file that holds the token, and parses it."""
    (path,) = (
        str(path) for path in folder.rglob("*") if path.is_file() and token.encode() in path.read_bytes()
    )

    def read() -> object:
        with open(path, "rb") as file:
            return json.load(file)

    return read

"""A session's answer while its token is fresh: a session that is kept, and one that opens its store anew."""

from __future__ import annotations

from collections.abc import Callable
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
    return calls

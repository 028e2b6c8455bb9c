"""Reading the members of a request, as strictly as the API's model says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import RefusalError, invalid_parameter

Body = Mapping[str, Any]


def text(body: Body, name: str) -> str | None:
    """A text; null and a missing member are the same."""
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _malformed(name, "a string")


def required_text(body: Body, name: str) -> str:
    value = text(body, name)
    if not value:
        raise invalid_parameter(f"Missing required parameter {name}")
    return value


def texts(body: Body, name: str) -> dict[str, str]:
    """A map of texts, without the entries that are null."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        entry is None or isinstance(entry, str) for entry in value.values()
    ):
        raise _malformed(name, "a map of strings")
    return {key: entry for key, entry in value.items() if entry is not None}


def _malformed(name: str, wanted: str) -> RefusalError:
    return RefusalError("SerializationException", f"{name} is not {wanted}")

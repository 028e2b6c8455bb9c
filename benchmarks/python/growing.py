"""One to ten thousand: contenders are named by their line, ``@`` and the count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import srp
import tokens

import cognitoken


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """``counts`` says of each line which counts are wanted. Each call gives the number of its answers."""
    many: list[str] = given["tokens"]
    many *= -(-max(max(counts) for counts in given["counts"].values()) // len(many))
    lines = _token_lines(given)
    session = cognitoken.Session(
        given["user"], given["password"], given["client"], endpoint=given["endpoint"]
    )
    proofs = srp.prepare(given)
    lines |= {
        "session": lambda part: [session.id_token() for _ in part],
        "srp, cognitoken": lambda part: [proofs["cognitoken"]() for _ in part],
        "srp, pycognito": lambda part: [proofs["pycognito"]() for _ in part],
    }
    calls: dict[str, Callable[[], object]] = {}
    for name, counts in given["counts"].items():
        for count in counts:
            line, part = lines[name], many[:count]
            calls[f"{name}@{count}"] = lambda line=line, part=part: len(line(part))  # type: ignore[misc]
    return calls


def _token_lines(given: dict[str, Any]) -> dict[str, Callable[[list[str]], Sequence[object]]]:
    verify, verify_many = tokens.verifiers(given), tokens.many_verifiers(given)

    def each(work: Callable[[str], dict[str, Any]]) -> Callable[[list[str]], Sequence[object]]:
        return lambda part: [work(token)["event_id"] for token in part]

    return {
        "decode, cognitoken": each(tokens.DECODERS["cognitoken"]),
        "decode, PyJWT": each(tokens.DECODERS["PyJWT"]),
        "decode, python-jose": each(tokens.DECODERS["python-jose"]),
        "verify, cognitoken": each(verify["cognitoken"]),
        "verify, cognitoken at once": verify_many["at-once"],
        "verify, PyJWT": each(verify["PyJWT"]),
        "verify, joserfc": each(verify["joserfc"]),
    }

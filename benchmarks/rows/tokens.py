"""Looking at a token and verifying it, keys at hand: decode, verify, and many tokens at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import workers
from compiled import compiled
from issuer import EMAIL, Issuer, event_of
from measure import in_turns
from results import Row, Target, leave_out

COUNT = 1_000
DAMAGED = 417
# Contenders of Rust and R that need a word more.
SAID = {
    "limit (Rust)": "raw aws-lc, the signature alone (Rust)",
    "openssl (R)": "openssl, the signature alone (R)",
}
PARSED = "raw serde_json (Rust)"
SIGNATURE = SAID["limit (Rust)"]


def measure(_wheels: Path) -> list[Row]:
    issuer = Issuer()
    tokens = [issuer.token(number=number) for number in range(COUNT)]
    # A character in the middle of the signature.
    place = len(tokens[DAMAGED]) - 100
    other = "A" if tokens[DAMAGED][place] != "A" else "B"
    tokens[DAMAGED] = tokens[DAMAGED][:place] + other + tokens[DAMAGED][place + 1 :]
    given = issuer.given() | {"token": issuer.token(), "tokens": tokens}
    if workers.has_r() and not workers.r_has("openssl"):
        leave_out("R's openssl is not here: openssl in R is left out.")
    with ExitStack() as stack:
        return [_decode(stack, given), _verify(stack, given), _many(stack, given)]


def _contenders(
    stack: ExitStack, row: str, given: dict[str, Any], crates: list[str]
) -> dict[str, Callable[[], float]]:
    """Those of every language, each after its answer was right."""
    program = stack.enter_context(compiled(given))
    python = stack.enter_context(workers.working(workers.python_command("tokens"), given))
    contenders: dict[str, Callable[[], float]] = {}
    for name in (name for name in python.names if name.startswith(f"{row}/")):
        assert python.answer(name) == EMAIL, name
        contenders[name.removeprefix(f"{row}/")] = python.batches(name)
    for name in crates:
        assert program.once(f"{row}/{name}")[1] in (EMAIL, True), name
        contenders[f"{name} (Rust)"] = program.batches(f"{row}/{name}")
    others = [("node", workers.node_command(row))] if workers.has_node() else []
    others += [("R", workers.r_command(row))] if workers.has_r() else []
    for language, command in others:
        worker = stack.enter_context(workers.working(command, given))
        for name in worker.names:
            assert worker.answer(name) in (EMAIL, True), name
            contenders[f"{name} ({language})"] = worker.batches(name)
    return contenders


def _decode(stack: ExitStack, given: dict[str, Any]) -> Row:
    contenders = _contenders(stack, "decode", given, ["cognitoken", "jsonwebtoken", "limit"])
    contenders[PARSED] = contenders.pop("limit (Rust)")
    if "openssl (R)" in contenders:
        contenders["openssl and jsonlite, by hand (R)"] = contenders.pop("openssl (R)")
    measured = in_turns(contenders)
    what = "Takes a 1.1 KB ID token apart, without verifying it; of serde_json, its header and payload without base64."
    row = Row("decode", what, (1e-6, "us"), measured, "cognitoken", PARSED)
    row.against_limit("decode, Rust", 1.5, "cognitoken (Rust)")
    return row.against_limit("decode, Python", 3)


def _verify(stack: ExitStack, given: dict[str, Any]) -> Row:
    contenders = _contenders(stack, "verify", given, ["cognitoken", "jsonwebtoken", "limit"])
    measured = in_turns({SAID.get(name, name): batch for name, batch in contenders.items()})
    what = "Verifies a 1.1 KB ID token: signature, issuer, audience, times."
    row = Row("verify", what, (1e-6, "us"), measured, "cognitoken", SIGNATURE)
    row.against_limit("verify, Rust", 1.25, "cognitoken (Rust)")
    return row.against_limit("verify, Python", 1.5)


def _many(stack: ExitStack, given: dict[str, Any]) -> Row:
    """Seconds for one token of many."""
    expected: list[str | None] = [event_of(number) for number in range(COUNT)]
    expected[DAMAGED] = None
    program = stack.enter_context(compiled(given))
    python = stack.enter_context(workers.working(workers.python_command("tokens"), given))
    contenders: dict[str, Callable[[], float]] = {}
    for name, said in (("at-once", "at once"), ("one-by-one", "one by one")):
        assert program.once(f"many/{name}")[1] == expected
        contenders[f"cognitoken, {said} (Rust)"] = program.batches(f"many/{name}", COUNT)
        assert python.answer(f"many/{name}") == expected
        contenders[f"cognitoken, {said}"] = python.batches(f"many/{name}", COUNT)
    if workers.has_r():
        worker = stack.enter_context(workers.working(workers.r_command("many"), given))
        for name, said in (("at-once", "at once"), ("one-by-one", "one by one")):
            # R's lists have no place for nothing: it is an empty object.
            answer = [event or None for event in worker.answer(name)]
            assert answer == expected
            contenders[f"cognitoken, {said} (R)"] = worker.batches(name, COUNT)
    for name, said in (("PyJWT", "PyJWT, one by one"), ("PyJWT, threads", "PyJWT, a thread for each core")):
        assert python.answer(f"many/{name}") == expected
        contenders[said] = python.batches(f"many/{name}", COUNT)
    measured = in_turns(contenders, 10)
    cores = os.cpu_count() or 1
    each = measured["cognitoken, one by one (Rust)"].per(cores)
    name = f"many at once, Rust, {cores} cores"
    at_once = measured["cognitoken, at once (Rust)"]
    target = Target(name, at_once, each, "one by one, over the cores", 1.25, (1e-6, "us"))
    what = f"The same for {COUNT:,} tokens, one of them damaged: time for one token."
    return Row("verify, many", what, (1e-6, "us"), measured, "cognitoken, at once", targets=[target])

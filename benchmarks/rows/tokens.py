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
from results import Row, Target, at_least, at_most, leave_out

COUNT = 1_000
DAMAGED = 417
# Contenders of Rust and R that need a word more.
SAID = {
    "aws-lc-rs (Rust)": "aws-lc-rs, the signature alone (Rust)",
    "openssl (R)": "openssl, the signature alone (R)",
}


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
    contenders = _contenders(stack, "decode", given, ["cognitoken", "jsonwebtoken"])
    if "openssl (R)" in contenders:
        contenders["openssl and jsonlite, by hand (R)"] = contenders.pop("openssl (R)")
    measured = in_turns(contenders)
    python, core = measured["cognitoken"].median, measured["cognitoken (Rust)"].median
    targets = [at_most("decode, Rust", core, 2e-6), at_most("decode, Python", python, 6e-6)]
    what = "Takes a 1.1 KB ID token apart, without verifying it."
    return Row("decode", what, (1e-6, "us"), measured, "cognitoken", targets)


def _verify(stack: ExitStack, given: dict[str, Any]) -> Row:
    contenders = _contenders(stack, "verify", given, ["cognitoken", "jsonwebtoken", "aws-lc-rs"])
    measured = in_turns({SAID.get(name, name): batch for name, batch in contenders.items()})
    median = {name: series.median for name, series in measured.items()}
    python = median["cognitoken"]
    ratio = median["cognitoken (Rust)"] / median[SAID["aws-lc-rs (Rust)"]]
    targets = [
        Target(
            "verify, Rust against raw aws-lc-rs", "at most 1.25 times", f"{ratio:.2f} times", ratio <= 1.25
        ),
        at_most("verify, Python", python, 30e-6),
        at_least("PyJWT against ours, Python", median["PyJWT"] / python, 3),
    ]
    if "aws-jwt-verify (node)" in median:
        peer = median["aws-jwt-verify (node)"] / python
        targets.append(at_least("aws-jwt-verify against ours, Python", peer, 1))
    what = "Verifies a 1.1 KB ID token: signature, issuer, audience, times."
    return Row("verify", what, (1e-6, "us"), measured, "cognitoken", targets)


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
    gained = measured["cognitoken, one by one (Rust)"].median / measured["cognitoken, at once (Rust)"].median
    targets = [at_least(f"many at once against one by one, Rust, {cores} cores", gained, 0.8 * cores)]
    what = f"The same for {COUNT:,} tokens, one of them damaged: time for one token."
    return Row("verify, many", what, (1e-6, "us"), measured, "cognitoken, at once", targets)

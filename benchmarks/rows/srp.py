"""The arithmetic of one sign-in by Secure Remote Password."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import workers
from compiled import Compiled, compiled, known_answers
from issuer import Issuer
from measure import QUICK, Series, in_turns
from proof_server import ProofServer
from results import Row
from service import Service, running

CRATES = ("cognito_srp", "aws-cognito-srp")
PACKAGES = ("amazon-cognito-identity-js", "cognito-srp-helper")
# Its first answer is that of a whole sign-in.
WHOLE = "cognitoken (Python), a whole sign-in"
RUST = "cognitoken (Rust)"
LIMIT = "raw aws-lc, the modular powers (Rust)"


def measure(_wheels: Path) -> list[Row]:
    _known_answers()
    server = ProofServer()
    with ExitStack() as stack:
        service = stack.enter_context(running(Issuer().tokens(), server.challenge()))
        given = server.given() | {"endpoint": service.endpoint}
        program = stack.enter_context(compiled(given))
        return [_kept(stack, server, service, program, given), _first(server, service, program, given)]


def _known_answers() -> None:
    """Where the folder of known answers is there."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "vectors"
    path = Path(os.environ.get("COGNITOKEN_VECTORS", beside)) / "srp_user.json"
    if path.exists():
        assert known_answers(path) > 0


def _signed_in(server: ProofServer, service: Service) -> bool:
    """Whether what the service was sent last is a proof."""
    first, second = service.seen()["last"]
    answers = second["ChallengeResponses"]
    public = first["AuthParameters"]["SRP_A"]
    return server.accepts(public, answers["PASSWORD_CLAIM_SIGNATURE"], answers["TIMESTAMP"])


def _kept(
    stack: ExitStack, server: ProofServer, service: Service, program: Compiled, given: dict[str, Any]
) -> Row:
    python = stack.enter_context(workers.working(workers.python_command("srp"), given))
    contenders: dict[str, Callable[[], float]] = {}
    for name in ("cognitoken", *CRATES):
        assert server.accepts(*program.once(f"srp/{name}")[1]), name
        contenders[f"{name} (Rust)"] = program.batches(f"srp/{name}")
    python.answer("cognitoken")
    assert _signed_in(server, service)
    contenders[WHOLE] = python.batches("cognitoken")
    for name in ("pycognito", "warrant-lite"):
        assert server.accepts(*python.answer(name)), name
        contenders[name] = python.batches(name)
    if workers.has_node():
        node = stack.enter_context(workers.working(workers.node_command("srp"), given))
        for name in PACKAGES:
            assert server.accepts(*node.answer(name)), name
            contenders[f"{name} (node)"] = node.batches(name)
    contenders[LIMIT] = program.batches("srp/limit")
    measured = in_turns(contenders, 15)
    what = (
        "The arithmetic of one sign-in: a new A, and the signature for B. Each proof was checked by the server's side. "
        "The whole sign-in from Python has two calls to the service besides: its arithmetic is less than that."
    )
    row = Row("srp", what, (1e-3, "ms"), measured, RUST, LIMIT)
    row.against_limit("arithmetic of one sign-in, Rust", 1.5)
    return row.against_limit("whole sign-in from Python, two calls to the service included", 2, WHOLE)


def _first(server: ProofServer, service: Service, program: Compiled, given: dict[str, Any]) -> Row:
    def of_rust(name: str) -> float:
        seconds, proof = program.once(f"srp/{name}")
        assert server.accepts(*proof), name
        return seconds

    def of_worker(command: list[str], name: str) -> float:
        with workers.working(command, given | {"only": name}) as worker:
            seconds, answer = worker.once(name)
        assert _signed_in(server, service) if name == "cognitoken" else server.accepts(*answer), name
        return seconds

    contenders: dict[str, Callable[[], float]] = {
        f"{name} (Rust)": lambda name=name: of_rust(name)  # type: ignore[misc]
        for name in ("cognitoken", *CRATES)
    }
    python = workers.python_command("srp")
    contenders[WHOLE] = lambda: of_worker(python, "cognitoken")
    contenders["pycognito"] = lambda: of_worker(python, "pycognito")
    contenders["warrant-lite"] = lambda: of_worker(python, "warrant-lite")
    if workers.has_node():
        for name in PACKAGES:
            contenders[f"{name} (node)"] = lambda name=name: of_worker(workers.node_command("srp"), name)  # type: ignore[misc]
    contenders[LIMIT] = lambda: program.once("srp/limit")[0]
    measured: dict[str, Series] = in_turns(contenders, 5 if QUICK else 15)
    return Row(
        "srp, first", "The same as the first thing that a new process does, its start and imports not counted.",
        (1e-3, "ms"), measured, RUST, LIMIT,
    ).against_limit("arithmetic of one sign-in, the first of its process, Rust", 1.5)  # fmt: skip

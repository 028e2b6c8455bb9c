"""From one to ten thousand: tokens looked at and verified, sessions asked, and sign-ins at once."""

from __future__ import annotations

from pathlib import Path

import workers
from issuer import CLIENT_ID, PASSWORD, USERNAME, Issuer
from measure import QUICK, Series, in_turns, printed
from proof_server import ProofServer
from results import Lines, is_ours
from service import running

from rows.crowd import command
from rows.surroundings import signing_in

COUNTS = [1, 10, 100, 1_000, 10_000]
TOKENS = {
    "decode": ["cognitoken", "PyJWT", "python-jose"],
    "verify": ["cognitoken", "cognitoken at once", "PyJWT", "joserfc"],
}
SIGN_INS = ("cognitoken, asyncio", "cognitoken, threads", "httpx, 64 connections", "boto3, 64 threads")
# Nobody goes on to a count that would take longer, in seconds.
PATIENCE = 2.0 if QUICK else 15.0


def measure(_wheels: Path) -> list[Lines]:
    return [*_one_by_one(), *_sign_ins()]


def _one_by_one() -> list[Lines]:
    issuer, server = Issuer(), ProofServer()
    counts = {f"{row}, {name}": COUNTS for row, names in TOKENS.items() for name in names}
    counts |= {
        "session": COUNTS,
        "srp, cognitoken": COUNTS[:-1],
        "srp, pycognito": COUNTS[:2] if QUICK else COUNTS[:3],
    }
    with running(issuer.tokens(), server.challenge()) as service:
        given = issuer.given() | server.given() | {
            "endpoint": service.endpoint, "client": CLIENT_ID, "user": USERNAME, "password": PASSWORD,
            "token": issuer.token(), "tokens": [issuer.token(number=number) for number in range(1_000)],
            "counts": counts,
        }  # fmt: skip
        with workers.working(workers.python_command("growing"), given) as python:
            for name in python.names:
                assert python.answer(name) == int(name.rpartition("@")[2]), name
            measured = in_turns({name: python.batches(name, batch=0.005) for name in python.names}, 5)
    lines: dict[str, dict[int, Series]] = {}
    for name, series in measured.items():
        line, _, count = name.rpartition("@")
        lines.setdefault(line, {})[int(count)] = series
    rows = []
    for row, names in TOKENS.items():
        points = {name: lines[f"{row}, {name}"] for name in names}
        what = (
            "Tokens of 1.1 KB taken apart."
            if row == "decode"
            else "Tokens of 1.1 KB verified, one by one or at once."
        )
        rows.append(Lines(f"scale, {row}", what, (1e-3, "ms"), points).straight())
    points = {"cognitoken": lines["session"]}
    rows.append(Lines("scale, session", "Session.id_token() in memory.", (1e-3, "ms"), points).straight())
    points = {
        "cognitoken, whole sign-ins": lines["srp, cognitoken"],
        "pycognito, arithmetic": lines["srp, pycognito"],
    }
    what = "SRP sign-ins one by one: ours with two calls to the service, the peer's arithmetic alone."
    return [*rows, Lines("scale, srp", what, (1e-3, "ms"), points).straight()]


def _sign_ins() -> list[Lines]:
    """Wall time, CPU time and memory."""
    points: list[dict[str, dict[int, Series]]] = [{}, {}, {}]
    with running(Issuer().tokens(), delay=0.05) as service:
        environment = signing_in(service.endpoint)
        going_on = list(SIGN_INS)
        for count in COUNTS:
            commands = {name: command(name, count) for name in going_on}
            for name, columns in printed(commands, 3, environment).items():
                for column, series in zip(points, columns, strict=True):
                    column.setdefault(name, {})[count] = series
            going_on = [
                name for name in going_on if is_ours(name) or 10 * points[0][name][count].median <= PATIENCE
            ]
    wall, cpu, memory = points
    memory_of = "What they add to the peak of resident memory, their tokens included."
    cpu_of = "CPU time of the same, the service's not counted."
    return [
        Lines(
            "scale, sign-ins", "Wall time of sign-ins at once, 50 ms each at the service.", (1e-3, "ms"), wall
        ).straight(),
        Lines("scale, sign-ins, CPU", cpu_of, (1e-3, "ms"), cpu).straight(),
        Lines("scale, sign-ins, memory", memory_of, (2**20, "MiB"), memory),
    ]

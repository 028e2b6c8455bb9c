"""From one to ten thousand: tokens looked at and verified, and sign-ins at once."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

import jwt as pyjwt
from measure import QUICK, run
from report import Line, Row
from service import CLIENT_ID, ISSUER, PASSWORD, POOL_ID, USERNAME, Issuer, running

import cognitoken

COUNTS = [1, 10, 100, 1_000, 10_000]
ROUNDS = 3 if QUICK else 5

# Prints the wall time of so many sign-ins at once, and by how many bytes they raised the peak of resident memory.
SIGN_INS = """
import asyncio, pathlib, resource, sys, time, cognitoken
count = int(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
def peak():
    # Not ru_maxrss: that begins with what the parent had.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024
async def main():
    await cognitoken.login_async()
    before = peak()
    started = time.perf_counter()
    everybody = await asyncio.gather(*(cognitoken.login_async() for _ in range(count)))
    took = time.perf_counter() - started
    assert len({tokens.id_token for tokens in everybody}) == 1
    print(took, peak() - before)
asyncio.run(main())
"""


def measure(_context: object) -> list[Row]:
    return [_tokens(), *_sign_ins()]


def _tokens() -> Row:
    issuer = Issuer()
    tokens = [issuer.token(number=number) for number in range(1_000)] * (COUNTS[-1] // 1_000)
    verifier = cognitoken.Verifier(POOL_ID, CLIENT_ID, jwks=issuer.jwks)
    key = pyjwt.PyJWK(issuer.jwk).key

    def peer(many: list[str]) -> list[object]:
        options = {"algorithms": ["RS256"], "audience": CLIENT_ID, "issuer": ISSUER}
        return [pyjwt.decode(token, key, **options)["event_id"] for token in many]

    contenders: dict[str, Callable[[list[str]], list[object]]] = {
        "cognitoken, decode": lambda many: [cognitoken.decode(token).payload["event_id"] for token in many],
        "cognitoken, verify": lambda many: [verifier.verify(token)["event_id"] for token in many],
        "cognitoken, verify_many": lambda many: [claims["event_id"] for claims in verifier.verify_many(many)],
        "PyJWT, verify": peer,
    }
    answers = [contender(tokens[:1_000]) for contender in contenders.values()]
    assert all(answer == answers[0] for answer in answers)
    lines = {name: Line() for name in contenders}
    for count in COUNTS:
        taken: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(ROUNDS):
            for name, contender in contenders.items():
                started = time.perf_counter()
                contender(tokens[:count])
                taken[name].append(time.perf_counter() - started)
        for name, values in taken.items():
            lines[name].points[count] = statistics.median(values)
    return Row.of_lines(
        "scale, tokens",
        "Tokens of 1.1 KB, one after the other or at once (verify_many).",
        (1e-3, "ms"),
        lines,
    )


def _sign_ins() -> list[Row]:
    wall, memory = Line(), Line()
    with running(Issuer(), delay=0.05) as endpoint:
        environment = os.environ | {
            "COGNITO_ENDPOINT": endpoint, "COGNITO_CLIENT_ID": CLIENT_ID, "COGNITO_USER_NAME": USERNAME,
            "COGNITO_PASSWORD": PASSWORD, "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        for count in COUNTS:
            runs = [
                run([sys.executable, "-c", SIGN_INS, str(count)], environment).output.split()
                for _ in range(ROUNDS)
            ]
            wall.points[count] = statistics.median(float(took) for took, _ in runs)
            memory.points[count] = statistics.median(float(grown) for _, grown in runs)
    return [
        Row.of_lines(
            "scale, sign-ins", "Wall time of sign-ins at once by asyncio, 50 ms each at the service.", (1e-3, "ms"),
            {"cognitoken, asyncio": wall},
        ),
        Row.of_lines(
            "scale, memory", "What the same add to the peak of resident memory, their tokens included.", (1e6, "MB"),
            {"cognitoken, asyncio": memory},
        ),
    ]  # fmt: skip

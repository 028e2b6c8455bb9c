"""The trials: what happens, and what has to be true afterwards."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from .service import Service, claims
from .workers import Worker, Workers

# Each second of these tokens' life is one of a thousand jobs' time: they expire while everybody is busy.
LIFE_SECONDS = 2


@dataclass
class Crowd:
    """How many programs share the sign-in. The hosts have homes of their own."""

    threads: int = 64
    python: int = 6
    r: int = 5
    shell: int = 5
    hosts: int = 1


def one_refresh_for_each_expiry(
    service: Service, folder: Path, store: str, crowd: Crowd, seconds: float
) -> str:
    """Everybody asks all the time, and tokens expire: each expiry costs one refresh; every token is good."""
    service.sign_in(store)
    workers = Workers(folder, service.environment(store))
    try:
        for host in range(crowd.hosts):
            home = f"host-{host}"
            workers.python(seconds, crowd.threads, home)
            for _ in range(crowd.python):
                workers.python(seconds, 1, home)
            for _ in range(crowd.r):
                workers.r(seconds, home)
            for _ in range(crowd.shell):
                workers.shell(seconds, home)
        for worker in workers.started:
            worker.process.wait(seconds + 300)
    finally:
        workers.stop()

    _nobody_complained(workers.started)
    given = [worker.tokens() for worker in workers.started]
    assert all(given), "every program got a token"
    issued = sorted({token for tokens in given for token in tokens}, key=lambda token: claims(token)["iat"])
    for before, after in pairwise(issued):
        assert claims(after)["iat"] >= claims(before)["exp"], "a token was replaced before it expired"
    refreshes = service.count("GetTokensFromRefreshToken")
    assert service.count("GetTokensFromRefreshToken", None) == refreshes, "no refresh was refused"
    # The first token may have expired before any program was up.
    assert len(issued) - 1 <= refreshes <= len(issued), f"{refreshes} refreshes for {len(issued)} tokens"
    assert service.count("RespondToAuthChallenge") == 1, "nobody signed in again"
    asked = sum(len(tokens) for tokens in given)
    return f"{len(given)} programs asked {asked} times; {len(issued)} tokens, {refreshes} refreshes"


def killed_at_random(
    service: Service, folder: Path, store: str, expiries: int, programs: int, pause: float, seed: int
) -> str:
    """Every turn of every program is an expiry, and programs are killed all the time: nothing is lost."""
    service.sign_in(store)
    workers = Workers(folder, service.environment(store))
    chance = random.Random(seed)
    kills = 0
    alive: list[Worker] = []
    try:
        while service.count("GetTokensFromRefreshToken") < expiries:
            alive = [worker for worker in alive if worker.process.poll() is None]
            _nobody_complained(workers.started)
            while len(alive) < programs:
                alive.append(workers.forcing())
            time.sleep(chance.uniform(0, pause))
            victim = chance.choice(alive)
            if victim.tokens():
                victim.process.kill()
                victim.process.wait()
                kills += 1
    finally:
        workers.stop()

    _nobody_complained(workers.started)
    service.session(store).refresh()
    assert service.count("RespondToAuthChallenge") == 1, "nobody signed in again"
    refreshes = service.count("GetTokensFromRefreshToken")
    return (
        f"{refreshes} forced expiries, {kills} kills, {len(workers.started)} programs; the sign-in is alive"
    )


def _nobody_complained(workers: list[Worker]) -> None:
    for worker in workers:
        complaints = worker.complaints.read_text().strip()
        assert not complaints, complaints

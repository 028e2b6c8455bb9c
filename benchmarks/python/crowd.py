"""Many sign-ins at once: ``python crowd.py CONTENDER COUNT``.

Prints their wall time, their CPU time, and by how many bytes they raised the peak of resident memory, their tokens
included. With a third argument: so many crowds, and resident memory after each.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import peers

CONTENDER, COUNT = sys.argv[1], int(sys.argv[2])
THREADS = 1_000
# More make neither of these peers quicker.
CONNECTIONS = 64


def memory(what: str) -> int:
    """VmRSS or VmHWM; not ru_maxrss, which begins with what the parent had."""
    return int(Path("/proc/self/status").read_text().split(f"{what}:")[1].split()[0]) * 1024


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def cognitoken_asyncio() -> Callable[[], Awaitable[str]]:
    import cognitoken

    async def sign_in() -> str:
        return str((await cognitoken.login_async()).id_token)

    return sign_in


def cognitoken_threads() -> Callable[[], str]:
    import cognitoken

    return lambda: str(cognitoken.login().id_token)


def report(crowd_of: Callable[[], list[str]]) -> None:
    if sys.argv[3:]:
        resident = []
        for _ in range(int(sys.argv[3])):
            assert len(set(crowd_of())) == 1
            resident.append(memory("VmRSS"))
        print(*resident)
        return
    before, used, started = memory("VmHWM"), cpu(), time.perf_counter()
    everybody = crowd_of()
    took = time.perf_counter() - started, cpu() - used, memory("VmHWM") - before
    assert len(everybody) == COUNT
    assert len(set(everybody)) == 1
    assert len(everybody[0]) > 500
    print(*took)


def in_a_loop(sign_in: Callable[[], Awaitable[str]]) -> None:
    async def crowd(count: int) -> list[str]:
        return list(await asyncio.gather(*(sign_in() for _ in range(count))))

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(crowd(1))
        report(lambda: loop.run_until_complete(crowd(COUNT)))
    finally:
        loop.close()


def in_threads(sign_in: Callable[[], str], threads: int) -> None:
    threads = min(threads, COUNT)
    with ThreadPoolExecutor(threads) as pool:
        # Each of the threads is started, and has its connection.
        list(pool.map(lambda _: sign_in(), range(threads)))
        report(lambda: list(pool.map(lambda _: sign_in(), range(COUNT))))


def main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if CONTENDER == "cognitoken, asyncio":
        in_a_loop(cognitoken_asyncio())
    elif CONTENDER == "cognitoken, threads":
        in_threads(cognitoken_threads(), THREADS)
    elif CONTENDER == "httpx, 64 connections":
        in_a_loop(peers.with_httpx_async(CONNECTIONS))
    elif CONTENDER == "boto3, 64 threads":
        in_threads(peers.with_boto3(CONNECTIONS), CONNECTIONS)
    else:
        raise SystemExit(f"no such contender: {CONTENDER}")


if __name__ == "__main__":
    main()

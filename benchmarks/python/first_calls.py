"""The first calls of a process, over TLS: ``python first_calls.py CONTENDER``.

Prints wall and CPU time of the first sign-in, its client made there and then and imports not counted; wall time of the
second, with the same client; and wall time of the first with a second client or session of the same process.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable

import peers

CLIENTS: dict[str, Callable[[], Callable[[], str]]] = {
    "cognitoken": peers.with_cognitoken,
    "boto3": peers.with_boto3,
    "requests": peers.with_requests,
    "httpx": peers.with_httpx,
}


def main() -> None:
    name = sys.argv[1]
    importlib.import_module(name)
    started, used = time.perf_counter(), time.process_time()
    sign_in = CLIENTS[name]()
    tokens = [sign_in()]
    first, cpu = time.perf_counter() - started, time.process_time() - used
    started = time.perf_counter()
    tokens.append(sign_in())
    second = time.perf_counter() - started
    started = time.perf_counter()
    tokens.append(CLIENTS[name]()())
    another = time.perf_counter() - started
    assert len(set(tokens)) == 1
    print(first, cpu, second, another)


if __name__ == "__main__":
    main()

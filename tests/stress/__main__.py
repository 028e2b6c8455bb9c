"""The trials at full count: ``python tests/stress``. Takes some minutes; each line tells what was counted."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock_wire import MockWire
from stress.service import Service, redis_cluster, redis_server
from stress.trials import LIFE_SECONDS, Crowd, killed_at_random, one_refresh_for_each_expiry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--expiries", type=int, default=1000, help="forced expiries with kills (default: 1000)"
    )
    parser.add_argument("--seconds", type=float, default=30, help="how long the crowds ask (default: 30)")
    parser.add_argument("--seed", type=int, default=1, help="decides who is killed when (default: 1)")
    options = parser.parse_args()

    with MockWire() as wire, redis_server() as redis, redis_cluster() as cluster:
        lively = {"rotation": True, "grace_seconds": 60, "token_seconds": LIFE_SECONDS}
        rotating = {"rotation": True, "grace_seconds": 60}

        def told(name: str, service: Service, trial: object, *arguments: object) -> None:
            wire.control("clear_journal")
            started = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                outcome = trial(service, Path(folder), *arguments)  # type: ignore[operator]
            print(f"{name}: {outcome} ({time.monotonic() - started:.0f} s)", flush=True)

        with tempfile.TemporaryDirectory() as folder:
            crowd = Crowd()
            told("one machine, files", Service(wire, **lively), one_refresh_for_each_expiry,
                 f"file:{folder}/crowd", crowd, options.seconds)  # fmt: skip
            told("four machines, redis", Service(wire, **lively), one_refresh_for_each_expiry,
                 redis, Crowd(threads=16, python=2, r=1, shell=1, hosts=4), options.seconds)  # fmt: skip
            told("four machines, a redis cluster", Service(wire, **lively), one_refresh_for_each_expiry,
                 cluster, Crowd(threads=16, python=2, r=1, shell=1, hosts=4), options.seconds)  # fmt: skip
            told("killed, files", Service(wire, **rotating), killed_at_random,
                 f"file:{folder}/killed", options.expiries, 6, 0.1, options.seed)  # fmt: skip


if __name__ == "__main__":
    main()

"""The same trials at a smaller count."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import cognitoken

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock_wire import MockWire
from stress.service import Service, redis_cluster, redis_server
from stress.trials import LIFE_SECONDS, Crowd, killed_at_random, one_refresh_for_each_expiry
from stress.workers import Workers


@pytest.fixture
def wire() -> Iterator[MockWire]:
    with MockWire() as wire:
        yield wire


@pytest.mark.parametrize("rotation", [True, False])
def test_one_refresh_for_each_expiry_across_threads_processes_and_languages(
    wire: MockWire, tmp_path: Path, rotation: bool
) -> None:
    service = Service(wire, rotation=rotation, grace_seconds=0, token_seconds=LIFE_SECONDS)
    crowd = Crowd(threads=16, python=2, r=1, shell=2)
    store = f"file:{tmp_path}/tokens"
    print(one_refresh_for_each_expiry(service, tmp_path, store, crowd, 8))


@pytest.mark.parametrize("servers", [redis_server, redis_cluster])
def test_one_refresh_for_each_expiry_across_machines_at_one_redis(
    wire: MockWire, tmp_path: Path, servers: Callable[[], AbstractContextManager[str]]
) -> None:
    if shutil.which("redis-server") is None:
        assert "CI" not in os.environ, "redis-server has to be here"
        pytest.skip("redis-server is not here")
    service = Service(wire, rotation=True, grace_seconds=0, token_seconds=LIFE_SECONDS)
    with servers() as redis:
        print(one_refresh_for_each_expiry(service, tmp_path, redis, Crowd(8, 1, 1, 1, hosts=2), 8))


def test_a_sign_in_outlives_programs_that_are_killed_at_any_moment(wire: MockWire, tmp_path: Path) -> None:
    service = Service(wire, rotation=True, grace_seconds=60)
    print(killed_at_random(service, tmp_path, f"file:{tmp_path}/tokens", 100, 4, 0.05, seed=7))


def test_the_one_loss_that_nothing_prevents_is_told_and_costs_one_sign_in(
    wire: MockWire, tmp_path: Path
) -> None:
    service = Service(wire, rotation=True, grace_seconds=0)
    store = f"file:{tmp_path}/tokens"
    service.sign_in(store)
    workers = Workers(tmp_path, service.environment(store))
    # The service has replaced the refresh token, and its answer is still on the way.
    wire.fault("delay", operation="GetTokensFromRefreshToken", seconds=60, times=1)
    victim = workers.forcing()
    try:
        deadline = time.monotonic() + 60
        while not service.count("GetTokensFromRefreshToken", None):
            assert time.monotonic() < deadline, victim.complaints.read_text()
            time.sleep(0.02)
    finally:
        workers.stop()

    with pytest.raises(cognitoken.AuthenticationError) as caught:
        service.session(store).refresh()
    assert "cut off" in caught.value.message
    assert caught.value.hint is not None
    assert "Sign in once more" in caught.value.hint
    service.session(store, service.user["password"]).refresh()
    assert service.session(store).id_token().count(".") == 2
    assert service.count("RespondToAuthChallenge") == 2


def test_the_lock_of_a_killed_program_is_free_at_once(wire: MockWire, tmp_path: Path) -> None:
    service = Service(wire, rotation=True, grace_seconds=60)
    store = f"file:{tmp_path}/tokens"
    service.sign_in(store)
    workers = Workers(tmp_path, service.environment(store))
    wire.fault("delay", operation="GetTokensFromRefreshToken", seconds=60, times=1)
    workers.forcing()
    try:
        while not service.count("GetTokensFromRefreshToken", None):
            time.sleep(0.02)
    finally:
        workers.stop()
    service.session(store).refresh()

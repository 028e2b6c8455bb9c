"""Sessions in the workers of joblib and dask: each opens its own, by the store that all of them name."""

from __future__ import annotations

from typing import Any

import joblib
import pytest
from distributed import Client, LocalCluster
from mock_wire import MockWire
from signing_in import values

import cognitoken


def token_of(options: dict[str, Any]) -> str:
    return cognitoken.Session(**options).id_token()


@pytest.fixture
def options(wire: MockWire, tmp_path: Any) -> dict[str, Any]:
    """What a worker opens its session with: no password, no token."""
    user = wire.new_user("plain")
    store = f"file:{tmp_path}/tokens"
    cognitoken.Session(**values(wire, user, store=store)).tokens()
    return values(wire, user, password=None, store=store)


def test_joblib(options: dict[str, Any]) -> None:
    expected = token_of(options)
    assert joblib.Parallel(n_jobs=2)(joblib.delayed(token_of)(options) for _ in range(4)) == [expected] * 4


@pytest.mark.filterwarnings("default")
def test_dask(options: dict[str, Any]) -> None:
    expected = token_of(options)
    session = cognitoken.Session(**options)
    with (
        LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        assert client.gather(client.map(token_of, [options] * 4, pure=False)) == [expected] * 4
        with pytest.raises(TypeError):
            client.submit(lambda given: given.id_token(), session).result()

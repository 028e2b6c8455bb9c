"""Forged tokens, and some genuine ones, from Python, R and the shell: each has to say the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from .conftest import Account
from .forged_headers import FORGERS_SERVER
from .forgeries import table
from .row import Row
from .verdicts import Verdict, can_be_asked_of_r, can_be_asked_of_shell, of_python, of_r, of_shell

TABLE = table()


def _each(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


@pytest.fixture(scope="module", autouse=True)
def _forgers_server() -> Iterator[None]:
    with FORGERS_SERVER:
        yield


@pytest.fixture(scope="module")
def shell(shared_account: Account) -> dict[str, Verdict]:
    return of_shell(shared_account, TABLE)


@pytest.fixture(scope="module")
def r(shared_account: Account) -> dict[str, Verdict]:
    loads = "quit(status = !all(vapply(c('cognitoken', 'jsonlite'), requireNamespace, NA, quietly = TRUE)))"
    if not shutil.which("Rscript") or shared_account.run("Rscript", "--no-init-file", "-e", loads).returncode:
        assert "CI" not in os.environ, "R and the R package have to be here"
        pytest.skip("R or the R package is not here")
    return of_r(shared_account, TABLE)


@_each(TABLE)
def test_python(row: Row) -> None:
    assert of_python(row)[0] == row.verdict


@_each([row for row in TABLE if can_be_asked_of_shell(row)])
def test_shell(row: Row, shell: dict[str, Verdict]) -> None:
    assert shell[row.name][0] == row.verdict, shell[row.name]
    assert shell[row.name] == of_python(row)


@_each([row for row in TABLE if can_be_asked_of_r(row)])
def test_r(row: Row, r: dict[str, Verdict]) -> None:
    assert r[row.name][0] == row.verdict, r[row.name]
    assert r[row.name] == of_python(row)


def test_nobody_asked_the_forger_for_keys(shell: dict[str, Verdict], r: dict[str, Verdict]) -> None:
    assert shell
    assert r
    for row in TABLE:
        of_python(row)
    FORGERS_SERVER.setblocking(False)
    with pytest.raises(BlockingIOError):
        FORGERS_SERVER.accept()

"""What Python, R and the shell say about each row: its verdict, and the code of a refusal."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cognitoken

from .conftest import Account
from .pool import CLIENT_ID, JWKS, USER_POOL_ID
from .row import ACCEPTED, EXPIRED, INVALID, Row

Verdict = tuple[str, str]


def of_python(row: Row) -> Verdict:
    verifier = cognitoken.Verifier(
        USER_POOL_ID, CLIENT_ID, row.token_use, jwks=JWKS, leeway=row.leeway, groups=row.groups or None
    )
    try:
        verifier.verify(row.token, row.now)
    except cognitoken.TokenExpired as error:
        return EXPIRED, str(error.code)
    except cognitoken.TokenInvalid as error:
        return INVALID, str(error.code)
    return ACCEPTED, ""


def of_shell(account: Account, rows: Iterable[Row]) -> dict[str, Verdict]:
    """A process for each row, as many at once as there are processors."""
    keys = account.folder / "jwks.json"
    keys.write_text(json.dumps(JWKS))
    asked = [row for row in rows if can_be_asked_of_shell(row)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        said = threads.map(lambda row: _of_command(account, keys, row), asked)
        return {row.name: verdict for row, verdict in zip(asked, said, strict=True)}


def can_be_asked_of_shell(row: Row) -> bool:
    """The command verifies at the time that it is."""
    return row.now is None


def _of_command(account: Account, keys: Path, row: Row) -> Verdict:
    options = ["--user-pool-id", USER_POOL_ID, "--client-id", CLIENT_ID, "--token-use", row.token_use]
    options += ["--jwks", str(keys), "--leeway", str(row.leeway)]
    options += [option for group in row.groups for option in ("--group", group)]
    # No argument holds a NUL; from standard input the command drops a line break at the end.
    if "\0" in row.token:
        done = account.run("cognitoken", "verify", *options, stdin=row.token)
    else:
        done = account.run("cognitoken", "verify", *options, "--", row.token)
    if done.returncode == 0:
        assert json.loads(done.stdout), row.name
        return ACCEPTED, ""
    refused = re.match(r"cognitoken: .* \((\w+)\)$", done.stderr, re.MULTILINE)
    if done.returncode != 1 or done.stdout or refused is None:
        return f"exit code {done.returncode}", done.stdout + done.stderr
    code = refused[1]
    return (EXPIRED if code == "TokenExpired" else INVALID), code


def of_r(account: Account, rows: Iterable[Row]) -> dict[str, Verdict]:
    """One process for all rows."""
    asked = [row for row in rows if can_be_asked_of_r(row)]
    numbered = [{"number": number, **dataclasses.asdict(row)} for number, row in enumerate(asked)]
    table = account.folder / "table.json"
    pool = {"user_pool_id": USER_POOL_ID, "client_id": CLIENT_ID, "jwks": json.dumps(JWKS)}
    table.write_text(json.dumps({**pool, "rows": numbered}))
    script = Path(__file__).with_name("verify.R")
    done = account.run("Rscript", "--no-init-file", str(script), str(table))
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {asked[int(number)].name: (verdict, code) for number, verdict, code in lines}


def can_be_asked_of_r(row: Row) -> bool:
    """A string of R holds no NUL."""
    return "\0" not in row.token

"""The examples for what runs jobs: many processes, one stored sign-in, one refresh."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, has_r_package, needs

from jobs import SignIn, asked_service, assert_asked_with_one_refresh, sign_in
from mock_wire import MockWire

JOBS = ROOT / "examples" / "jobs"


@pytest.fixture
def signed_in(wire: MockWire, tmp_path: Path) -> SignIn:
    return sign_in(wire, tmp_path)


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_joblib(signed_in: SignIn, backend: str) -> None:
    with asked_service(signed_in) as service:
        done = signed_in.run([sys.executable, str(JOBS / "joblib_workers.py"), backend])
    assert (done.returncode, done.stdout) == (0, "8 answers: {'answer': 'for ada'}\n"), done.stderr
    assert_asked_with_one_refresh(service, signed_in, 8)


def test_dask(signed_in: SignIn) -> None:
    with asked_service(signed_in) as service:
        done = signed_in.run([sys.executable, str(JOBS / "dask_workers.py")])
    assert (done.returncode, done.stdout) == (0, "8 answers: {'answer': 'for ada'}\n"), done.stderr
    assert_asked_with_one_refresh(service, signed_in, 8)


@pytest.mark.parametrize("plan", ["multisession", "multicore"])
def test_future(signed_in: SignIn, plan: str) -> None:
    needs("future", has_r_package("future"))
    with asked_service(signed_in) as service:
        done = signed_in.run(["Rscript", "--no-init-file", str(JOBS / "future_workers.R"), plan])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        'A future: {"answer": "for ada"} ',
        "All futures: 4 ",
        'mclapply: {"answer": "for ada"} ',
    ]
    assert_asked_with_one_refresh(service, signed_in, 8)


def test_gnu_parallel(signed_in: SignIn) -> None:
    needs("GNU parallel", shutil.which("parallel") is not None)
    with asked_service(signed_in) as service:
        done = signed_in.run(["sh", "-c", 'seq 12 | "$0"', str(JOBS / "parallel.sh")])
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"answer": "for ada"}' * 12, "")
    assert_asked_with_one_refresh(service, signed_in, 12)


def test_cron_runs_the_job_without_a_terminal(signed_in: SignIn) -> None:
    with asked_service(signed_in) as service:
        done = as_cron_does(signed_in)
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"answer": "for ada"}', "")
    assert_asked_with_one_refresh(service, signed_in, 1)


def test_cron_mails_that_somebody_has_to_sign_in_again(wire: MockWire, tmp_path: Path) -> None:
    signed_in = sign_in(wire, tmp_path, refresh_seconds=0)
    with asked_service(signed_in) as service:
        first, second = as_cron_does(signed_in), as_cron_does(signed_in)
    assert (first.returncode, first.stdout) == (4, "")
    assert "sign in again" in first.stderr
    assert second.returncode != 0
    assert "cognitoken login" in second.stderr
    assert service.requests == []


def as_cron_does(signed_in: SignIn) -> subprocess.CompletedProcess[str]:
    """Runs the job of the crontab in the environment that cron gives it: a few variables, and no terminal."""
    lines = [line for line in (JOBS / "crontab").read_text().splitlines() if line and line[0] != "#"]
    [job] = [line for line in lines if not re.match(r"\w+=", line)]
    variables = dict(line.split("=", 1) for line in lines if line != job)
    matched = re.fullmatch(r"(?:\S+ ){5}(.*)", job)
    assert matched is not None
    home = Path(signed_in.environment["HOME"])
    (home / "jobs").mkdir(exist_ok=True)
    shutil.copy(JOBS / "nightly.sh", home / "jobs")
    # The example's own variables, with values that are good here.
    assert variables.keys() == {"PATH", "MAILTO", "COGNITO_CLIENT_ID", "COGNITO_USER_POOL_ID", "API_URL"}
    for name in ("COGNITO_CLIENT_ID", "COGNITO_USER_POOL_ID", "API_URL"):
        variables[name] = signed_in.environment[name]
    variables["PATH"] = f"{ROOT / 'target/debug'}:{variables['PATH']}"
    local = {name: signed_in.environment[name] for name in ("COGNITO_ENDPOINT", "NO_PROXY")}
    return subprocess.run(
        ["/bin/sh", "-c", matched[1]],
        env={"HOME": str(home), "LOGNAME": "ada", "SHELL": "/bin/sh"} | variables | local,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )

"""The examples of Airflow and Snakemake, run by the real ones. `make job-runners` installs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, needs

from jobs import SignIn, asked_service, assert_asked_with_one_refresh, sign_in
from mock_wire import MockWire

JOBS = ROOT / "examples" / "jobs"
RUNNERS = ROOT / "target" / "job-runners" / "bin"


@pytest.fixture
def signed_in(wire: MockWire, tmp_path: Path) -> SignIn:
    needs("Airflow or Snakemake (make job-runners)", RUNNERS.exists())
    signed_in = sign_in(wire, tmp_path)
    signed_in.environment |= {
        "PATH": f"{RUNNERS}:{signed_in.environment['PATH']}",
        # The package as it is built in this folder.
        "PYTHONPATH": str(ROOT / "python"),
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    return signed_in


def test_airflow(signed_in: SignIn) -> None:
    dags = signed_in.folder / "airflow" / "dags"
    dags.mkdir(parents=True)
    (dags / "airflow_dag.py").symlink_to(JOBS / "airflow_dag.py")
    migrated = signed_in.run(["airflow", "db", "migrate"])
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    with asked_service(signed_in) as service:
        done = signed_in.run(["airflow", "dags", "test", "nightly_report"])
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "21 characters" in said
    assert_asked_with_one_refresh(service, signed_in, 1)
    assert_nowhere(signed_in, said)


def test_airflow_reads_the_file_without_a_sign_in(signed_in: SignIn) -> None:
    for name in [name for name in signed_in.environment if name.startswith("COGNITO")]:
        del signed_in.environment[name]
    done = signed_in.run(["python", str(JOBS / "airflow_dag.py")])
    assert (done.returncode, done.stderr) == (0, "")


def test_snakemake(signed_in: SignIn) -> None:
    with asked_service(signed_in) as service:
        done = signed_in.run(["snakemake", "--snakefile", str(JOBS / "Snakefile"), "--cores", "2"])
    assert done.returncode == 0, done.stderr
    numbers = [path.removeprefix("/reports/") for path, _ in service.requests]
    assert sorted(numbers) == ["1", "1", "2", "2"]
    assert_asked_with_one_refresh(service, signed_in, 4)
    made = [path.read_text() for path in signed_in.folder.glob("*/*.json")]
    assert made == ['{"answer": "for ada"}'] * 4
    assert_nowhere(signed_in, done.stdout + done.stderr)


def assert_nowhere(signed_in: SignIn, said: str) -> None:
    """Nothing that the runner has said or written, below the test's folder, holds the token."""
    [_, _, signature] = signed_in.run(["cognitoken", "token"]).stdout.strip().split(".")
    assert signature not in said
    home = Path(signed_in.environment["HOME"])
    written = [path for path in signed_in.folder.rglob("*") if path.is_file() and home not in path.parents]
    assert [path for path in written if signature.encode() in path.read_bytes()] == []

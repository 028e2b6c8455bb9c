"""What is downloaded, what is installed, and what it takes in memory."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import workers
from measure import Series, printed, processes
from results import Row, Target

MEGABYTE = 1e6
PEERS = {"boto3": "boto3", "pycognito": "pycognito", "Aplos SDK": "aplos-nca-saas-sdk", "msal": "msal"}
MODULES = {
    "bare python": [],
    "cognitoken": ["cognitoken"],
    "boto3": ["boto3"],
    "pycognito": ["pycognito"],
    "Aplos SDK": ["aplos_nca_saas_sdk.nca_resources.aws_cognito"],
    "httpx": ["httpx"],
    "requests": ["requests"],
}


def measure(wheels: Path) -> list[Row]:
    return [_downloads(wheels), _installed(), _memory()]


def _downloads(wheels: Path) -> Row:
    (wheel,) = wheels.glob("cognitoken-*.whl")
    size = float(wheel.stat().st_size)
    series = {"cognitoken, wheel": Series([size])}
    if workers.has_r():
        series["cognitoken, R source tarball"] = Series([_tarball()])
    target = _budget("wheel", size, 3.5)
    what = "What is downloaded."
    return Row("size, download", what, (MEGABYTE, "MB"), series, "cognitoken, wheel", targets=[target])


def _budget(what: str, size: float, megabytes: float) -> Target:
    """A size is the same on every machine: its limit is a number."""
    return Target(what, Series([size]), Series([megabytes * MEGABYTE]), "budget", 1, (MEGABYTE, "MB"))


def _tarball() -> float:
    """R CMD build, without the crates, which come when it is installed."""
    package = Path(os.environ["BENCH_TREE"]) / "r"
    with tempfile.TemporaryDirectory() as folder:
        built = subprocess.run(
            ["R", "CMD", "build", str(package)], cwd=folder, capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise RuntimeError(built.stdout + built.stderr)
        (tarball,) = Path(folder).glob("cognitoken_*.tar.gz")
        return float(tarball.stat().st_size)


def _installed() -> Row:
    ours = _bytes_of({"cognitoken"})
    series = {"cognitoken": Series([ours])}
    for name, distribution in PEERS.items():
        series[f"{name} and what it needs"] = Series([_bytes_of(_needed(distribution))])
    target = _budget("installed", ours, 8)
    what = "What pip installs, by the records of the distributions; compiled Python files are not counted."
    return Row("size, installed", what, (MEGABYTE, "MB"), series, "cognitoken", targets=[target])


def _needed(distribution: str) -> set[str]:
    """It and everything that it depends on, without extras."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            requirements = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            # For another Python or another system.
            continue
        found.add(name)
        for requirement in requirements:
            named, _, marker = requirement.partition(";")
            if "extra" not in marker:
                match = re.match(r"[A-Za-z0-9._-]+(\[[^]]*\])?", named)
                assert match is not None
                waiting.append(match[0].split("[")[0])
                # The one extra that counts here: PyJWT and others want it for RS256.
                if "[crypto]" in match[0]:
                    waiting.append("cryptography")
    return found


def _bytes_of(distributions: set[str]) -> float:
    total = 0
    for name in distributions:
        for file in importlib.metadata.files(name) or []:
            path = Path(str(file.locate()))
            if path.suffix != ".pyc" and path.is_file():
                total += path.stat().st_size
    return float(total)


def _memory() -> Row:
    script = str(workers.FOLDER / "python" / "resident.py")
    commands = {name: [sys.executable, script, *modules] for name, modules in MODULES.items()}
    # A first run compiles what is imported, which takes memory too.
    processes(commands, 1)
    measured = {name: columns[0] for name, columns in printed(commands, 7, None).items()}
    what = "Resident memory of a Python process after the import."
    row = Row("size, memory", what, (2**20, "MiB"), measured, "cognitoken", "bare python")
    return row.against_limit("resident memory", 1.5)

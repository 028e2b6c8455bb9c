"""The examples for containers, run without one: their command, and what they mount as files in a folder."""

from __future__ import annotations

import secrets
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, wire_environment

from mock_wire import MockWire
from recording_server import recording_server

CONTAINERS = ROOT / "examples" / "containers"
PLACES = ("/run/secrets/", "/var/lib/")


class Container:
    """A command in the environment that a file describes. Its paths lead into a folder of the test."""

    def __init__(self, root: Path, command: list[str], variables: dict[str, str]) -> None:
        self.root = root
        program, script = command
        assert program == "python"
        self._command = [sys.executable, str(ROOT / "examples" / "python" / Path(script).name)]
        self._variables = {name: self._inside(value) for name, value in variables.items()}

    def _inside(self, value: str) -> str:
        for place in PLACES:
            value = value.replace(place, f"{self.root}{place}")
        return value

    def run(self, wire: MockWire, user: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs the command with the names and ids of the stand-in in the place of the example's own."""
        local = wire_environment(wire, user)
        del local["COGNITO_PASSWORD"]
        own = ("COGNITO_USER_NAME", "COGNITO_CLIENT_ID", "COGNITO_USER_POOL_ID")
        assert self._variables.keys() >= set(own)
        variables = {name: value for name, value in self._variables.items() if name not in own}
        with recording_server({"answer": "for the job"}) as service:
            return subprocess.run(
                self._command,
                env=local | variables | {"API_URL": f"http://{service.host}/reports"},
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )


def mount_secret(folder: Path, values: dict[str, str]) -> None:
    """Makes the files as Kubernetes does: links to links, so that all change at once."""
    data = folder / "..2026_11_27"
    data.mkdir(parents=True)
    (folder / "..data").symlink_to(data.name)
    for name, value in values.items():
        (data / name).write_text(value)
        (data / name).chmod(0o440)
        (folder / name).symlink_to(f"..data/{name}")


def sign_ins(wire: MockWire, user: dict[str, str]) -> int:
    return len(wire.journal("InitiateAuth", user["name"]))


@pytest.fixture
def user(wire: MockWire) -> dict[str, str]:
    return wire.new_user("plain")


def test_compose(wire: MockWire, user: dict[str, str], tmp_path: Path) -> None:
    described: dict[str, Any] = yaml.safe_load((CONTAINERS / "compose.yaml").read_text())
    service = described["services"]["report"]
    assert service["secrets"] == list(described["secrets"])
    container = Container(tmp_path, service["command"], service["environment"])
    mounted = tmp_path / "run" / "secrets"
    mounted.mkdir(parents=True)
    for name in service["secrets"]:
        (mounted / name).write_text(user["password"] + "\n")
    done = container.run(wire, user)
    assert done.returncode == 0, done.stderr
    assert "for the job" in done.stdout
    assert user["password"] not in done.stdout + done.stderr


def test_kubernetes(wire: MockWire, user: dict[str, str], tmp_path: Path) -> None:
    claim, job = yaml.safe_load_all((CONTAINERS / "kubernetes.yaml").read_text())
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [described] = pod["containers"]
    mounts = {mount["name"]: mount["mountPath"] for mount in described["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert mounts.keys() == volumes.keys()
    assert volumes["sign-in"]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]

    variables = {variable["name"]: variable["value"] for variable in described["env"]}
    container = Container(tmp_path, described["command"], variables)
    key = b64encode(secrets.token_bytes(32)).decode()
    mount_secret(Path(f"{tmp_path}{mounts['cognito']}"), {"password": user["password"], "store-key": key})
    # As `fsGroup` leaves a volume.
    volume = Path(f"{tmp_path}{mounts['sign-in']}")
    volume.mkdir(parents=True)
    volume.chmod(0o2770)

    for _ in range(2):
        done = container.run(wire, user)
        assert done.returncode == 0, done.stderr
        assert "for the job" in done.stdout
    assert sign_ins(wire, user) == 1
    kept = b"".join(path.read_bytes() for path in volume.rglob("*") if path.is_file())
    assert kept
    assert b"eyJ" not in kept

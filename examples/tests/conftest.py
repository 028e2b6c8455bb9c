"""The local Cognito the examples sign in to, and the environment each of them is run in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "tests")]

from local_cognito import Fixtures, LocalCognito  # noqa: E402
from mock_wire import MockWire  # noqa: E402

# What the browser does that the sign-in page is opened in: it fills in the form and goes where it is sent.
BROWSER = """#!{python}
import os, re, sys, urllib.parse, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
page = opener.open(sys.argv[1]).read().decode()
form = dict(re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)"', page))
form |= {{"username": os.environ["PAGE_USER"], "password": os.environ["PAGE_PASSWORD"]}}
login = urllib.parse.urljoin(sys.argv[1], "/login")
opener.open(login, urllib.parse.urlencode(form).encode()).read()
"""


def needs(tool: str, at_hand: bool) -> None:
    """Skips a test for want of a tool; not in continuous integration, where it fails."""
    if "CI" not in os.environ and not at_hand:
        pytest.skip(f"{tool} is not installed")


def has_r_package(name: str) -> bool:
    asked = ["Rscript", "--vanilla", "-e", f"quit(status = !nzchar(system.file(package = '{name}')))"]
    return subprocess.run(asked, check=False).returncode == 0


@pytest.fixture(scope="session")
def cognito() -> Iterator[Fixtures]:
    with LocalCognito() as fixtures:
        yield fixtures


@pytest.fixture(scope="module")
def wire() -> Iterator[MockWire]:
    with MockWire() as wire:
        yield wire


@pytest.fixture
def environment(cognito: Fixtures) -> dict[str, str]:
    """What the documents ask a user to set, and where the local server listens."""
    return surroundings() | {
        "COGNITO_USER_NAME": cognito.user_name,
        "COGNITO_PASSWORD": cognito.password,
        "COGNITO_CLIENT_ID": cognito.client_id,
        "COGNITO_ENDPOINT": cognito.endpoint,
    }


DATA = tempfile.TemporaryDirectory(prefix="cognitoken-examples-")


def surroundings() -> dict[str, str]:
    """The environment without anything that could answer in place of what a test sets."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(ROOT / "target/debug"), os.environ["PATH"]])
    foreign = ("AWS_", "COGNITO", "APLOS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    # What the shell stores, it finds again only in the same test.
    data = tempfile.mkdtemp(dir=DATA.name)
    return kept | {
        "PATH": path,
        "R_LIBS": str(ROOT / ".r-library"),
        "NO_PROXY": "127.0.0.1,localhost",
        "XDG_DATA_HOME": data,
        "XDG_CONFIG_HOME": data,
        "DBUS_SESSION_BUS_ADDRESS": "",
    }


def wire_environment(wire: MockWire, user: dict[str, str], pool: str = "plain") -> dict[str, str]:
    """What a user of the stand-in sets."""
    return surroundings() | {
        "COGNITO_USER_NAME": user["sign_in_name"],
        "COGNITO_PASSWORD": user["password"],
        "COGNITO_CLIENT_ID": wire.client(pool)["id"],
        "COGNITO_USER_POOL_ID": wire.pool(pool)["id"],
        "COGNITO_ENDPOINT": wire.endpoint,
    }


@pytest.fixture
def page_environment(cognito: Fixtures, tmp_path: Path) -> dict[str, str]:
    """At a desk, with a browser that a person signs in with on the sign-in page."""
    browser = tmp_path / "browser"
    browser.write_text(BROWSER.format(python=sys.executable))
    browser.chmod(0o755)
    return at_a_desk() | {
        "COGNITO_CLIENT_ID": cognito.sso_client_id,
        "COGNITO_DOMAIN": cognito.domain,
        "BROWSER": str(browser),
        "PAGE_USER": cognito.user_name,
        "PAGE_PASSWORD": cognito.password,
    }


def at_a_desk() -> dict[str, str]:
    """Surroundings in which a browser can come back to this machine."""
    remote = ("SSH_", "JUPYTERHUB_", "KUBERNETES_", "RS_", "RSTUDIO", "POSIT_", "CODESPACES", "CLOUD_SHELL")
    kept = {name: value for name, value in surroundings().items() if not name.startswith(remote)}
    return kept | {"DISPLAY": ":0"}

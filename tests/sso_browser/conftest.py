"""One local Cognito and one Chromium for all tests; an app client, a port and a window for each of them."""

from __future__ import annotations

import os
import random
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from headless_chromium import launched

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "demo"))

from local_cognito import Fixtures, LocalCognito, administer  # noqa: E402

from .running import PATIENCE_SECONDS, RunningSignIn  # noqa: E402
from .ways import PYTHON, SHELL, R, Way, first_line  # noqa: E402

# Below the ports that systems give to outgoing connections, and without any that browsers refuse.
PORTS = range(20_000, 32_000)


@pytest.fixture(scope="session")
def cognito() -> Iterator[Fixtures]:
    with LocalCognito() as fixtures:
        yield fixtures


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window that knows no other test: its cookies are its own."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    yield context.new_page()
    context.close()


@dataclass(frozen=True)
class AppClient:
    """An app client with a sign-in page, and where that page sends the browser back to."""

    id: str
    redirect_uri: str
    port: int

    def take_port(self) -> socket.socket:
        """Listens in the sign-in's place, as it would: a port that it has left is free at once."""
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", self.port))
        taken.listen()
        return taken


@pytest.fixture
def app_client(cognito: Fixtures) -> AppClient:
    port = _free_port()
    redirect_uri = f"http://localhost:{port}/"
    made = administer(
        cognito.endpoint,
        "CreateUserPoolClient",
        UserPoolId=cognito.user_pool_id,
        ClientName=f"sign-in-page-{port}",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        CallbackURLs=[redirect_uri],
        SupportedIdentityProviders=["COGNITO"],
    )
    return AppClient(str(made["UserPoolClient"]["ClientId"]), redirect_uri, port)


def _free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@pytest.fixture
def environment(cognito: Fixtures, app_client: AppClient, tmp_path: Path) -> dict[str, str]:
    """No display and no values of the surroundings: only what the test's app client needs."""
    # The command itself, rather than the one that came with the Python package.
    path = os.pathsep.join([str(ROOT / "target/debug"), os.environ["PATH"]])
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "R_LIBS_SITE") if name in os.environ}
    return kept | {
        "PATH": path,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "TMPDIR": str(tmp_path),
        "R_LIBS": os.environ.get("R_LIBS", str(ROOT / ".r-library")),
        "NO_PROXY": "127.0.0.1,localhost",
        "COGNITO_DOMAIN": cognito.domain,
        "COGNITO_CLIENT_ID": app_client.id,
    }


@pytest.fixture(params=[SHELL, PYTHON, R], ids=lambda way: way.name)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


def fill_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


Start = Callable[..., RunningSignIn]


@pytest.fixture
def start(environment: dict[str, str], app_client: AppClient, tmp_path: Path) -> Start:
    """Starts a sign-in that shows its link. In an empty folder: no .env answers for a value."""

    def start(way: Way, *, limit: float = 300.0, terminal: bool = False) -> RunningSignIn:
        command = way.command(app_client.redirect_uri, limit=limit)
        running = RunningSignIn(command, environment, tmp_path, terminal=terminal)
        if line := first_line(way):
            running.type(line)
        return running

    return start

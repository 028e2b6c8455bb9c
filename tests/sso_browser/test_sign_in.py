"""A person, a browser and a waiting process: every way to start, every way it can end."""

from __future__ import annotations

import re
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from local_cognito import Fixtures

from .conftest import AppClient, Start, fill_in
from .running import PATIENCE_SECONDS, Ended, RunningSignIn
from .ways import PYTHON, R_CONSOLE, SHELL, Way


def assert_signed_in(ended: Ended, cognito: Fixtures) -> None:
    assert ended.code == 0, ended
    assert f"Signed in as {cognito.email}" in " ".join(ended.out.split())
    assert_nothing_leaked(ended, cognito)


def assert_nothing_leaked(ended: Ended, cognito: Fixtures) -> None:
    assert "authorize" not in ended.out
    for secret in (re.escape(cognito.password), r"eyJ[\w-]+\.", "[?&]code="):
        assert re.search(secret, ended.out + ended.err) is None


def assert_port_is_free(client: AppClient) -> None:
    client.take_port().close()


def test_a_person_signs_in(
    way: Way, start: Start, page: Page, cognito: Fixtures, app_client: AppClient
) -> None:
    with start(way) as running:
        page.goto(running.link)
        fill_in(page, cognito.user_name, cognito.password)
        expect(page.get_by_role("heading")).to_have_text("You are signed in.")
        expect(page.get_by_text("You can close this window.")).to_be_visible()
        assert_signed_in(running.end(), cognito)
    assert_port_is_free(app_client)
    # One shot: whoever finds the address in the browser's history gets nothing.
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.reload()


def test_a_mistyped_password_is_the_page_s_affair(
    way: Way, start: Start, page: Page, cognito: Fixtures
) -> None:
    with start(way) as running:
        page.goto(running.link)
        fill_in(page, cognito.user_name, "not the password")
        expect(page.get_by_text("Incorrect username or password.")).to_be_visible()
        assert running.is_running
        fill_in(page, cognito.user_name, cognito.password)
        expect(page.get_by_role("heading")).to_have_text("You are signed in.")
        assert_signed_in(running.end(), cognito)


def test_an_identity_provider_may_refuse(
    way: Way, start: Start, page: Page, cognito: Fixtures, app_client: AppClient
) -> None:
    with start(way) as running:
        page.goto(running.link)
        refusal = f"error=access_denied&error_description=User+is+not+assigned&state={running.state}"
        page.goto(f"{app_client.redirect_uri}?{refusal}")
        expect(page.get_by_role("heading")).to_have_text("Signing in failed.")
        expect(page.get_by_text("User is not assigned")).to_be_visible()
        expect(page.get_by_text("You can close this window.")).to_be_visible()
        ended = running.end()
    assert ended.code == way.denied
    assert "User is not assigned (access_denied)" in ended.err
    assert ended.out == ""
    assert_nothing_leaked(ended, cognito)
    assert_port_is_free(app_client)


def test_a_closed_window_ends_at_the_time_limit(
    way: Way, start: Start, page: Page, app_client: AppClient
) -> None:
    with start(way, limit=3) as running:
        page.goto(running.link)
        page.close()
        ended = running.end()
    assert ended.code == way.too_late
    assert "nobody came back from the sign-in page within 3 s (RequestTimeout)" in ended.err
    assert ended.out == ""
    assert_port_is_free(app_client)


def test_ctrl_c_ends_the_wait_and_frees_the_port(
    way: Way, start: Start, page: Page, app_client: AppClient
) -> None:
    with start(way) as running:
        page.goto(running.link)
        running.interrupt()
        ended = running.end()
    assert ended.code != 0
    assert ended.out == ""
    assert_port_is_free(app_client)
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(app_client.redirect_uri)


def test_another_program_has_the_port(
    way: Way, environment: dict[str, str], app_client: AppClient, tmp_path: Path
) -> None:
    command = way.command(app_client.redirect_uri, opens_browser=True)
    opened = at_a_desk(environment, tmp_path)
    with app_client.take_port(), RunningSignIn(command, environment, tmp_path) as running:
        ended = running.end()
    assert ended.code == way.port_taken
    message = f"another program listens on 127.0.0.1:{app_client.port}, where the browser is to come back"
    assert f"{message} (PortInUse)" in ended.err
    assert "authorize" not in ended.out + ended.err
    assert not opened.exists()


def test_the_browser_is_opened(
    way: Way,
    page: Page,
    environment: dict[str, str],
    app_client: AppClient,
    cognito: Fixtures,
    tmp_path: Path,
) -> None:
    command = way.command(app_client.redirect_uri, opens_browser=True)
    opened = at_a_desk(environment, tmp_path)
    secret = "JBSWY3DPEHPK3PXP"
    environment["COGNITO_TOTP_SECRET"] = secret
    with RunningSignIn(command, environment, tmp_path) as running:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not opened.exists() and running.is_running and time.monotonic() < deadline:
            time.sleep(0.02)
        page.goto(opened.read_text())
        surroundings = (tmp_path / "surroundings").read_text()
        assert "DISPLAY=:0" in surroundings
        assert "COGNITO_" not in surroundings
        assert secret not in surroundings
        fill_in(page, cognito.user_name, cognito.password)
        expect(page.get_by_role("heading")).to_have_text("You are signed in.")
        assert_signed_in(running.end(), cognito)


def at_a_desk(environment: dict[str, str], folder: Path) -> Path:
    """Has a display and a browser, as on a person's own machine.

    The browser leaves its address in a file, and its environment in another one.
    """
    opened, browser = folder / "opened", folder / "browser"
    browser.write_text(
        f'#!/bin/sh\nenv >"{folder}/surroundings" && '
        f'printf %s "$1" >"{opened}.part" && mv "{opened}.part" "{opened}"\n'
    )
    browser.chmod(0o755)
    environment.update(DISPLAY=":0", BROWSER=str(browser))
    return opened


def on_another_machine(page: Page, client: AppClient) -> Future[str]:
    """Nobody listens where this browser is sent back to, as if elsewhere. Gives the address it ends at."""
    ended_at: Future[str] = Future()
    # Playwright's own routes do not see where a redirect leads.
    devtools = page.context.new_cdp_session(page)

    def refuse(request: dict[str, Any]) -> None:
        ended_at.set_result(request["request"]["url"])
        refusal = {"requestId": request["requestId"], "errorReason": "ConnectionRefused"}
        devtools.send("Fetch.failRequest", refusal)

    devtools.on("Fetch.requestPaused", refuse)
    devtools.send("Fetch.enable", {"patterns": [{"urlPattern": f"{client.redirect_uri}*"}]})
    return ended_at


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("pasting_way", [SHELL, PYTHON, R_CONSOLE], ids=lambda way: way.name)
def test_a_pasted_address_wins_while_the_listener_waits(
    pasting_way: Way, terminal: bool, start: Start, page: Page, cognito: Fixtures, app_client: AppClient
) -> None:
    ended_at = on_another_machine(page, app_client)
    with start(pasting_way, terminal=terminal) as running:
        page.goto(running.link)
        running.type(running.link)
        running.says(re.compile("neither a code nor a reason"))
        fill_in(page, cognito.user_name, cognito.password)
        page.wait_for_url("chrome-error://**")
        running.type(ended_at.result(0))
        assert_signed_in(running.end(), cognito)
    assert_port_is_free(app_client)


def test_pasting_is_enough_where_another_program_has_the_port(
    start: Start, page: Page, cognito: Fixtures, app_client: AppClient
) -> None:
    ended_at = on_another_machine(page, app_client)
    with app_client.take_port(), start(SHELL) as running:
        page.goto(running.link)
        fill_in(page, cognito.user_name, cognito.password)
        page.wait_for_url("chrome-error://**")
        running.type(ended_at.result(0))
        assert_signed_in(running.end(), cognito)


def test_other_addresses_do_not_end_the_sign_in(
    start: Start, page: Page, cognito: Fixtures, app_client: AppClient
) -> None:
    with start(SHELL) as running:
        page.goto(running.link)
        form = page.url
        for address, heading in {
            "?code=made-up&state=made-up": "This is not the sign-in that is waited for.",
            "?error=access_denied": "This is not the sign-in that is waited for.",
            "elsewhere": "Nothing is here.",
        }.items():
            page.goto(app_client.redirect_uri + address)
            expect(page.get_by_role("heading")).to_have_text(heading)
        page.goto(form)
        fill_in(page, cognito.user_name, cognito.password)
        expect(page.get_by_role("heading")).to_have_text("You are signed in.")
        assert_signed_in(running.end(), cognito)

"""No secret shows up where it does not belong: in nothing that is printed, logged, raised or dumped."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from misbehaving_server import Answer, MisbehavingServer, Request, refusal, response, tokens

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]

PASSWORD = "pa55word-sentinel"
CLIENT_SECRET = "c1ient-secret-sentinel"
REFRESH_TOKEN = "refresh-t0ken-sentinel"
SESSION = "sessi0n-sentinel"
TOTP_SECRET = "TOTPSECRETSENTINEL234567"
CODE = "c0de-sentinel"
SECRETS = (PASSWORD, CLIENT_SECRET, REFRESH_TOKEN, SESSION, TOTP_SECRET, CODE)


def echo(request: Request) -> bytes:
    """A service without manners: it says in its message everything that it was told."""
    return refusal("NotAuthorizedException", f"wrong: {request.body}")


def challenge(_request: Request) -> bytes:
    return response(200, {"ChallengeName": "SMS_MFA", "Session": SESSION, "ChallengeParameters": {}})


def strange(request: Request) -> bytes:
    return response(200, {"AuthenticationResult": request.body})


def silence(_request: Request) -> None:
    """Nothing comes back."""


def give(_request: Request) -> bytes:
    return tokens(REFRESH_TOKEN)


def calls(server: MisbehavingServer) -> list[Callable[[], object]]:
    there: dict[str, Any] = {
        "endpoint": server.endpoint,
        "client_secret": CLIENT_SECRET,
        "user_pool_id": "us-east-1_AbCdEfGhI",
    }
    answers = iter([CODE])

    def once(_challenge: cognitoken.Challenge) -> str | None:
        return next(answers, None)

    return [
        lambda: cognitoken.login("ada", PASSWORD, "client", flow="password", timeout=0.5, **there),
        lambda: cognitoken.login("ada", PASSWORD, "client", flow="srp", timeout=0.5, **there),
        lambda: cognitoken.refresh(REFRESH_TOKEN, "client", timeout=0.5, **there),
        lambda: asyncio.run(cognitoken.login_async("ada", PASSWORD, "client", flow="password", timeout=0.5, **there)),
        lambda: asyncio.run(cognitoken.refresh_async(REFRESH_TOKEN, "client", timeout=0.5, **there)),
        lambda: cognitoken.login("ada", PASSWORD, "client", totp_secret=TOTP_SECRET, timeout=0.5, **there),
        lambda: cognitoken.login("ada", PASSWORD, "client", flow="password", on_challenge=once, timeout=0.5, **there),
        lambda: cognitoken.forgot_password("ada", "client", timeout=0.5, **there),
        lambda: cognitoken.confirm_forgot_password(CODE, PASSWORD, "ada", "client", timeout=0.5, **there),
        lambda: cognitoken.confirm_sign_up(CODE, "ada", "client", timeout=0.5, **there),
        lambda: cognitoken.client_credentials("client", CLIENT_SECRET, server.endpoint, timeout=0.5),
        *map(awaited, twins(there, once)),
        lambda: session(there).tokens(),
        lambda: session(there, on_challenge=once).id_token(),
        lambda: asyncio.run(session(there, on_challenge=once).id_token_async()),
        lambda: session(there, store="disk"),
        lambda: session(there).import_(CODE),
        lambda: asyncio.run(session(there).import_async(CODE)),
    ]


def twins(there: dict[str, Any], once: Callable[[cognitoken.Challenge], Any]) -> list[Callable[[], Any]]:
    return [
        lambda: cognitoken.login_async("ada", PASSWORD, "client", on_challenge=once, timeout=0.5, **there),
        lambda: cognitoken.login_async("ada", PASSWORD, "client", totp_secret=TOTP_SECRET, timeout=0.5, **there),
        lambda: cognitoken.confirm_forgot_password_async(CODE, PASSWORD, "ada", "client", timeout=0.5, **there),
        lambda: cognitoken.confirm_sign_up_async(CODE, "ada", "client", timeout=0.5, **there),
        lambda: cognitoken.client_credentials_async("client", CLIENT_SECRET, there["endpoint"], timeout=0.5),
    ]


def awaited(call: Callable[[], Any]) -> Callable[[], object]:
    return lambda: asyncio.run(call())


def session(there: dict[str, Any], store: str = "memory", **options: Any) -> cognitoken.Session:
    secrets: dict[str, Any] = {"refresh_token": REFRESH_TOKEN, "totp_secret": TOTP_SECRET}
    return cognitoken.Session("ada", PASSWORD, "client", store=store, timeout=0.5, **secrets, **there, **options)


def everything_about(error: BaseException) -> str:
    """The error in all the ways that programs, notebooks and error trackers show one, local variables included."""
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), *traceback.format_exception(error)]
    # The frames below the test's own: where the arguments go by.
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename != __file__:
            shown.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    for below in (error.__cause__, error.__context__):
        if below is not None:
            shown.append(everything_about(below))
    return "\n".join(shown)


@pytest.mark.parametrize("answer", [echo, challenge, strange, silence, give], ids=lambda answer: answer.__name__)
def test_no_call_shows_a_secret(
    serve: Serve,
    answer: Answer,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    # What makes Rust programs talkative.
    monkeypatch.setenv("RUST_LOG", "trace")
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    shown = []
    for call in calls(serve(answer)):
        try:
            shown.append(repr(call()))
        except cognitoken.CognitoError as error:
            shown.append(everything_about(error))
    assert all(shown)
    captured = capfd.readouterr()
    seen = "\n".join([*shown, captured.out, captured.err, caplog.text])
    assert [secret for secret in SECRETS if secret in seen] == []


def test_the_echoed_words_are_shown_without_the_secrets(serve: Serve) -> None:
    """The test above proves something only if the message does come through."""
    with pytest.raises(cognitoken.AuthenticationError, match=r"wrong: .*\[redacted\]"):
        calls(serve(echo))[0]()


def test_a_wrong_value_beside_a_secret_does_not_show_it() -> None:
    mistakes: tuple[dict[str, Any], ...] = (
        {"timeout": "soon"},
        {"flow": 5},
        {"no_such_argument": 1},
        {"username": ["ada"]},
    )
    for wrong in mistakes:
        for function in (cognitoken.login, cognitoken.login_async, cognitoken.Session):
            with pytest.raises(TypeError) as caught:
                function(password=PASSWORD, client_secret=CLIENT_SECRET, **wrong)
            assert not [secret for secret in SECRETS if secret in everything_about(caught.value)]


def test_a_pending_call_shows_no_secret(serve: Serve) -> None:
    call = cognitoken.login_async("ada", PASSWORD, "client", endpoint=serve(silence).endpoint)
    names = [name for name in dir(call) if not name.startswith("__")]
    shown = repr(call) + "".join(repr(getattr(call, name)) for name in names)
    assert PASSWORD not in shown
    call.close()


def test_the_password_is_sent_and_nothing_else_knows_it(serve: Serve) -> None:
    """What the tests here look for is what really went over the wire."""
    server = serve(give)
    calls(server)[0]()
    assert server.requests[0].body["AuthParameters"]["PASSWORD"] == PASSWORD
    assert CLIENT_SECRET not in str(server.requests[0])
    assert PASSWORD not in " ".join(sys.argv)

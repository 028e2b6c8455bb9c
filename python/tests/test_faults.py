"""A service that misbehaves: each fault is a typed error with a hint, soon, and never shows a secret."""

from __future__ import annotations

import asyncio
import copy
import pickle
import socket
import traceback
from collections.abc import Callable

import pytest
from misbehaving_server import Answer, MisbehavingServer, Request, refusal, response, tokens

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]

PASSWORD = "pa55word-sentinel"
HTML = b"<html><body>Please sign in to the network first</body></html>"
WHOLE = tokens()

FAULTS: dict[str, tuple[bytes, type[cognitoken.CognitoError]]] = {
    "HTML": (response(200, HTML, content_type="text/html"), cognitoken.ServiceError),
    "HTML error": (response(503, HTML, content_type="text/html"), cognitoken.ServiceError),
    "empty": (response(200, b""), cognitoken.ServiceError),
    "empty error": (response(500, b""), cognitoken.ServiceError),
    "cut off": (WHOLE[:-20], cognitoken.NetworkError),
    "half of the JSON": (response(200, b'{"AuthenticationResult": {"Acc'), cognitoken.ServiceError),
    "not HTTP": (b"220 mail.example.com ESMTP\r\n", cognitoken.NetworkError),
    "wrong types": (response(200, {"AuthenticationResult": {"AccessToken": 5}}), cognitoken.ServiceError),
    "nothing of use": (response(200, {}), cognitoken.ServiceError),
    "a list": (response(200, b"[]"), cognitoken.ServiceError),
    "nested deeply": (response(200, b'{"AuthenticationResult":' + b"[" * 100_000), cognitoken.ServiceError),
    "64 MiB": (response(200, b" " * (64 << 20)), cognitoken.ServiceError),
    "redirect": (response(302, b"", location="http://127.0.0.1:1/"), cognitoken.ServiceError),
    "throttled": (refusal("TooManyRequestsException", "Rate exceeded"), cognitoken.ThrottledError),
    "internal": (refusal("InternalErrorException", "oops", 500), cognitoken.ServiceError),
    "unknown code": (refusal("BrandNewException", "Something new"), cognitoken.ServiceError),
    "limit": (refusal("LimitExceededException", "Attempt limit exceeded"), cognitoken.ThrottledError),
    "reset": (refusal("PasswordResetRequiredException", "Reset it"), cognitoken.PasswordResetRequired),
    "unconfirmed": (refusal("UserNotConfirmedException", "Confirm it"), cognitoken.UserNotConfirmed),
    "refused": (refusal("NotAuthorizedException", "Incorrect username or password."), cognitoken.AuthenticationError),
}


@pytest.mark.parametrize(("answer", "kind"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_an_error_of_its_kind(serve: Serve, answer: bytes, kind: type[cognitoken.CognitoError]) -> None:
    then_close = answer.replace(b"\r\n\r\n", b"\r\nX-Test-Then: close\r\n\r\n", 1) if b"\r\n\r\n" in answer else answer
    server = serve(lambda _request: then_close)
    with pytest.raises(kind) as caught:
        cognitoken.login("ada", PASSWORD, "client", endpoint=server.endpoint, timeout=15)
    assert type(caught.value) is kind
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert "Please sign in" not in shown, "a page of somebody else is no message"
    with pytest.raises(kind):
        asyncio.run(cognitoken.login_async("ada", "pass", "client", endpoint=server.endpoint, timeout=15))


def test_a_refusal_keeps_what_the_service_said(serve: Serve) -> None:
    server = serve(lambda _request: refusal("BrandNewException", "Something new"))
    with pytest.raises(cognitoken.ServiceError) as caught:
        cognitoken.login("ada", "password", "client", endpoint=server.endpoint)
    assert caught.value.code == "BrandNewException"
    assert str(caught.value) == caught.value.message == "Something new"
    assert caught.value.request_id == "request-0815"
    assert caught.value.retryable is False


def test_nobody_listens() -> None:
    with socket.socket() as bound:  # It holds the port, and does not listen.
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(cognitoken.NetworkError) as caught:
            cognitoken.login("ada", "password", "client", endpoint=f"http://127.0.0.1:{port}", timeout=1)
    assert str(port) in str(caught.value)
    assert caught.value.retryable
    assert caught.value.hint


def test_a_service_that_fails_once_is_asked_again(serve: Serve) -> None:
    answers = [refusal("InternalErrorException", "oops", 500), tokens()]
    server = serve(lambda _request: answers.pop(0))
    assert len(cognitoken.login("ada", "password", "client", endpoint=server.endpoint)) == 3
    assert len(server.requests) == 2


def test_a_wrong_password_is_sent_once(serve: Serve) -> None:
    server = serve(lambda _request: refusal("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(cognitoken.AuthenticationError):
        cognitoken.login("ada", "password", "client", endpoint=server.endpoint)
    assert len(server.requests) == 1


def challenge(_request: Request) -> bytes:
    parameters = {"USER_ID_FOR_SRP": "ada", "CODE_DELIVERY_DESTINATION": "+*******1234"}
    session = "session-sentinel"
    return response(200, {"ChallengeName": "SMS_MFA", "Session": session, "ChallengeParameters": parameters})


@pytest.fixture
def asked(serve: Serve) -> cognitoken.ChallengeRequired:
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        cognitoken.login("ada", "password", "client", endpoint=serve(challenge).endpoint)
    return caught.value


def test_a_challenge_says_what_it_asks(asked: cognitoken.ChallengeRequired) -> None:
    assert isinstance(asked, cognitoken.AuthenticationError)
    assert asked.code == "SMS_MFA"
    assert asked.challenge is not None
    assert asked.challenge.name == "SMS_MFA"
    assert asked.challenge.parameters["CODE_DELIVERY_DESTINATION"] == "+*******1234"
    assert asked.hint


def test_an_unknown_challenge_is_passed_through(serve: Serve) -> None:
    answer = response(200, {"ChallengeName": "BRAND_NEW", "Session": "s", "ChallengeParameters": {"A": "b"}})
    server = serve(lambda _request: answer)
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        cognitoken.login("ada", "password", "client", endpoint=server.endpoint)
    assert caught.value.challenge is not None
    assert (caught.value.challenge.name, caught.value.challenge.parameters) == ("BRAND_NEW", {"A": "b"})


def test_a_challenge_does_not_show_its_session_nor_where_a_code_went(asked: cognitoken.ChallengeRequired) -> None:
    shown = repr(asked.challenge) + repr(asked) + "".join(traceback.format_exception(asked))
    assert "SMS_MFA" in repr(asked.challenge)
    assert "CODE_DELIVERY_DESTINATION" in repr(asked.challenge)
    assert "1234" not in shown
    assert "session-sentinel" not in shown + str(asked.__dict__)


def test_a_challenge_stays_in_its_process(asked: cognitoken.ChallengeRequired) -> None:
    with pytest.raises(TypeError, match="session"):
        pickle.dumps(asked.challenge)
    elsewhere = pickle.loads(pickle.dumps(asked))  # noqa: S301
    assert type(elsewhere) is cognitoken.ChallengeRequired
    assert elsewhere.challenge is None
    assert (elsewhere.code, elsewhere.message, elsewhere.hint) == (asked.code, asked.message, asked.hint)
    assert copy.copy(asked).challenge is asked.challenge
    assert copy.deepcopy(asked.challenge) is asked.challenge

"""``on_challenge``: a callable that answers while the sign-in goes on."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from mock_wire import MockWire
from signing_in import login, login_async, right_code

import cognitoken


def test_a_text_is_the_answer(wire: MockWire) -> None:
    seen: list[tuple[str, int]] = []

    def answer(question: cognitoken.Challenge) -> str:
        seen.append((question.name, threading.get_ident()))
        return "246810"

    assert len(login(wire, wire.new_user("sms"), on_challenge=answer)) == 3
    assert seen == [("SMS_MFA", threading.get_ident())]


def test_a_dict_holds_the_keywords_of_respond_and_each_next_challenge_is_asked(wire: MockWire) -> None:
    user = wire.new_user("new_password_totp")
    seen: list[str] = []

    def answer(question: cognitoken.Challenge) -> str | dict[str, Any]:
        seen.append(question.name)
        if question.name == "NEW_PASSWORD_REQUIRED":
            return {"new_password": "Tidal-Horse-8!", "attributes": {}}
        return right_code(wire, user, question.name)

    assert len(login(wire, user, on_challenge=answer)) == 3
    assert seen == ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"]


def test_it_is_not_called_when_nothing_is_asked(wire: MockWire) -> None:
    def answer(_question: cognitoken.Challenge) -> str:
        raise AssertionError("asked")

    assert len(login(wire, wire.new_user("plain"), on_challenge=answer)) == 3
    assert len(login(wire, wire.new_user("totp"), totp_secret=wire.facts["totp_secret"], on_challenge=answer)) == 3


def test_none_ends_the_sign_in_with_the_challenge(wire: MockWire) -> None:
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        login(wire, wire.new_user("sms"), on_challenge=lambda _question: None)
    assert caught.value.code == "SMS_MFA"
    assert caught.value.hint
    assert caught.value.challenge is not None
    assert isinstance(caught.value.challenge.respond("246810"), cognitoken.Tokens)


def test_its_own_exception_passes_through(wire: MockWire) -> None:
    class OwnError(Exception):
        pass

    def answer(_question: cognitoken.Challenge) -> str:
        raise OwnError

    with pytest.raises(OwnError):
        login(wire, wire.new_user("sms"), on_challenge=answer)
    with pytest.raises(OwnError):
        asyncio.run(login_async(wire, wire.new_user("sms"), on_challenge=answer))


def test_a_wrong_code_raises_at_once(wire: MockWire) -> None:
    asked: list[str] = []

    def answer(question: cognitoken.Challenge) -> str:
        asked.append(question.name)
        return "000000"

    with pytest.raises(cognitoken.AuthenticationError) as caught:
        login(wire, wire.new_user("sms"), on_challenge=answer)
    assert caught.value.code == "CodeMismatchException"
    assert asked == ["SMS_MFA"]
    assert caught.value.challenge is not None
    assert isinstance(caught.value.challenge.respond("246810"), cognitoken.Tokens)


@pytest.mark.parametrize("wrong", [123456, b"123456", ["123456"]], ids=str)
def test_an_answer_of_another_type_is_a_type_error_that_does_not_show_it(wire: MockWire, wrong: object) -> None:
    with pytest.raises(TypeError, match="a str, a dict") as caught:
        login(wire, wire.new_user("sms"), on_challenge=lambda _question: wrong)
    assert "123456" not in str(caught.value)


@pytest.mark.parametrize("function", [cognitoken.login, cognitoken.login_async])
@pytest.mark.parametrize("wrong", ["ask", 1, True], ids=str)
def test_who_cannot_be_asked_is_a_type_error_before_anything_is_sent(function: Any, wrong: object) -> None:
    with pytest.raises(TypeError, match='callable or "prompt"'):
        function("ada", "password", "client", on_challenge=wrong)


@pytest.mark.parametrize("coroutine_function", [True, False])
def test_asyncio(wire: MockWire, coroutine_function: bool) -> None:
    user = wire.new_user("new_password_totp")
    threads: list[int] = []

    def answer(question: cognitoken.Challenge) -> str:
        threads.append(threading.get_ident())
        return "Tidal-Horse-8!" if "PASSWORD" in question.name else right_code(wire, user, question.name)

    async def answer_later(question: cognitoken.Challenge) -> str:
        await asyncio.sleep(0)
        return answer(question)

    on_challenge = answer_later if coroutine_function else answer
    assert len(asyncio.run(login_async(wire, user, on_challenge=on_challenge))) == 3
    assert threads == [threading.get_ident()] * 2


def test_asyncio_ends_with_none_and_with_a_wrong_code(wire: MockWire) -> None:
    for answer, code in ((None, "SMS_MFA"), ("000000", "CodeMismatchException")):

        async def give(_question: cognitoken.Challenge, answer: str | None = answer) -> str | None:
            return answer

        with pytest.raises(cognitoken.AuthenticationError) as caught:
            asyncio.run(login_async(wire, wire.new_user("sms"), on_challenge=give))
        assert caught.value.code == code


def test_a_task_can_be_cancelled_while_a_person_thinks(wire: MockWire) -> None:
    async def main() -> None:
        asked = asyncio.Event()

        async def think(_question: cognitoken.Challenge) -> str:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError

        task = asyncio.create_task(login_async(wire, wire.new_user("sms"), on_challenge=think))
        await asked.wait()
        assert "login_async" in repr(task)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


@pytest.mark.parametrize("answer", ["s3cret-answer", {"answer": "s3cret-answer"}], ids=["str", "dict"])
@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_no_frame_of_ours_holds_the_answer(wire: MockWire, answer: str | dict[str, str], twin: bool) -> None:
    async def later(_question: cognitoken.Challenge) -> str | dict[str, str]:
        return answer

    user = wire.new_user("sms")

    def sign_in() -> object:
        if twin:
            return asyncio.run(login_async(wire, user, on_challenge=later))
        return login(wire, user, on_challenge=lambda _question: answer)

    with pytest.raises(cognitoken.AuthenticationError) as caught:
        sign_in()
    frames = [entry.frame for entry in caught.traceback if str(entry.path).endswith("_answering.py")]
    assert frames, "the answer goes by there"
    assert "s3cret-answer" not in repr([frame.f_locals for frame in frames])
    assert "s3cret-answer" not in f"{caught.value!r}{vars(caught.value)}"

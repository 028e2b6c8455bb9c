"""Words of the service in what people read: none of them steers the terminal or looks like something else."""

from __future__ import annotations

import getpass
import unicodedata
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from misbehaving_server import Answer, MisbehavingServer, Request, refusal, response, tokens, unsigned_jwt
from test_prompt import notebook  # noqa: F401  # a fixture

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]

# Escape, carriage return and line feed, C1, the bidirectional ones, zero width, a byte order mark, a tag.
UNSEEN = "\x1b[2J\r\n\x07\x7f\x9b1m\u202e\u2066\u200f\u200b\u200d\u2060\ufeff\u2028\U000e0041\u061c"
NAME = f"ada{UNSEEN}lovelace"


def unseen(text: str) -> list[str]:
    """The control and format characters in a text."""
    return [hex(ord(each)) for each in text if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")]


def values(server: MisbehavingServer) -> dict[str, Any]:
    return {"username": "ada", "password": "password", "client_id": "client", "endpoint": server.endpoint}


def asking(name: str, **parameters: str) -> Answer:
    parameters = {"USER_ID_FOR_SRP": NAME, "CODE_DELIVERY_DESTINATION": NAME, NAME: NAME} | parameters
    return lambda _request: response(
        200, {"ChallengeName": name, "Session": "session", "ChallengeParameters": parameters}
    )


@pytest.mark.parametrize("name", ["SMS_MFA", "CUSTOM_CHALLENGE", "SELECT_CHALLENGE", "FUTURE_CHALLENGE"])
def test_a_challenge(serve: Serve, name: str) -> None:
    server = serve(asking(name, AVAILABLE_CHALLENGES=f'["{NAME.encode("unicode_escape").decode()}"]'))
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        cognitoken.login(**values(server), flow="password")
    challenge = caught.value.challenge
    assert challenge is not None
    assert challenge.name == name, "what programs look at is as it came"
    assert challenge.parameters[NAME] == NAME
    for shown in (repr(challenge), challenge._repr_html_(), str(caught.value), repr(caught.value)):
        assert unseen(shown) == []
    assert "ada" in challenge._repr_html_()


def test_a_challenge_whose_name_is_none_is_refused(serve: Serve) -> None:
    with pytest.raises(cognitoken.ServiceError) as caught:
        cognitoken.login(**values(serve(asking(NAME))), flow="password")
    assert unseen(str(caught.value) + repr(caught.value)) == []


@pytest.mark.usefixtures("notebook")
@pytest.mark.parametrize(
    "name", ["SMS_MFA", "CUSTOM_CHALLENGE", "NEW_PASSWORD_REQUIRED", "SELECT_CHALLENGE", "FUTURE_CHALLENGE"]
)
def test_a_prompt(serve: Serve, name: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    ask = asking(name, MFAS_CAN_CHOOSE=NAME, requiredAttributes=f'["{ascii(NAME)[1:-1]}"]'.replace("\\x", "\\u00"))
    prompts: list[str] = []

    def answer(request: Request) -> bytes | None:
        if request.operation == "InitiateAuth":
            return ask(request)
        return refusal("CodeMismatchException", f"Invalid code {NAME}")

    def person(prompt: str = "") -> str:
        prompts.append(prompt)
        return "answer"

    monkeypatch.setattr(getpass, "getpass", person)
    monkeypatch.setattr("builtins.input", person)
    server = serve(answer)
    with pytest.raises(cognitoken.CognitoError) as caught:
        cognitoken.login(**values(server), flow="password", on_challenge="prompt")
    host = server.endpoint.removeprefix("http://")
    assert prompts
    own = "The same once more: "
    assert all(prompt.startswith(f"{host} asks (its words): ") for prompt in prompts if prompt != own)
    shown = "".join(prompts) + str(caught.value)
    assert unseen(shown) == []
    assert unseen(capsys.readouterr().err.replace("\n", "")) == []


def test_tokens_sessions_and_decoded_tokens(serve: Serve) -> None:
    server = serve(
        lambda _request: tokens(email=NAME, **{"cognito:username": NAME, "iss": f"https://{NAME}", NAME: NAME})
    )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        given = cognitoken.login(**values(server), flow="password")
        session = cognitoken.Session(**values(server), flow="password", store="memory")
        session.tokens()
        status = session.status()
    decoded = cognitoken.decode(unsigned_jwt({"email": NAME, NAME: NAME}))
    for each in (given, session, decoded, status):
        assert unseen(repr(each)) == []
        assert unseen(each._repr_html_()) == []
    assert unseen(str(status)) == []
    assert unseen("".join(str(each.message) for each in told)) == []
    assert given.claims["email"] == NAME


def test_a_code_that_was_sent(serve: Serve) -> None:
    details = {"Destination": NAME, "DeliveryMedium": NAME, "AttributeName": NAME}
    server = serve(lambda _request: response(200, {"CodeDeliveryDetails": details}))
    delivery = cognitoken.forgot_password("ada", "client", endpoint=server.endpoint)
    assert delivery.destination == NAME
    assert unseen(repr(delivery)) == []


def test_what_a_refusal_says(serve: Serve) -> None:
    server = serve(lambda _request: refusal("NotAuthorizedException", f"Incorrect {NAME}"))
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        cognitoken.login(**values(server), flow="password")
    assert unseen(str(caught.value) + repr(caught.value) + (caught.value.hint or "")) == []

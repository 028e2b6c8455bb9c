"""No secret is in any record, whatever is done, at the highest level."""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from domain import DIRECT, address_at_the_end, come_back, free_port, job_client, page_client
from local_cognito import Fixtures
from misbehaving_server import Answer, MisbehavingServer, Request, refusal, response
from mock_wire import MockWire
from signing_in import challenge, right_code, tokens, values

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]

HIGHEST = 5
NEW = "Tidal-Horse-8!"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STORE_KEY = "c3RvcmUta2V5LXNlbnRpbmVsLXN0b3JlLWtleS0wMDE="
# What a request or an answer says openly. Everything else in it counts as a secret.
OPEN = {
    "__type", "message", "AuthFlow", "ChallengeName", "ClientId", "TokenType", "USERNAME", "USER_ID_FOR_SRP", "Username",
    "DEVICE_KEY", "DeviceKey", "DeviceGroupKey", "DeviceName", "FriendlyDeviceName", "DeviceRememberedStatus", "Status",
    "TIMESTAMP", "ANSWER_KIND", "DeliveryMedium", "AttributeName", "Destination", "CODE_DELIVERY_DESTINATION",
    "CODE_DELIVERY_DELIVERY_MEDIUM", "PREFERRED_CHALLENGE", "MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP", "FRIENDLY_DEVICE_NAME",
    "requiredAttributes", "AvailableChallenges", "question", "ANSWER",
}  # fmt: skip
# Shorter values are part of words.
SHORTEST = 6


class Everything(logging.Handler):
    """The text of each record, with every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {vars(record)}")


@pytest.fixture
def records() -> Iterator[Everything]:
    logger = logging.getLogger("cognitoken")
    everything = Everything()
    logger.addHandler(everything)
    logger.setLevel(HIGHEST)
    yield everything
    logger.removeHandler(everything)
    logger.setLevel(logging.NOTSET)


class Relay:
    """Passes requests on to a service, and remembers the secrets of both directions."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.secrets: set[str] = set()

    def __call__(self, request: Request) -> bytes:
        self._remember(request.body)
        headers = {name: request.headers[name] for name in ("x-amz-target", "content-type") if name in request.headers}
        passed_on = urllib.request.Request(self._endpoint, json.dumps(request.body).encode(), headers)  # noqa: S310
        try:
            with urllib.request.build_opener(DIRECT).open(passed_on, timeout=30) as answer:
                status, body, date = answer.status, answer.read(), answer.headers["Date"]
        except urllib.error.HTTPError as error:
            with error:
                status, body, date = error.code, error.read(), error.headers["Date"]
        self._remember(json.loads(body or b"{}"))
        # The service's clock, which the test moves.
        return response(status, body, Date=date)

    def _remember(self, value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, below in value.items():
                self._remember(below, key)
        elif isinstance(value, list):
            for below in value:
                self._remember(below, name)
        elif isinstance(value, str) and name not in OPEN and len(value) >= SHORTEST:
            self.secrets.add(value)


def check(records: Everything, secrets: set[str]) -> None:
    assert records.texts
    assert secrets
    text = "\n".join(records.texts)
    assert [secret for secret in secrets if secret in text] == []
    # Neither a part of a token: its claims say who it is.
    parts = {part for secret in secrets if secret.count(".") == 2 for part in secret.split(".")}
    assert [part for part in parts if len(part) >= SHORTEST and part in text] == []


@pytest.fixture
def relay(wire: MockWire) -> Relay:
    return Relay(wire.endpoint)


@pytest.fixture
def give(wire: MockWire, serve: Serve, relay: Relay) -> Callable[..., dict[str, Any]]:
    """The arguments of a call that goes through the relay."""
    endpoint = serve(relay).endpoint

    def arguments(user: dict[str, str], **options: Any) -> dict[str, Any]:
        given = values(wire, user, **options)
        relay.secrets |= {given[name] for name in ("password", "client_secret") if given[name]}
        return given | {"endpoint": endpoint}

    return arguments


Give = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("client", ["public", "secret"])
@pytest.mark.parametrize("flow", ["password", "srp", "user_auth"])
def test_signing_in(wire: MockWire, give: Give, relay: Relay, records: Everything, flow: str, client: str) -> None:
    user = wire.new_user("plain")
    options = {"preferred_challenge": "PASSWORD_SRP"} if flow == "user_auth" else {}
    mine = cognitoken.login(**give(user, client=client, flow=flow, **options))
    mine.refresh()
    cognitoken.refresh(
        mine.refresh_token, **{name: value for name, value in give(user, client=client).items() if name != "password"}
    )
    asyncio.run(cognitoken.login_async(**give(user, client=client, flow=flow, **options)))
    with pytest.raises(cognitoken.AuthenticationError):
        cognitoken.login(**give(user, client=client, flow=flow, **options) | {"password": "Wr0ng-password!"})
    check(records, relay.secrets | set(mine) | {"Wr0ng-password!"})


@pytest.mark.parametrize("scenario", ["sms", "email_otp", "totp", "select_mfa", "setup_totp", "new_password", "custom"])
def test_challenges(wire: MockWire, give: Give, relay: Relay, records: Everything, scenario: str) -> None:
    user = wire.new_user(scenario)
    relay.secrets.add(TOTP_SECRET)
    answers: dict[str, Any] = {
        "SELECT_MFA_TYPE": "EMAIL_OTP",
        "NEW_PASSWORD_REQUIRED": {"new_password": NEW, "attributes": {"given_name": "Ada-Sentinel", "family_name": "L"}},
        "CUSTOM_CHALLENGE": "blue",
    }
    relay.secrets |= {NEW, "Ada-Sentinel", *wire.codes.values()}

    def answer(asked: cognitoken.Challenge) -> Any:
        if asked.name == "MFA_SETUP":
            assert asked.totp_uri is not None
            relay.secrets.add(asked.totp_uri)
            return "000000"
        code = answers.get(asked.name) or right_code(wire, user, asked.name)
        relay.secrets.update({code} if isinstance(code, str) and code.isdigit() else ())
        return code

    given = give(user, flow="custom" if scenario == "custom" else "auto", on_challenge=answer)
    try:
        cognitoken.login(**given)
        asyncio.run(cognitoken.login_async(**given))
    except cognitoken.CognitoError as error:
        # A wrong code is refused; so is a question that this test does not answer, and a code that was used once.
        assert relay.secrets.isdisjoint({error.message})  # noqa: PT017
    if scenario == "totp":
        wire.control("clock", advance=60)
        cognitoken.login(**give(user, totp_secret=TOTP_SECRET))
    check(records, relay.secrets)


def test_devices(wire: MockWire, give: Give, relay: Relay, records: Everything) -> None:
    user = wire.new_user("plain", "devices")
    first = cognitoken.login(**give(user, pool="devices", remember_device=True))
    assert first.device is not None
    cognitoken.login(**give(user, pool="devices", device=first.device)).refresh()
    check(records, relay.secrets | {first.device.to_dict()["password"]})


def test_accounts(wire: MockWire, give: Give, relay: Relay, records: Everything) -> None:
    def whose(user: dict[str, str]) -> dict[str, Any]:
        given = give(user, client="secret")
        del given["password"]
        return given

    forgetful, new = wire.new_user("plain"), wire.new_user("unconfirmed")
    cognitoken.forgot_password(**whose(forgetful))
    with pytest.raises(cognitoken.AuthenticationError):
        cognitoken.confirm_forgot_password("123123", NEW, **whose(forgetful))
    cognitoken.confirm_forgot_password("424242", NEW, **whose(forgetful))
    cognitoken.resend_confirmation_code(**whose(new))
    cognitoken.confirm_sign_up("424242", **whose(new))
    mine = cognitoken.login(**give({**forgetful, "password": NEW}))
    mine.change_password(NEW, "Ebbing-Horse-9!")
    mine.revoke()
    cognitoken.login(**give(new)).sign_out_everywhere()
    check(records, relay.secrets | {"424242", "123123", NEW, "Ebbing-Horse-9!"})


@pytest.mark.parametrize("store", ["memory", "file"])
def test_sessions_and_verifiers(
    wire: MockWire,
    give: Give,
    relay: Relay,
    records: Everything,
    store: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COGNITO_STORE_KEY", STORE_KEY)
    (tmp_path / ".env").write_text("COGNITO_ENDPOINT=https://attacker.example/dotenv-sentinel\n")
    user = wire.new_user("plain")
    place = f"file:{tmp_path}/tokens" if store == "file" else store
    session = cognitoken.Session(**give(user, client="secret", store=place, background_refresh=True))
    session.headers()
    session.refresh()
    session.status()
    kept = session.tokens()
    session._replace(f"Bearer {kept.id_token}")
    session.keep(cognitoken.login(**give(user, client="secret")))
    client = wire.client("plain", "secret")
    verifier = cognitoken.Verifier(
        wire.pool()["id"], client["id"], issuer=wire.pool()["issuer"], jwks_url=wire.pool()["jwks_url"]
    )
    verifier.verify(session.id_token())
    with pytest.raises(cognitoken.TokenError):
        verifier.verify(session.access_token())
    with pytest.raises(cognitoken.TokenError):
        verifier.verify("e30.e30.not-a-t0ken-sentinel")
    session.sign_out()
    check(records, relay.secrets | {STORE_KEY, "not-a-t0ken-sentinel", "dotenv-sentinel", *map(str, kept)})


def test_the_words_of_a_service_that_repeats_secrets(
    wire: MockWire, serve: Serve, relay: Relay, records: Everything
) -> None:
    def echo(request: Request) -> bytes:
        relay._remember(request.body)
        return refusal("NotAuthorizedException", f"wrong: {request.body}")

    user = wire.new_user("plain")
    endpoint = serve(echo).endpoint
    for flow in ("password", "srp"):
        with pytest.raises(cognitoken.AuthenticationError):
            cognitoken.login(**values(wire, user, client="secret", flow=flow) | {"endpoint": endpoint})
    with pytest.raises(cognitoken.CognitoError):
        cognitoken.refresh("refresh-t0ken-sentinel", "client", endpoint=endpoint)
    check(records, relay.secrets | {user["password"], "refresh-t0ken-sentinel"})


def test_the_domain(cognito: Fixtures, records: Everything) -> None:
    job = job_client(cognito)
    own = cognitoken.client_credentials(job["ClientId"], job["ClientSecret"], cognito.endpoint)
    redirect_uri = f"http://localhost:{free_port()}/"
    page = page_client(cognito, redirect_uri, secret=True)
    secrets = {job["ClientSecret"], page["ClientSecret"], own.access_token}

    def walk(link: str) -> None:
        address = address_at_the_end(link, cognito)
        for url in (link, address):
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
            secrets.update(query[name] for name in ("code", "state", "nonce", "code_challenge") if name in query)
        secrets.update((link, address))
        come_back(address)

    mine = cognitoken.login_sso(
        page["ClientId"],
        cognito.endpoint,
        client_secret=page["ClientSecret"],
        redirect_uri=redirect_uri,
        open_browser=walk,
    )
    mine.refresh()
    check(records, secrets | set(mine))


def test_the_test_finds_what_it_looks_for(records: Everything) -> None:
    logging.getLogger("cognitoken.http").debug("a password: %s", "pa55word-sentinel")
    with pytest.raises(AssertionError):
        check(records, {"pa55word-sentinel"})


def test_an_answer_after_a_challenge(wire: MockWire, give: Give, relay: Relay, records: Everything) -> None:
    user = wire.new_user("new_password_totp")
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        cognitoken.login(**give(user))
    second = challenge(caught.value.challenge.respond(new_password=NEW))
    code = right_code(wire, user, "SOFTWARE_TOKEN_MFA")
    mine = tokens(asyncio.run(second.respond_async(code)))
    check(records, relay.secrets | {NEW, code, *map(str, mine)})

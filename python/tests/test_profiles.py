"""Profiles: what is kept once answers everywhere; who asks, who is asked, and what is written."""

from __future__ import annotations

import asyncio
import builtins
import os
import stat
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mock_wire import MockWire
from signing_in import values
from terminal import Terminal

import cognitoken

linux_only = pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the folder is named as on Linux")

CONFIGURE = """
import cognitoken, os
profile = cognitoken.configure(endpoint=os.environ.get("GIVEN_ENDPOINT"))
print("kept", profile.client_id, profile.username, profile.region, profile.user_pool_id)
"""


def keep(wire: MockWire, user: dict[str, str], profile: str = "default", **more: Any) -> cognitoken.Profile:
    """A profile of this user."""
    given = values(wire, user, **more)
    if given["client_secret"] is None:
        del given["client_secret"]
    del given["password"]
    return cognitoken.configure(profile, **given)


def config_file() -> Path:
    return Path(os.environ["XDG_CONFIG_HOME"]) / "cognitoken" / "config.toml"


def next_day(program: str, folder: Path) -> str:
    """What a program prints in a process of its own, in another folder."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_profile_answers_in_every_folder(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("plain")
    keep(wire, user)
    tokens = cognitoken.login(password=user["password"])
    program = "import cognitoken; print(cognitoken.Session().tokens().claims['cognito:username'])"
    assert next_day(program, tmp_path / "elsewhere") == user["name"]
    session = cognitoken.Session()
    assert session.store.startswith("file:")
    assert session.id_token() == tokens.id_token
    status = session.status()
    assert (status.signed_in, status.username, status.profile) == (True, user["name"], "default")
    assert status.sources["client_id"] == "the profile default"
    assert status.refresh_token_issued_at is not None
    assert [entry["operation"] for entry in wire.journal(username=user["name"])].count("InitiateAuth") == 1
    verifier = cognitoken.Verifier()
    assert status.user_pool_id is not None
    assert status.user_pool_id in repr(verifier)
    assert "profile               default, which gives COGNITO_USER_NAME" in str(cognitoken.doctor(offline=True))


def test_a_profile_shows_itself_and_has_attributes(wire: MockWire) -> None:
    user = wire.new_user("plain")
    profile = keep(wire, user, "work", store="file", domain="my-app", sso=True)
    assert (profile.name, profile.is_chosen, profile.username) == ("work", False, user["name"])
    assert (profile.store, profile.domain, profile.sso, profile.has_client_secret) == ("file", "my-app", True, False)
    assert profile.endpoint == wire.endpoint
    assert profile.region is None
    assert profile.client_id is not None
    assert repr(profile) == f"<Profile work: {profile.client_id}>"
    assert f"User name  {user['name']}" in str(profile)
    assert profile.client_id in profile._repr_html_()
    with pytest.raises(TypeError):
        cognitoken.Profile()


def test_profiles_are_told_apart_listed_and_forgotten(wire: MockWire) -> None:
    ada, grace = wire.new_user("plain"), wire.new_user("plain")
    assert cognitoken.profiles() == []
    keep(wire, ada, "work")
    asyncio.run(cognitoken.configure_async("play", client_id=wire.client("plain", "public")["id"], username="grace"))
    kept = keep(wire, grace, "play")
    assert kept.username == grace["name"], "what is given replaces what was kept"
    assert [profile.name for profile in cognitoken.profiles()] == ["work", "play"]
    for profile, user in (("work", ada), ("play", grace)):
        tokens = cognitoken.login(password=user["password"], profile=profile)
        assert tokens.claims["cognito:username"] == user["name"]
        session = cognitoken.Session(profile=profile)
        assert session.id_token() == tokens.id_token
    cognitoken.forget_profile("work")
    assert [profile.name for profile in cognitoken.profiles()] == ["play"]
    for failing in (lambda: cognitoken.forget_profile("work"), lambda: cognitoken.Session(profile="work")):
        with pytest.raises(cognitoken.ConfigError) as caught:
            failing()
        assert caught.value.code == "ProfileNotFound"


def test_who_is_signed_in_and_who_answers(wire: MockWire) -> None:
    ada, grace = wire.new_user("plain"), wire.new_user("plain")
    keep(wire, ada)
    for user in (ada, grace):
        cognitoken.login(user["name"], user["password"])
    assert cognitoken.Session().tokens().claims["cognito:username"] == ada["name"]
    signed_in = cognitoken.sign_ins()
    assert {status.username for status in signed_in} == {ada["name"], grace["name"]}
    assert {status.profile for status in asyncio.run(cognitoken.sign_ins_async())} == {"default"}
    assert cognitoken.switch(grace["name"]).username == grace["name"]
    assert cognitoken.Session().tokens().claims["cognito:username"] == grace["name"]
    keep(wire, ada, "work")
    assert asyncio.run(cognitoken.switch_async(profile="work")).is_chosen
    assert cognitoken.Session().tokens().claims["cognito:username"] == ada["name"]
    for arguments, code in (({}, "InvalidArgument"), ({"profile": "none"}, "ProfileNotFound")):
        with pytest.raises(cognitoken.ConfigError) as caught:
            cognitoken.switch(**arguments)  # type: ignore[arg-type]
        assert caught.value.code == code
    with pytest.raises(cognitoken.AuthenticationError) as unknown:
        cognitoken.switch("nobody")
    assert unknown.value.code == "NotSignedIn"


@linux_only
def test_a_client_secret_is_in_no_file_of_the_profiles(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("plain")
    secret = wire.client("plain", "secret")["secret"]
    assert secret
    profile = keep(wire, user, client="secret")
    assert profile.has_client_secret
    cognitoken.login(password=user["password"])
    program = "import cognitoken; print(cognitoken.Session().refresh().claims['cognito:username'])"
    assert next_day(program, tmp_path / "elsewhere") == user["name"]
    assert secret not in config_file().read_text()
    # Sealed, or in the store of the tokens that the user alone can read.
    store = Path(os.environ["XDG_DATA_HOME"]) / "cognitoken" / "tokens"
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert {path.parent for path in holding} <= {store}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in holding)
    assert stat.S_IMODE(config_file().stat().st_mode) == 0o600
    cognitoken.forget_profile("default")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_person_at_a_terminal_is_asked() -> None:
    with Terminal(CONFIGURE, {}) as terminal:
        terminal.expect("Client ID: ")
        terminal.type("no id")
        terminal.expect("client id contains characters other than")
        terminal.expect("Client ID: ")
        terminal.type("")
        terminal.expect("no client id is given")
        terminal.expect("Client ID: ")
        terminal.type(" 1example23456789 ")
        terminal.expect("User name: ")
        terminal.type("ada")
        terminal.expect("User pool ID, or the region [us-east-1]: ")
        terminal.type("eu-west-1")
        terminal.expect("kept 1example23456789 ada eu-west-1 None")
        assert terminal.end() == 0
    with Terminal(CONFIGURE, {}) as terminal:
        terminal.expect("Client ID [1example23456789]: ")
        terminal.type("")
        terminal.expect("User name [ada]: ")
        terminal.type("grace")
        terminal.expect("User pool ID, or the region [eu-west-1]: ")
        terminal.type("eu-west-1_AbCdEfGhI")
        terminal.expect("kept 1example23456789 grace eu-west-1 eu-west-1_AbCdEfGhI")
        assert terminal.end() == 0
    with Terminal(CONFIGURE, {"GIVEN_ENDPOINT": "http://127.0.0.1:1"}) as terminal:
        terminal.expect("kept 1example23456789 grace eu-west-1 eu-west-1_AbCdEfGhI")
        assert terminal.end() == 0, "what is given changes a profile that is complete"


@pytest.mark.parametrize("answered", [[], ["1example23456789"], ["1example23456789", "ada"]])
@pytest.mark.parametrize(("key", "error"), [(b"\x03", "KeyboardInterrupt"), (b"\x04", "ConfigError: no ")])
def test_who_leaves_a_question_keeps_nothing(answered: list[str], key: bytes, error: str) -> None:
    questions = ["Client ID: ", "User name: ", "User pool ID, or the region [us-east-1]: "]
    with Terminal(CONFIGURE, {}) as terminal:
        for question, answer in zip(questions, answered, strict=False):
            terminal.expect(question)
            terminal.type(answer)
        terminal.expect(questions[len(answered)])
        terminal.press(key)
        terminal.expect(error)
        assert terminal.end() != 0
    assert cognitoken.profiles() == []


def test_where_nobody_is_the_error_names_the_argument() -> None:
    calls: list[Callable[[], object]] = [
        cognitoken.configure,
        lambda: asyncio.run(cognitoken.configure_async(username="ada")),
    ]
    for failing in calls:
        with pytest.raises(cognitoken.ConfigError, match="no client id") as caught:
            failing()
        assert caught.value.code == "MissingValue"
        assert "client_id" in str(caught.value.hint)
    assert cognitoken.profiles() == []


def test_a_notebook_asks_and_one_without_a_person_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)

    def refuse(_prompt: str) -> str:
        raise NotImplementedError

    monkeypatch.setattr(builtins, "input", refuse)
    with pytest.raises(cognitoken.ConfigError, match="no client id is given") as caught:
        cognitoken.configure()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert cognitoken.profiles() == []
    answers = {"Client ID: ": "1example23456789", "User name: ": "ada", "User pool ID, or the region [us-east-1]: ": ""}
    monkeypatch.setattr(builtins, "input", answers.pop)
    profile = asyncio.run(cognitoken.configure_async("work"))
    assert (profile.name, profile.client_id, profile.region) == ("work", "1example23456789", "us-east-1")
    assert not answers


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"profile": "a/b", "client_id": "1a"}, "InvalidProfile"),
        ({"client_id": "no id"}, "InvalidClientId"),
        ({"client_id": "1a", "region": "Europe"}, "InvalidRegion"),
        ({"client_id": "1a", "store": "redis://ada:sentinel@host"}, "SecretInProfile"),
        ({"client_id": "1a", "store": "fiel"}, "InvalidStore"),
    ],
)
def test_a_value_that_cannot_be_used_is_not_kept(arguments: dict[str, str], code: str) -> None:
    with pytest.raises(cognitoken.ConfigError) as caught:
        cognitoken.configure(**arguments)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert "sentinel" not in repr(caught.value)
    assert cognitoken.profiles() == []


@linux_only
def test_a_damaged_file_is_told_with_its_line_and_stays() -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text('[profiles.work]\nclient_id = "1a\n')
    for failing in (cognitoken.profiles, cognitoken.Session, lambda: cognitoken.configure(client_id="1a")):
        with pytest.raises(cognitoken.ConfigError, match="line 2 of") as caught:
            failing()
        assert caught.value.code == "ProfilesUnusable"
    assert config_file().read_text() == '[profiles.work]\nclient_id = "1a\n'


def test_a_session_in_memory_says_where_a_sign_in_is(wire: MockWire) -> None:
    user = wire.new_user("plain")
    given = values(wire, user)
    cognitoken.Session(**given, store="file").id_token()
    del given["password"]
    with pytest.raises(cognitoken.ConfigError) as caught:
        cognitoken.Session(**given).id_token()
    assert caught.value.code == "MissingValue"
    assert f'`store="file"` has a sign-in of {user["name"]}@example.org (COGNITO_STORE=file).' in str(caught.value.hint)


def test_a_job_is_told_which_command_a_person_has_to_run(wire: MockWire) -> None:
    keep(wire, wire.new_user("plain"), "work")
    with pytest.raises(cognitoken.ConfigError) as caught:
        cognitoken.Session(profile="work").id_token()
    assert "`cognitoken login --profile work`" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("made", "questions"),
    [
        ("login({})", ["User name", "Client ID", "Password"]),
        ("Session({}).tokens()", ["Client ID", "User name", "Password"]),
    ],
    ids=["login", "session"],
)
def test_a_prompt_asks_for_all_that_a_person_knows(wire: MockWire, made: str, questions: list[str]) -> None:
    user = wire.new_user("plain")
    given = made.format("endpoint=os.environ['GIVEN_ENDPOINT'], on_challenge='prompt'")
    program = f"import cognitoken, os; print('signed in as', cognitoken.{given}.claims['cognito:username'])"
    answers = values(wire, user)
    with Terminal(program, {"GIVEN_ENDPOINT": wire.endpoint}) as terminal:
        for question in questions:
            terminal.expect(f"{question}: ")
            name = {"User name": "username", "Client ID": "client_id", "Password": "password"}[question]
            terminal.type(answers[name])
        terminal.expect(f"signed in as {user['name']}")
        assert terminal.end() == 0
        assert user["password"] not in terminal.shown

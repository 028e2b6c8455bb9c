"""A newcomer at a terminal: in Python, and in R."""

from __future__ import annotations

import json
import sys

import pexpect

import cognitoken
from local_cognito import Fixtures

from .conftest import LIMIT_SECONDS, Newcomer

PYTHON_TOKEN = "import cognitoken; print(cognitoken.Session().id_token())"
R_TOKEN = "cat(cognitoken::session_id_token(cognitoken::cognito_session()))"


class Console:
    """An interactive program in a pseudo-terminal, and a person who types there."""

    def __init__(
        self, newcomer: Newcomer, program: str, arguments: list[str], prompt: str, folder: str
    ) -> None:
        self._prompt = prompt
        self._log = newcomer.home.parent / "console.log"
        self._shown = self._log.open("w")
        self._child = pexpect.spawn(
            program,
            arguments,
            env=newcomer.environment,
            cwd=str(newcomer.folder(folder)),
            encoding="utf-8",
            timeout=LIMIT_SECONDS,
            # Wide enough that no line is broken by the program that reads it.
            dimensions=(24, 400),
        )
        self._child.logfile_read = self._shown
        self._child.expect_exact(prompt)

    def says(self, line: str) -> None:
        """Type a line at the program's prompt."""
        self._child.sendline(line)

    def is_asked(self, question: str, answer: str) -> None:
        """Wait for a question and answer it."""
        self._child.expect_exact(f"{question}: ")
        self._child.sendline(answer)

    def goes_on(self, text: str = "") -> None:
        """Wait for a text, and for the prompt behind it."""
        if text:
            self._child.expect_exact(text)
        self._child.expect_exact(self._prompt)

    def ends(self, line: str) -> str:
        """Type the line that ends the program, and return all that was shown."""
        self._child.sendline(line)
        self._child.expect(pexpect.EOF)
        self._child.close()
        self._shown.close()
        return self._log.read_text()


def python(newcomer: Newcomer, folder: str = "first") -> Console:
    return Console(newcomer, sys.executable, ["-q"], ">>> ", folder)


def r_console(newcomer: Newcomer, program: str, folder: str = "first") -> Console:
    return Console(newcomer, program, ["--quiet", "--no-save", "--no-init-file"], "> ", folder)


def claims(token: str) -> dict[str, object]:
    return cognitoken.decode(token).payload


def client_next_day(newcomer: Newcomer, program: str = PYTHON_TOKEN) -> object:
    """The client of the token that this program prints, in another folder and without a variable."""
    return claims(newcomer.run(sys.executable, "-c", program, folder="next-day"))["aud"]


def test_a_newcomer_in_python(newcomer: Newcomer, cognito: Fixtures) -> None:
    console = python(newcomer)
    console.says("import cognitoken")
    console.goes_on()
    console.says(f"cognitoken.configure(endpoint={cognito.endpoint!r})")
    console.is_asked("Client ID", cognito.client_id)
    console.is_asked("User name", cognito.user_name)
    console.goes_on(f"<Profile default: {cognito.client_id}>")
    console.says('tokens = cognitoken.login(on_challenge="prompt")')
    console.is_asked("Password", cognito.password)
    console.goes_on()
    console.says('print("signed in as", tokens.claims["cognito:username"])')
    console.goes_on(f"signed in as {cognito.user_name}")
    assert cognito.password not in console.ends("exit()")

    token = newcomer.run(sys.executable, "-c", PYTHON_TOKEN, folder="next-day")
    assert claims(token)["cognito:username"] == cognito.user_name
    newcomer.assert_private(cognito.password, token)
    # What was signed in to in Python answers in the shell and in R.
    assert newcomer.run("cognitoken", "token", folder="shell") == token


def test_a_newcomer_in_r(newcomer: Newcomer, cognito: Fixtures, r: str) -> None:
    console = r_console(newcomer, r)
    console.says("library(cognitoken)")
    console.goes_on()
    console.says(f"cognito_configure(endpoint = {json.dumps(cognito.endpoint)})")
    console.is_asked("Client ID", cognito.client_id)
    console.is_asked("User name", cognito.user_name)
    console.goes_on("<cognito_profile>")
    console.says('tokens <- cognito_login(on_challenge = "prompt")')
    console.is_asked("Password", cognito.password)
    console.goes_on()
    console.says("cat('signed', 'in', 'as', tokens$claims$`cognito:username`)")
    console.goes_on(f"signed in as {cognito.user_name}")
    assert cognito.password not in console.ends("q()")

    token = newcomer.run("Rscript", "--no-init-file", "-e", R_TOKEN, folder="next-day")
    assert claims(token)["cognito:username"] == cognito.user_name
    newcomer.assert_private(cognito.password, token)
    # The profile and the sign-in are Python's too.
    assert newcomer.run(sys.executable, "-c", PYTHON_TOKEN, folder="python") == token


def test_a_client_with_a_secret(newcomer: Newcomer, cognito: Fixtures) -> None:
    console = python(newcomer)
    console.says("import cognitoken, getpass")
    console.goes_on()
    console.says(
        f"cognitoken.configure(client_id={cognito.secret_client_id!r}, username={cognito.user_name!r}, "
        f"endpoint={cognito.endpoint!r}, client_secret=getpass.getpass('Secret: '))"
    )
    console.is_asked("Secret", cognito.client_secret)
    console.goes_on("<Profile default: ")
    console.says('tokens = cognitoken.login(on_challenge="prompt")')
    console.is_asked("Password", cognito.password)
    console.goes_on()
    console.ends("exit()")
    assert client_next_day(newcomer) == cognito.secret_client_id
    refreshed = PYTHON_TOKEN.replace("id_token()", "refresh().id_token")
    assert client_next_day(newcomer, refreshed) == cognito.secret_client_id
    newcomer.assert_private(cognito.client_secret, cognito.password)


def test_several_profiles_and_users(newcomer: Newcomer, cognito: Fixtures) -> None:
    program = f"""
import cognitoken
for profile, client_id in [("work", {cognito.client_id!r}), ("play", {cognito.srp_only_client_id!r})]:
    cognitoken.configure(profile, client_id=client_id, username={cognito.user_name!r},
        user_pool_id={cognito.user_pool_id!r}, endpoint={cognito.endpoint!r})
    cognitoken.login(password={cognito.password!r}, profile=profile)
cognitoken.switch(profile="play")
"""
    newcomer.run(sys.executable, "-c", program, folder="first")
    assert client_next_day(newcomer) == cognito.srp_only_client_id
    work = PYTHON_TOKEN.replace("Session()", "Session(profile='work')")
    assert client_next_day(newcomer, work) == cognito.client_id
    listed = "import cognitoken; print(*sorted(str(each.profile) for each in cognitoken.sign_ins()))"
    assert newcomer.run(sys.executable, "-c", listed, folder="next-day") == "play work"
    switched = f"import cognitoken; cognitoken.switch({cognito.user_name!r}, profile='work')"
    newcomer.run(sys.executable, "-c", switched, folder="next-day")
    assert client_next_day(newcomer) == cognito.client_id

"""The package as a whole: what it brings, what its import costs, its types, its documentation."""

from __future__ import annotations

import doctest
import importlib.metadata
import inspect
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from conftest import Start
from misbehaving_server import Answer, MisbehavingServer

import cognitoken
import cognitoken.exceptions

PACKAGE = Path(cognitoken.__file__).parent
LATER = {
    "_account",
    "_answering",
    "_aws_credentials",
    "_boto3",
    "_client_credentials",
    "_command",
    "_doctor",
    "_http_auth",
    "_httpx_auth",
    "_logging",
    "_login_sso",
    "_profiles",
    "_requests_auth",
    "_session_answers",
    "_sign_up",
    "_sso",
    "_waiting",
}


def test_what_is_imported_later_is_a_name_like_any_other() -> None:
    program = (
        "import cognitoken; assert 'doctor' in dir(cognitoken)\n"
        "from cognitoken import doctor; from cognitoken import *\n"
        "assert doctor is cognitoken.doctor and forgot_password is cognitoken.forgot_password\n"
        "try: cognitoken.nothing\n"
        "except AttributeError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "module 'cognitoken' has no attribute 'nothing'\n", done.stderr


def test_everything_public_is_listed() -> None:
    listed = set(cognitoken.__all__)
    assert listed >= set(cognitoken.exceptions.__all__)
    assert {name for name in vars(cognitoken) if not name.startswith("_")} - listed <= {"exceptions", "TYPE_CHECKING"}
    assert all(hasattr(cognitoken, name) for name in listed)
    assert cognitoken.__version__ == importlib.metadata.version("cognitoken")


def test_the_import_starts_no_thread_and_loads_nothing_heavy(start: Start) -> None:
    process = start(
        """
        import os, sys
        threads = lambda: len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
        modules = set(sys.modules)
        import cognitoken
        print(threads(), sorted(set(sys.modules) - modules))
        """
    )
    output, errors = process.communicate(timeout=60)
    own = sorted(
        f".{path.stem}".removesuffix(".__init__")
        for path in PACKAGE.glob("*.py")
        # Imported when they are needed: for accounts, answers, AWS, the browser, HTTP clients, the log, profiles, the
        # command.
        if path.stem not in LATER
    )
    # Part of the interpreter itself.
    built_in = ["atexit"]
    modules = sorted([*built_in, "cognitoken._cognitoken", *(f"cognitoken{name}" for name in own)])
    assert output == f"1 {modules}\n", errors


def public() -> list[tuple[str, object]]:
    named = [(name, getattr(cognitoken, name)) for name in cognitoken.__all__ if not name.startswith("_")]
    methods = [
        (f"{name}.{member}", getattr(value, member))
        for name, value in named
        if inspect.isclass(value)
        for member in dir(value)
        if not member.startswith("_") and value.__module__ == "cognitoken"
    ]
    return named + methods


@pytest.mark.parametrize(("name", "value"), public(), ids=lambda value: value if isinstance(value, str) else "")
def test_everything_public_is_documented(name: str, value: object) -> None:
    text = inspect.getdoc(value)
    assert text, name
    assert inspect.isclass(value) or not callable(value) or "Examples\n" in text, f"{name} shows no example"


class AllOfThem(doctest.DocTestFinder):
    """Finds the examples of native functions and methods too."""

    def examples(self, module: ModuleType) -> list[doctest.DocTest]:
        parser, found = doctest.DocTestParser(), []
        for name, value in [("cognitoken", module), *public()]:
            text = inspect.getdoc(value) or ""
            found.append(parser.get_doctest(text, {}, name, None, None))
        return [each for each in found if each.examples]


EXAMPLES = AllOfThem().examples(cognitoken)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("example", EXAMPLES, ids=[each.name for each in EXAMPLES])
def test_the_examples_of_the_documentation_run(example: doctest.DocTest) -> None:
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=told.append)
    assert not told, "".join(told)


def test_signatures_can_be_asked_for() -> None:
    for name, value in public():
        if callable(value) and not inspect.isclass(value):
            assert inspect.signature(value), name
    assert list(inspect.signature(cognitoken.Verifier).parameters) == [
        "user_pool_id",
        "client_id",
        "token_use",
        "issuer",
        "jwks_url",
        "jwks",
        "leeway",
        "groups",
        "scopes",
        "timeout",
        "check",
        "profile",
    ]


def run(*arguments: str, folder: Path) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_stubs_say_what_is_there(tmp_path: Path) -> None:
    assert (PACKAGE / "py.typed").exists()
    run("mypy.stubtest", "cognitoken", folder=tmp_path)


PROGRAM = """
import asyncio
from datetime import datetime, timezone

import cognitoken
from cognitoken import CognitoError, DecodedJwt, Tokens, Verifier


def sign_in(username: str, password: str) -> str:
    tokens: Tokens = cognitoken.login(username, password, "client", "us-east-1", flow="srp", timeout=10)
    id_token, access_token, refresh_token = tokens
    expires: float = tokens.expires_at
    decoded: DecodedJwt = cognitoken.decode(tokens.id_token)
    header, payload, signature = decoded
    verifier = Verifier("us-east-1_AbCdEfGhI", ["one", "two"], cognitoken.ANY, leeway=1)
    everybody = Verifier(client_id=cognitoken.ANY)
    claims: dict[str, object] = verifier.verify(tokens.id_token, now=datetime.now(timezone.utc))
    return tokens.refresh().id_token


async def together() -> None:
    tokens, claims = await asyncio.gather(
        cognitoken.login_async(), Verifier(issuer="https://issuer.example").verify_async("a.b.c", 0.0)
    )
    fresh: Tokens = await tokens.refresh_async()
    again: Tokens = await cognitoken.refresh_async(fresh.refresh_token)


def hint(error: CognitoError) -> str | None:
    if isinstance(error, cognitoken.ChallengeRequired):
        return error.challenge.parameters.get("CODE_DELIVERY_DESTINATION")
    return error.hint
"""


def test_a_program_that_uses_it_passes_strict_typing(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    run("mypy", "--strict", "program.py", folder=tmp_path)


@pytest.mark.parametrize(
    "misuse",
    [
        "login(password=b'bytes')",
        "login(flow='spr')",
        "login_async(flow='spr')",
        "Session(flow='spr')",
        "Verifier(token_use='refresh')",
        "Verifier(client_id=object())",
    ],
)
def test_a_program_that_misuses_it_does_not(tmp_path: Path, misuse: str) -> None:
    (tmp_path / "program.py").write_text(f"import cognitoken\ncognitoken.{misuse}\n")
    with pytest.raises(AssertionError, match="arg-type"):
        run("mypy", "--strict", "program.py", folder=tmp_path)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("cognitoken", path=str(Path(sys.executable).parent))
    assert program is not None, "the command is not installed beside this Python"
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_the_command_comes_with_the_package() -> None:
    assert cognitoken.__version__ in command("--version").stdout
    assert command("no-such-verb").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT to one process")
def test_ctrl_c_ends_the_command(serve: Callable[[Answer], MisbehavingServer], start: Start) -> None:
    server = serve(lambda _request: None)
    program = "import sys; from cognitoken._command import main; sys.argv[1:] = ['token']; sys.exit(main())"
    process = start(program, server)
    assert server.received.acquire(timeout=60)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 128 + signal.SIGINT


@pytest.mark.usefixtures("environment")
def test_the_command_prints_a_token_alone() -> None:
    printed = command("token")
    assert printed.returncode == 0, printed.stderr
    assert cognitoken.decode(printed.stdout.removesuffix("\n")).payload["token_use"] == "id"
    assert "\n" not in printed.stdout.removesuffix("\n")

"""A `.env` that came with somebody else's folder, from Python, R and the shell.

Each test puts secrets of the person into the environment, a stranger's addresses into `.env`, and looks at
what the stranger heard.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from .conftest import Account
from .pool import CLIENT_ID, USER_POOL_ID
from .stranger import Stranger

PASSWORD = "correct-horse-battery-staple"
# A line that gives the file a secret of its own.
DECOY = "COGNITO_REFRESH_TOKEN=bait\n"
KEY = base64.b64encode(b"\1" * 32).decode()
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# Whatever goes elsewhere ends here, and not at AWS.
NOWHERE = {"HTTPS_PROXY": "http://127.0.0.1:9"}
MINE = {"COGNITO_USER_NAME": "ada", "COGNITO_CLIENT_ID": CLIENT_ID, "COGNITO_PASSWORD": PASSWORD, **NOWHERE}

LANGUAGES = ["python", "r", "shell"]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    if request.param == "r" and not shutil.which("Rscript"):
        assert "CI" not in os.environ, "R has to be here"
        pytest.skip("R is not here")
    return str(request.param)


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    asks = {
        "ChallengeName": "CUSTOM_CHALLENGE",
        "Session": "s",
        "ChallengeParameters": {"q": "the password, once more"},
    }
    with Stranger(json.dumps(asks)) as stranger:
        yield stranger


Programs = Mapping[str, str | list[str]]


def run(
    account: Account, language: str, programs: Programs, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs the program of this language: Python and R as text, the shell as arguments of the command."""
    program = programs[language]
    if language == "shell":
        assert isinstance(program, list)
        return account.run("cognitoken", *program, variables=variables)
    assert isinstance(program, str)
    if language == "r":
        # Warnings as they come, and not cut.
        program = f"options(warn = 1, warning.length = 8000); library(cognitoken); {program}"
        return account.run("Rscript", "--no-init-file", "-e", program, variables=variables)
    return account.run(sys.executable, "-c", f"import cognitoken\n{program}", variables=variables)


SIGN_IN: Programs = {
    "python": "cognitoken.login(timeout=0.5)",
    "r": "cognito_login(timeout = 0.5)",
    "shell": ["login", "--timeout", "0.5"],
}
SIGN_IN_BY_PASSWORD: Programs = {
    "python": "cognitoken.login(flow='password', timeout=0.5)",
    "r": "cognito_login(flow = 'password', timeout = 0.5)",
    "shell": ["login", "--flow", "password", "--timeout", "0.5"],
}
TOKEN: Programs = {
    "python": "print(cognitoken.Session(timeout=0.5).id_token())",
    "r": "cat(session_id_token(cognito_session(timeout = 0.5)))",
    "shell": ["token", "--timeout", "0.5"],
}


@pytest.mark.parametrize("decoy", ["", DECOY])
def test_tokens_do_not_rest_in_the_strangers_redis(
    account: Account, language: str, stranger: Stranger, decoy: str
) -> None:
    _leave(account, f"COGNITO_STORE=redis://{stranger.authority}\nCOGNITO_STORE_KEY={KEY}\n{decoy}")
    for programs in (TOKEN, {**TOKEN, "shell": SIGN_IN["shell"]}):
        done = run(account, language, programs, MINE)
        assert done.returncode != 0
        assert "COGNITO_STORE in .env is not used" in _said(done)
    assert stranger.heard() == []


def test_a_password_is_not_sent_to_an_app_client_of_the_strangers(account: Account, language: str) -> None:
    with Stranger() as service:
        mine = {"COGNITO_USER_NAME": "ada", "COGNITO_PASSWORD": PASSWORD, "COGNITO_ENDPOINT": service.url}
        _leave(account, f"COGNITO_CLIENT_ID={CLIENT_ID}\nCOGNITO_REGION=eu-west-1\n{DECOY}")
        done = run(account, language, SIGN_IN, mine)
        assert done.returncode != 0
        assert "UntrustedClient" in _said(done) or "app client" in _said(done)
        assert "COGNITO_USER_POOL_ID" in _said(done)
        assert service.heard() == []


@pytest.mark.parametrize("secret", ["COGNITO_PASSWORD", "COGNITO_TOTP_SECRET", "COGNITO_CLIENT_SECRET"])
def test_no_secret_of_mine_goes_to_an_endpoint_of_the_strangers(
    account: Account, language: str, stranger: Stranger, secret: str
) -> None:
    """Whatever secrets the file has beside it: one that is used and comes from elsewhere decides."""
    theirs = {"COGNITO_ENDPOINT": stranger.url, "COGNITO_REFRESH_TOKEN": "bait", "COGNITO_PASSWORD": "bait"}
    _leave(account, "".join(f"{name}={value}\n" for name, value in theirs.items()))
    mine = {**MINE, secret: TOTP_SECRET if secret == "COGNITO_TOTP_SECRET" else PASSWORD}
    if secret != "COGNITO_PASSWORD":
        del mine["COGNITO_PASSWORD"]
    done = run(account, language, SIGN_IN_BY_PASSWORD, mine)
    assert done.returncode != 0
    # Told once, by name, and how to say it explicitly.
    assert _said(done).count("COGNITO_ENDPOINT in .env is not used") == 1
    assert "endpoint" in _said(done)
    assert stranger.heard() == []
    assert PASSWORD not in _said(done)


TYPED: Programs = {
    "python": "cognitoken.login(on_challenge=lambda challenge: 'typed-by-a-person')",
    "r": "cognito_login(on_challenge = function(challenge) 'typed-by-a-person')",
    # The shell asks at a terminal alone; without one it keeps the challenge for `respond`.
    "shell": ["login"],
}


def test_no_typed_answer_goes_to_an_endpoint_of_the_strangers(
    account: Account, language: str, stranger: Stranger
) -> None:
    _leave(account, _whole(stranger))
    done = run(account, language, TYPED, {})
    assert done.returncode != 0
    if language == "shell":
        account.run("cognitoken", "respond", "--answer", "ANSWER", stdin="typed-by-a-person\n")
    assert len(stranger.heard()) == 1, "his own password, from his own file"
    assert not any(b"typed-by-a-person" in said for said in stranger.heard())


def test_a_fixed_token_of_the_file_takes_no_place_of_mine(account: Account, language: str) -> None:
    token = _unsigned({"token_use": "id", "exp": 4_102_444_800, "cognito:username": "theirs"})
    _leave(account, f"COGNITO_ID_TOKEN={token}\n{DECOY}")
    done = run(account, language, TOKEN, MINE)
    assert token not in done.stdout
    assert done.returncode != 0
    assert "COGNITO_ID_TOKEN in .env is not used" in _said(done)


VERIFY: Programs = {
    "python": (
        "import os\n"
        f"verifier = cognitoken.Verifier({USER_POOL_ID!r}, {CLIENT_ID!r})\n"
        "verifier.verify(os.environ['THE_TOKEN'])"
    ),
    "r": f"jwt_verify(jwt_verifier('{USER_POOL_ID}', '{CLIENT_ID}'), Sys.getenv('THE_TOKEN'))",
    "shell": ["verify", "--user-pool-id", USER_POOL_ID, "--client-id", CLIENT_ID, "--timeout", "0.5"],
}


@pytest.mark.parametrize("decoy", ["", DECOY])
def test_no_key_server_or_issuer_of_the_file_is_asked(
    account: Account, language: str, stranger: Stranger, decoy: str
) -> None:
    issuer = stranger.url.rstrip("/")
    _leave(account, f"COGNITO_JWKS_URL={stranger.url}\nCOGNITO_ISSUER={issuer}\n{decoy}")
    token = _unsigned({"iss": issuer, "aud": CLIENT_ID, "token_use": "id", "exp": 4_102_444_800, "iat": 1})
    programs = {**VERIFY, "shell": [*VERIFY["shell"], "--", token]}
    done = run(account, language, programs, {"THE_TOKEN": token, **NOWHERE})
    assert done.returncode != 0
    for name in ("COGNITO_JWKS_URL", "COGNITO_ISSUER"):
        assert _said(done).count(f"{name} in .env is not used") == 1
    assert stranger.heard() == []


def test_an_export_is_not_sealed_with_a_key_of_the_file(account: Account) -> None:
    _leave(account, f"COGNITO_BUNDLE_KEY={KEY}\n{DECOY}")
    for verb in ("export", "import"):
        done = account.run("cognitoken", verb, stdin="cognitoken-bundle-1.AAAA", variables=MINE)
        assert done.returncode != 0
        assert done.stdout == ""
        assert "COGNITO_BUNDLE_KEY in .env is not used" in _said(done)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_not_read(account: Account, language: str, stranger: Stranger) -> None:
    _leave(account, _whole(stranger))
    os.chown(account.folder / ".env", 65534, 65534)
    done = run(account, language, SIGN_IN, {})
    assert done.returncode != 0
    assert _said(done).count("belongs to another user") == 1
    assert stranger.heard() == []


ENDLESS: Programs = {
    "python": "cognitoken.login(on_challenge=lambda challenge: 'again')",
    "r": "cognito_login(on_challenge = function(challenge) 'again')",
}


@pytest.mark.parametrize("language", ["python", "r"], indirect=True)
def test_a_sign_in_that_asks_for_ever_ends(account: Account, language: str, stranger: Stranger) -> None:
    done = run(account, language, ENDLESS, {**MINE, "COGNITO_ENDPOINT": stranger.url})
    assert done.returncode != 0
    assert "TooManyChallenges" in _said(done) or "challenges" in _said(done)
    assert len(stranger.heard()) < 20


def _whole(stranger: Stranger) -> str:
    """A file that is the source of everything: the stranger's own user, at the stranger's service."""
    theirs = {
        "COGNITO_ENDPOINT": stranger.url,
        "COGNITO_USER_NAME": "bait",
        "COGNITO_PASSWORD": "bait",
        "COGNITO_CLIENT_ID": CLIENT_ID,
    }
    return "".join(f"{name}={value}\n" for name, value in theirs.items())


def _leave(account: Account, text: str) -> None:
    (account.folder / ".env").write_text(text, encoding="utf-8")


def _unsigned(claims: Mapping[str, object]) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'RS256', 'kid': 'theirs'})}.{part(claims)}.{'A' * 342}"


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """Everything on standard error, on one line: a terminal breaks lines where it likes."""
    return " ".join(done.stderr.split())

"""Every documented example, run as a user would run it, against the local Cognito."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from local_cognito import Fixtures
from recording_server import recording_server, write_certificate

EXAMPLES = Path(__file__).resolve().parents[1]
LIMIT_SECONDS = 60

# What a notebook does, without a Jupyter to install: each cell in turn, its last value as text and as HTML.
RUN_CELLS = """
import ast, json, sys
scope = {}
for source in json.loads(sys.argv[1]):
    *statements, last = ast.parse(source).body
    exec(compile(ast.Module(statements, []), "cell", "exec"), scope)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), scope)
        print(repr(value), getattr(value, "_repr_html_", lambda: "")())
    else:
        exec(compile(ast.Module([last], []), "cell", "exec"), scope)
"""


def run(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    # In a folder of its own: a .env beside the examples would answer for the values a test leaves out.
    return subprocess.run(
        command,
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def output(command: list[str], environment: dict[str, str], folder: Path) -> str:
    done = run(command, environment, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def python(name: str) -> list[str]:
    return [sys.executable, str(EXAMPLES / "python" / name)]


def shell(name: str) -> list[str]:
    return [str(EXAMPLES / "shell" / name)]


def rscript(name: str) -> list[str]:
    return ["Rscript", "--no-init-file", str(EXAMPLES / "r" / name)]


def claims(jwt: str) -> dict[str, Any]:
    # Read without our own decoder: the test must not agree with a fault of what it tests.
    payload = jwt.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return decoded


def assert_sent_as_ada(authorization: str | None, cognito: Fixtures) -> None:
    assert authorization is not None
    assert authorization.startswith("Bearer ")
    sent = claims(authorization.removeprefix("Bearer "))
    assert (sent["token_use"], sent["cognito:username"]) == ("id", cognito.user_name)


def test_python_login_gives_the_three_tokens(
    environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    printed = output(python("sign_in.py"), environment, tmp_path)
    assert f"Signed in as {cognito.user_name} ({cognito.email})" in printed
    assert "none" not in printed
    assert "eyJ" not in printed
    assert cognito.password not in printed


def test_python_class_keeps_the_tokens(
    environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    assert output(python("cognito_class.py"), environment, tmp_path) == f"Signed in as {cognito.user_name}\n"


def test_python_class_returns_the_id_token(
    environment: dict[str, str], cognito: Fixtures, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(EXAMPLES / "python")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COGNITO_ENDPOINT", cognito.endpoint)
    from cognito_class import CognitoAuthentication

    authentication = CognitoAuthentication(region="us-east-1")
    id_token = authentication.login(cognito.user_name, cognito.password, cognito.client_id)
    assert id_token is not None
    assert authentication.access_token is not None
    assert id_token == authentication.id_token
    assert claims(id_token)["token_use"] == "id"
    assert claims(authentication.access_token)["token_use"] == "access"
    assert authentication.refresh_token not in (None, "")


@pytest.mark.parametrize("missing", ["COGNITO_USER_NAME", "COGNITO_PASSWORD", "COGNITO_CLIENT_ID"])
def test_python_class_names_the_missing_variable(
    environment: dict[str, str], missing: str, tmp_path: Path
) -> None:
    del environment[missing]
    done = run(python("cognito_class.py"), environment, tmp_path)
    assert done.returncode == 1
    assert "ConfigError" in done.stderr
    assert missing in done.stderr


def test_aplos_sdk_sends_our_token(environment: dict[str, str], cognito: Fixtures, tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "service.pem")
    with recording_server({"workable_state": "ready", "name": "profile.csv"}, certificate) as service:
        environment |= {"APLOS_HOST": service.host, "REQUESTS_CA_BUNDLE": str(certificate)}
        printed = output([*python("aplos_sdk.py"), "file-1"], environment, tmp_path)
    assert "profile.csv" in printed
    [(path, authorization)] = service.requests
    assert path == f"/tenants/{cognito.tenant_id}/users/{cognito.user_id}/nca/files/file-1"
    assert_sent_as_ada(authorization, cognito)


def test_r_functions_read_the_claims(environment: dict[str, str], cognito: Fixtures, tmp_path: Path) -> None:
    printed = output(rscript("get_jwt.R"), environment, tmp_path)
    assert f"Signed in as {cognito.user_name}" in printed
    assert f"User id:   {cognito.user_id}" in printed
    assert f"Tenant id: {cognito.tenant_id}" in printed


@pytest.mark.parametrize("command", [rscript("api_request.R"), shell("api_request.sh")], ids=["r", "shell"])
def test_requests_carry_the_id_token(
    command: list[str], environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    with recording_server({"answer": "for ada"}) as service:
        printed = output(command, environment | {"API_URL": f"http://{service.host}/profile"}, tmp_path)
    assert "for ada" in printed
    [(path, authorization)] = service.requests
    assert path == "/profile"
    assert_sent_as_ada(authorization, cognito)


def test_shell_login_prints_the_documented_answer(
    environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    answer = json.loads(output(shell("login.sh"), environment, tmp_path))
    assert answer.keys() == {"AuthenticationResult", "ChallengeParameters"}
    result = answer["AuthenticationResult"]
    assert result.keys() == {"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}
    assert (result["TokenType"], result["ExpiresIn"], answer["ChallengeParameters"]) == ("Bearer", 3600, {})
    assert claims(result["IdToken"])["cognito:username"] == cognito.user_name


def test_shell_refresh_needs_no_password(
    environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    first = json.loads(output(shell("login.sh"), environment, tmp_path))["AuthenticationResult"]
    del environment["COGNITO_PASSWORD"], environment["COGNITO_USER_NAME"]
    environment["COGNITO_REFRESH_TOKEN"] = first["RefreshToken"]
    second = json.loads(output(shell("refresh.sh"), environment, tmp_path))["AuthenticationResult"]
    assert second["IdToken"] != first["IdToken"]
    assert claims(second["IdToken"])["sub"] == claims(first["IdToken"])["sub"]


def test_notebook_runs_and_can_be_shared(
    cognito: Fixtures, environment: dict[str, str], tmp_path: Path
) -> None:
    notebook = nbformat.read(EXAMPLES / "notebooks" / "sign_in.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    done = run([sys.executable, "-c", RUN_CELLS, json.dumps(cells)], environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert cognito.user_name in done.stdout
    assert "eyJ" not in done.stdout
    assert cognito.password not in done.stdout


def test_every_example_is_run_here_or_says_that_it_is_not() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    for folder in ("python", "r", "shell", "sas", "notebooks", "jobs", "containers"):
        files = [path for path in (EXAMPLES / folder).iterdir() if path.is_file()]
        assert files
        for path in files:
            assert f'"{path.name}"' in tests or "Not run in our tests" in path.read_text(), path

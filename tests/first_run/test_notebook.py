"""A newcomer in a notebook, with a kernel of Python and one of R, who answers over the kernel's stdin."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

import cognitoken
from local_cognito import Fixtures

from .conftest import LIMIT_SECONDS, Newcomer, lacking

PYTHON = [
    "import cognitoken",
    "cognitoken.configure(endpoint={endpoint})",
    'tokens = cognitoken.login(on_challenge="prompt")',
]
R = [
    "library(cognitoken)",
    "cognito_configure(endpoint = {endpoint})",
    'tokens <- cognito_login(on_challenge = "prompt")',
]
TOKEN = {
    "python": "import cognitoken\nprint(cognitoken.Session().id_token())",
    "r": "cat(cognitoken::session_id_token(cognitoken::cognito_session()))",
}
KERNELS = {
    "python": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "r": ["R", "--no-echo", "--no-init-file", "-e", "IRkernel::main()", "--args", "{connection_file}"],
}


def has_irkernel() -> bool:
    program, find = shutil.which("Rscript"), 'quit(status = !nzchar(system.file(package = "IRkernel")))'
    return program is not None and subprocess.run([program, "-e", find], check=False).returncode == 0


@pytest.fixture(params=["python", "r"])
def kernel(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a kernel that Jupyter finds."""
    name = str(request.param)
    if name == "r" and not has_irkernel():
        lacking("IRkernel is not on this machine: sudo apt-get install r-cran-irkernel")
    specification = tmp_path / "jupyter" / "kernels" / f"newcomer-{name}"
    specification.mkdir(parents=True)
    (specification / "kernel.json").write_text(
        json.dumps({"argv": KERNELS[name], "display_name": name, "language": name})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    return name


class Notebook:
    """The cells of a person's notebook, who answers what they ask."""

    def __init__(self, newcomer: Newcomer, kernel: str, folder: str) -> None:
        self._manager = KernelManager(kernel_name=f"newcomer-{kernel}")
        self._manager.start_kernel(env=newcomer.environment, cwd=str(newcomer.folder(folder)))
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=LIMIT_SECONDS)
        self.shown: list[str] = []

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, cell: str, answers: dict[str, tuple[str, bool]]) -> None:
        """Run a cell. Each answer is by its question, with whether nobody may see it."""
        left = dict(answers)

        def answer(message: dict[str, Any]) -> None:
            asked = message["content"]
            text, is_hidden = left.pop(asked["prompt"])
            assert asked["password"] is is_hidden, asked["prompt"]
            self._client.input(text)

        reply = self._client.execute_interactive(
            cell,
            allow_stdin=True,
            stdin_hook=answer,
            output_hook=lambda message: self.shown.append(json.dumps(message["content"])),
            timeout=LIMIT_SECONDS,
        )
        assert reply["content"]["status"] == "ok", self.shown
        assert not left, f"never asked: {sorted(left)}"


def run_alone(newcomer: Newcomer, kernel: str, cell: str, folder: str) -> str:
    """What a notebook prints that is run without a person."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    client = NotebookClient(notebook, kernel_name=f"newcomer-{kernel}", timeout=LIMIT_SECONDS)
    client.execute(cwd=str(newcomer.folder(folder)), env=newcomer.environment)
    return "".join(output.get("text", "") for output in notebook.cells[0].outputs)


def test_a_newcomer_in_a_notebook(newcomer: Newcomer, cognito: Fixtures, kernel: str) -> None:
    load, configure, login = {"python": PYTHON, "r": R}[kernel]
    with Notebook(newcomer, kernel, "first") as notebook:
        notebook.run(load, {})
        questions = {"Client ID: ": (cognito.client_id, False), "User name: ": (cognito.user_name, False)}
        notebook.run(configure.format(endpoint=json.dumps(cognito.endpoint)), questions)
        notebook.run(login, {"Password: ": (cognito.password, True)})
        assert not [shown for shown in notebook.shown if cognito.password in shown]
    token = run_alone(newcomer, kernel, TOKEN[kernel], "next-day").strip()
    assert cognitoken.decode(token).payload["cognito:username"] == cognito.user_name
    newcomer.assert_private(cognito.password, token)


def test_a_notebook_without_a_person_asks_nobody(newcomer: Newcomer, kernel: str) -> None:
    cell = {
        "python": "import cognitoken\ntry:\n    cognitoken.configure()\n"
        "except cognitoken.ConfigError as error:\n    print(error.code, error)",
        "r": "tryCatch(cognitoken::cognito_configure(), cognitoken_error_config = function(error) {"
        " cat(error$code, conditionMessage(error)) })",
    }
    printed = run_alone(newcomer, kernel, cell[kernel], "first")
    assert "MissingValue" in printed
    assert "client_id" in printed or "client id" in printed
    assert not (newcomer.home / ".config" / "cognitoken" / "config.toml").exists()

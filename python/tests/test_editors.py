"""What an editor shows of the package: the signature, and the text that ``help()`` shows."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jedi
import pytest
from language_server import LanguageServer, serving
from test_package import public

import cognitoken

PACKAGE = Path(cognitoken.__file__).parent
IMPORT = "import cognitoken\n"
# A value, whose class has the documentation.
VALUES = {"ANY"}
SHOWN = [(name, value) for name, value in public() if name not in VALUES]
# A warning is made as every exception of Python's own is.
CALLED = [(name, value) for name, value in SHOWN if callable(value) and not name.endswith("Warning")]
each_name = pytest.mark.parametrize(("name", "value"), SHOWN, ids=[name for name, _ in SHOWN])
each_call = pytest.mark.parametrize(("name", "value"), CALLED, ids=[name for name, _ in CALLED])
each_tool = pytest.mark.parametrize("tool", ["Script", "Interpreter"])


def parameters(value: Any) -> list[str]:
    """The names of the parameters of a call."""
    return [name for name in inspect.signature(value).parameters if name != "self"]


def script(code: str, tool: str, folder: Path) -> jedi.Script:
    if tool == "Interpreter":
        return jedi.Interpreter(code, [{"cognitoken": cognitoken}])
    return jedi.Script(
        code, path=folder / "program.py", project=jedi.Project(folder, sys_path=[str(PACKAGE.parent), *sys.path])
    )


@each_tool
@each_name
def test_jedi_shows_the_documentation(name: str, value: object, tool: str, tmp_path: Path) -> None:
    code = f"{IMPORT}cognitoken.{name}"
    [shown] = script(code, tool, tmp_path).infer(2, len(f"cognitoken.{name}"))
    assert shown.docstring(raw=True).strip() == inspect.getdoc(value)


@each_tool
@each_call
def test_jedi_shows_the_signature(name: str, value: object, tool: str, tmp_path: Path) -> None:
    [signature, *_] = script(f"{IMPORT}cognitoken.{name}(", tool, tmp_path).get_signatures()
    shown = [parameter.name for parameter in signature.params if parameter.name != "self"]
    assert shown == parameters(value)
    assert signature.docstring(raw=True).strip() == inspect.getdoc(value)


@pytest.fixture(scope="module")
def pyright(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    document = tmp_path_factory.mktemp("editor") / "program.py"
    calls = [f"cognitoken.{name}()" if callable(value) else f"cognitoken.{name}" for name, value in SHOWN]
    document.write_text(IMPORT + "\n".join(calls) + "\n")
    settings = document.parent / "pyrightconfig.json"
    settings.write_text(f'{{"extraPaths": ["{PACKAGE.parent}"], "pythonVersion": "3.10"}}')
    command = [str(Path(sys.executable).parent / "pyright-langserver"), "--stdio"]
    with serving(command, document) as server:
        yield server


def line_of(name: str) -> int:
    return 1 + [shown for shown, _ in SHOWN].index(name)


@each_name
def test_pyright_shows_the_documentation(name: str, value: object, pyright: LanguageServer) -> None:
    shown = pyright.hover(line_of(name), len(f"cognitoken.{name}") - 1)
    assert (inspect.getdoc(value) or "") in shown
    for parameter in parameters(value) if inspect.isfunction(value) else []:
        assert f"{parameter}: " in shown
    if name.endswith("_async"):
        assert "-> CoroutineType[" in shown or "-> Coroutine[" in shown


@each_call
def test_pyright_shows_the_signature(name: str, value: object, pyright: LanguageServer) -> None:
    label, documentation = pyright.signature(line_of(name), len(f"cognitoken.{name}("))
    for parameter in parameters(value):
        assert f"{parameter}: " in label
    assert documentation.strip() == inspect.getdoc(value)

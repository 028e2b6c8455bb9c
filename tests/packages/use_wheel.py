"""Installs a wheel far from the repository, signs in with it, runs its command and uninstalls it.

``python tests/packages/use_wheel.py WHEEL`` does so with each CPython that is found here, and says which are
not; ``python tests/packages/use_wheel.py WHEEL INTERPRETER`` with that one. Runs beside a local Cognito.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from packages.interpreters import MINOR_VERSIONS, Interpreter, of_name, one_of_each_version

SIGN_IN = Path(__file__).resolve().with_name("sign_in.py")
VALUES = ["CLIENT_ID", "ENDPOINT", "JWKS_URL", "PASSWORD", "USER_NAME", "USER_POOL_ID"]


def environment(home: str) -> dict[str, str]:
    """Returns what a user of the local Cognito sets, and nothing of the person who runs this."""
    return {
        "HOME": home,
        "XDG_CONFIG_HOME": f"{home}/.config",
        "PATH": "/usr/sbin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        **{f"COGNITO_{name}": os.environ[f"COGNITOKEN_TEST_{name}"] for name in VALUES},
    }


def use(interpreter: Interpreter, wheel: Path) -> str:
    """Installs the wheel into a new virtual environment, uses it, and uninstalls it without a trace."""
    with interpreter.folder() as name:
        folder = Path(name).resolve()
        home = folder / "home"
        home.mkdir()

        def run(*command: str | Path) -> str:
            return interpreter.run(list(command), folder, environment(interpreter.path_inside(home))).strip()

        pip = shutil.copytree(folder_of_pip(), folder / "tools" / "pip")
        copy_of_wheel = shutil.copy(wheel, folder)
        sign_in = shutil.copy(SIGN_IN, folder)
        virtual = folder / "virtual-environment"
        python = virtual / "bin" / "python"

        run(interpreter.program, "-m", "venv", "--without-pip", virtual)
        before = files(virtual)
        run(python, pip, "install", "--quiet", "--no-index", Path(copy_of_wheel))
        signed_in = run(python, "-I", Path(sign_in))
        version = run(virtual / "bin" / "cognitoken", "--version")
        run(python, pip, "uninstall", "--quiet", "--yes", "cognitoken")
        left = sorted(map(str, files(virtual) - before))
        assert not left, f"uninstalling leaves {left}"
        written = sorted(map(str, files(home)))
        assert not written, f"signing in leaves {written}"
        return f"{signed_in}; the command: {version}"


def folder_of_pip() -> Path:
    """Returns where the pip of this Python is: it needs nothing else, and not every Python brings one."""
    found = find_spec("pip")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def main() -> None:
    wheel = Path(sys.argv[1]).resolve()
    if len(sys.argv) > 2:
        print(use(of_name(sys.argv[2]), wheel))
        return
    interpreters = one_of_each_version()
    faults = []
    for interpreter in interpreters.values():
        try:
            print(use(interpreter, wheel), flush=True)
        except (AssertionError, RuntimeError) as error:
            faults.append(f"{interpreter.program} in {interpreter.root}: {error}")
    missing = [f"3.{minor}" for minor in MINOR_VERSIONS if minor not in interpreters]
    if missing:
        print("Not tried, for they are not on this machine: CPython", ", ".join(missing))
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()

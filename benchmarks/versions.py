"""What was measured, and on what."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import subprocess
from pathlib import Path

import workers

PYTHON = (
    "cognitoken", "aplos-nca-saas-sdk", "boto3", "cryptography", "httpx", "joserfc", "msal", "pycognito", "PyJWT",
    "python-jose", "requests", "warrant-lite",
)  # fmt: skip
NODE = ("amazon-cognito-identity-js", "aws-jwt-verify", "cognito-srp-helper", "jose")
RUST = ("aws-cognito-srp", "aws-lc-rs", "cognito_srp", "criterion", "jsonwebtoken")
R = ("cognitoken", "curl", "httr2", "jsonlite", "openssl")


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = re.findall(r"^model name\s*:\s*(.*)$", cpuinfo.read_text(), re.MULTILINE)
        model = names[0] if names else model
    release = Path("/etc/os-release")
    named = (
        re.search(r'^PRETTY_NAME="?([^"\n]*)', release.read_text(), re.MULTILINE)
        if release.exists()
        else None
    )
    return f"{model}, {os.cpu_count()} cores, {named[1] if named else platform.system()}, Linux {platform.release().split('-')[0]}"


def languages() -> list[str]:
    """One line for each language: its version, and those of the contenders in it."""
    python = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PYTHON)
    lock = (workers.FOLDER / "rust" / "Cargo.lock").read_text()
    crates = dict(re.findall(r'^name = "(.*)"\nversion = "(.*)"$', lock, re.MULTILINE))
    rust = ", ".join(f"{name} {crates[name]}" for name in RUST)
    compiler = _said("rustc", "--version").split(" ")
    lines = [
        f"Python {platform.python_version()}: {python}",
        f"Rust {compiler[1] if len(compiler) > 1 else '?'}: {rust}",
    ]
    if workers.has_node():
        manifests = workers.FOLDER / "node" / "node_modules"
        node = (json.loads((manifests / name / "package.json").read_text()) for name in NODE)
        lines.append(
            f"Node {_said('node', '--version')[1:]}: "
            + ", ".join(f"{one['name']} {one['version']}" for one in node)
        )
    if workers.has_r():
        code = (
            f"for (name in c({', '.join(repr(name) for name in R)})) if (requireNamespace(name, quietly = TRUE)) "
            'cat(", ", name, " ", as.character(packageVersion(name)), sep = "")'
        )
        version = _said("Rscript", "--no-init-file", "-e", "cat(as.character(getRversion()))")
        lines.append(f"R {version}: {_said('Rscript', '--no-init-file', '-e', code)[2:]}")
    return lines

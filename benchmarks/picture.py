"""What was measured, as pictures: every row, and the few that a reader sees first."""

from __future__ import annotations

from collections.abc import Sequence

from drawing import LETTER, WIDTH, Place, bars, chart, document, words, wrapped
from results import Lines, Row

TITLE = "cognitoken and its peers"
MARGIN = 12


def everything(rows: Sequence[Row | Lines]) -> str:
    parts: list[str] = []
    y = 4.0
    for row in rows:
        y += 26
        parts.append(words(MARGIN, y, row.name, "title"))
        for line in wrapped(row.what, WIDTH - 2 * MARGIN):
            y += 17
            parts.append(words(MARGIN, y, line, "faint"))
        if isinstance(row, Lines):
            drawn, y = chart(row, y + 4)
        else:
            # The longest name says where bars begin; after the longest there is room for its figure.
            start = MARGIN + 20 + 1.04 * LETTER * max(len(name) for name in row.series)
            place = Place(MARGIN, start, WIDTH - start - 135)
            drawn, y = bars(row, {name: name for name in row.series}, place, y)
        parts += drawn
        y += 12
    return document(parts, y + 4, TITLE)


# Of each row that everybody should see: what it is, and its contenders by short names.
HEADLINES: dict[str, tuple[str, dict[str, str]]] = {
    "import": (
        "Import in a new Python process, CPU",
        {
            "bare python": "python, nothing else", "cognitoken": "cognitoken", "requests": "requests",
            "pycognito": "pycognito", "Aplos SDK": "Aplos SDK", "boto3 + client": "boto3 + client",
        },
    ),
    "cold": (
        "New process to a printed ID token, CPU",
        {
            "cognitoken (shell)": "cognitoken, shell", "cognitoken": "cognitoken", "requests": "requests",
            "boto3": "boto3",
        },
    ),
    "srp": (
        "SRP: the arithmetic of one sign-in",
        {
            "cognitoken (Rust)": "cognitoken", "cognito_srp (Rust)": "cognito_srp (Rust)",
            "aws-cognito-srp (Rust)": "aws-cognito-srp", "pycognito": "pycognito",
            "amazon-cognito-identity-js (node)": "identity-js (node)",
        },
    ),
    "verify": (
        "Verify an ID token, RS256",
        {
            "raw aws-lc, the signature alone (Rust)": "the signature alone", "cognitoken (Rust)": "cognitoken, Rust",
            "cognitoken": "cognitoken", "aws-jwt-verify (node)": "aws-jwt-verify", "python-jose": "python-jose",
            "PyJWT": "PyJWT",
        },
    ),
    "decode": (
        "Decode an ID token",
        {
            "cognitoken (Rust)": "cognitoken, Rust", "cognitoken": "cognitoken", "jose (node)": "jose (node)",
            "python-jose": "python-jose", "PyJWT": "PyJWT",
        },
    ),
    "warm": (
        "Sign-in on a kept connection",
        {"cognitoken": "cognitoken", "httpx": "httpx", "requests": "requests", "boto3": "boto3"},
    ),
    "crowd": (
        "500 sign-ins at once",
        {
            "cognitoken, asyncio": "cognitoken, asyncio", "cognitoken, threads": "cognitoken, threads",
            "httpx, 64 connections": "httpx, asyncio", "boto3, 64 threads": "boto3, 64 threads",
        },
    ),
    "size, installed": (
        "Installed, with what it needs",
        {
            "cognitoken": "cognitoken", "msal and what it needs": "msal", "boto3 and what it needs": "boto3",
            "pycognito and what it needs": "pycognito", "Aplos SDK and what it needs": "Aplos SDK",
        },
    ),
}  # fmt: skip
CHART = ("scale, sign-ins", "Sign-ins at once, 50 ms each at the service: wall time, both axes logarithmic")
COLUMN = WIDTH / 2


def summary(rows: Sequence[Row | Lines]) -> str:
    """Two columns of bars, and one chart below them."""
    parts: list[str] = []
    ends = [8.0, 8.0]
    by_name = {row.name: row for row in rows}
    for name, (title, shown) in HEADLINES.items():
        row = by_name.get(name)
        if not isinstance(row, Row):
            continue
        column = 0 if ends[0] <= ends[1] else 1
        left = MARGIN + column * COLUMN
        y = ends[column] + 22
        parts.append(words(left, y, title, "name"))
        drawn, y = bars(row, shown, Place(left, left + 146, 98), y + 2)
        parts += drawn
        ends[column] = y + 12
    y = max(ends)
    row = by_name.get(CHART[0])
    if isinstance(row, Lines):
        y += 26
        parts.append(words(MARGIN, y, CHART[1], "name"))
        drawn, y = chart(row, y + 6)
        parts += drawn
    return document(parts, y + 12, TITLE)

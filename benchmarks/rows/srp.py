"""The arithmetic of one sign-in by Secure Remote Password."""

from __future__ import annotations

from measure import Series, calls
from pycognito.aws_srp import AWSSRP
from report import Row, Target, seconds
from service import CLIENT_ID, PASSWORD, POOL_ID, USERNAME

from rows.elsewhere import node, rust

SALT = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
# Any public value of the right size: what it costs to answer does not depend on it.
SRP_B = "7f" * 384
SECRET_BLOCK = "c2VjcmV0"


def measure(_context: object) -> list[Row]:
    measured: dict[str, Series] = calls({"pycognito": _pycognito}, rounds=10, batch_seconds=0.1)
    measured |= {f"{name} (node)": series for name, series in node("srp", srp_b=SRP_B, salt=SALT).items()}
    own = rust("srp", pool=POOL_ID, username=USERNAME, password=PASSWORD, srp_b=SRP_B, salt=SALT)
    measured |= own
    ours = own["cognitoken (Rust)"].median
    best = min(series.median for name, series in own.items() if not name.startswith("cognitoken"))
    slow = measured["pycognito"].median
    return [
        Row(
            "srp", "The arithmetic of one sign-in: A, and the proof for B.", (1e-3, "ms"), measured, "cognitoken (Rust)",
            [
                Target("Rust", "<= 3.0 ms", seconds(ours), ours <= 3.0e-3),
                Target("pycognito against ours", ">= 17 times", f"{slow / ours:.1f}", slow / ours >= 17),
                Target("best Rust crate against ours", ">= 4.5 times", f"{best / ours:.1f}", best / ours >= 4.5),
            ],
        )
    ]  # fmt: skip


def _pycognito() -> bytes:
    srp = AWSSRP(USERNAME, PASSWORD, POOL_ID, CLIENT_ID, client=object())
    proof: bytes = srp.get_password_authentication_key(USERNAME, PASSWORD, int(SRP_B, 16), SALT)
    return proof

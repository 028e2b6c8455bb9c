"""The server's codes are those of RFC 6238, appendix B."""

from __future__ import annotations

import base64

import pytest

from mock_wire.totp import STEP_SECONDS, code_at


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_known_answers(moment: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    # The appendix has eight digits of the same number.
    assert code_at(secret, moment // STEP_SECONDS) == code[-6:]

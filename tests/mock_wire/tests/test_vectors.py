"""Known answers of other implementations, where they are at hand.

Their folder is COGNITOKEN_VECTORS, or shared/vectors beside the repository.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from wire_client import timestamp

from mock_wire import srp
from mock_wire.proofs import read_timestamp

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("COGNITOKEN_VECTORS") or ROOT.parent / "shared" / "vectors")


def vectors(name: str) -> list[dict[str, Any]]:
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no known answers at {path}: set COGNITOKEN_VECTORS to their folder")
    found: list[dict[str, Any]] = json.loads(path.read_text())["vectors"]
    assert found
    return found


def number(text: str) -> int:
    return int(text, 16)


def test_the_servers_half_of_srp() -> None:
    for vector in vectors("srp_server"):
        if "password" in vector:
            made = srp.Verifier.of_password(
                number(vector["salt_hex"]), vector["pool_name"], vector["user_id_for_srp"], vector["password"]
            )
            assert made.value == number(vector["verifier_out_hex"]), vector["id"]
        if "b_hex" in vector:
            verifier = srp.Verifier(number(vector["salt_hex"]), number(vector["verifier_hex"]))
            handshake = srp.Handshake(verifier, number(vector["A_hex"]), private=number(vector["b_hex"]))
            assert handshake.public == number(vector["B_hex"]), vector["id"]
            assert handshake.key().hex() == vector["hkdf_hex"], vector["id"]


def test_the_group_and_its_multiplier() -> None:
    for vector in vectors("constants"):
        assert number(vector["N_hex"]) == srp.N
        assert (number(vector["k_hex"]) if "k_hex" in vector else int(vector["k_dec"])) == srp.K


def test_padding() -> None:
    for vector in vectors("padhex"):
        value = vector["int"] if "int" in vector else number(vector["hex"])
        # The protocol has no negative numbers.
        if value >= 0:
            assert srp.pad(value).hex() == vector["expected"].lower(), vector


def test_verifiers_of_devices() -> None:
    compared = 0
    for vector in vectors("device"):
        if vector["kind"] == "verifier":
            salt = int.from_bytes(base64.b64decode(vector["salt_b64"]), "big")
            made = srp.Verifier.of_password(
                salt, vector["device_group_key"], vector["device_key"], vector["device_password"]
            )
            assert srp.pad(made.value) == base64.b64decode(vector["password_verifier_b64"]), vector["id"]
            compared += 1
    assert compared


def test_timestamps() -> None:
    for vector in vectors("timestamp"):
        assert timestamp(read_timestamp(vector["expected"])) == vector["expected"]

"""The server's side of Secure Remote Password, by which each contender's proof is checked.

It knows the user's verifier and never the password, and comes to the session key by a way of its own:
S = (A v^u)^b. What a client computes from the password has to agree with that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from issuer import PASSWORD, POOL_ID, USERNAME

GENERATOR = 2
SALT = 0xA1B2C3D4E5F60718293A4B5C6D7E8F90
SECRET_BLOCK = bytes(range(256)) * 4
INFO = b"Caldera Derived Key"


def _modulus() -> int:
    """The prime of 3072 bits of RFC 3526: 2^3072 - 2^3008 - 1 + 2^64 (floor(2^2942 pi) + 1690314)."""

    def inverse_arctangent(number: int, one: int) -> int:
        total = term = one // number
        divisor = 1
        while term:
            term //= -number * number
            divisor += 2
            total += term // divisor
        return total

    spare = 64
    one = 1 << (2942 + spare)
    pi = 4 * (4 * inverse_arctangent(5, one) - inverse_arctangent(239, one)) >> spare
    return (1 << 3072) - (1 << 3008) - 1 + ((pi + 1690314) << 64)


def padded(number: int) -> bytes:
    """The fewest bytes, with a leading zero when the top bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def _session_key(scrambler: int, shared: int) -> bytes:
    """HKDF-SHA256, of which 16 bytes are one block."""
    pseudorandom = hmac.digest(padded(scrambler), padded(shared), "sha256")
    return hmac.digest(pseudorandom, INFO + b"\x01", "sha256")[:16]


@dataclass
class ProofServer:
    """A user who signed up with a password, and a private number that is always the same."""

    group: str = POOL_ID.split("_")[1]
    user: str = USERNAME
    password: str = PASSWORD
    private: int = int.from_bytes(hashlib.sha256(b"the server's private number").digest(), "big")
    modulus: int = field(default_factory=_modulus)

    def __post_init__(self) -> None:
        assert pow(GENERATOR, self.modulus - 1, self.modulus) == 1
        identity = hashlib.sha256(f"{self.group}{self.user}:{self.password}".encode()).digest()
        self._verifier = pow(GENERATOR, _hash(padded(SALT), identity), self.modulus)
        multiplier = _hash(padded(self.modulus), padded(GENERATOR))
        self.public = (
            multiplier * self._verifier + pow(GENERATOR, self.private, self.modulus)
        ) % self.modulus

    def challenge(self) -> dict[str, str]:
        """The parameters of PASSWORD_VERIFIER."""
        return {
            "SALT": f"{SALT:x}", "SRP_B": f"{self.public:x}", "SECRET_BLOCK": base64.b64encode(SECRET_BLOCK).decode(),
            "USERNAME": self.user, "USER_ID_FOR_SRP": self.user,
        }  # fmt: skip

    def given(self) -> dict[str, str]:
        """The same for a contender."""
        challenge = self.challenge()
        return {
            "pool": POOL_ID, "user": self.user, "password": self.password, "salt": challenge["SALT"],
            "srp_b": challenge["SRP_B"], "secret_block": challenge["SECRET_BLOCK"], "modulus": f"{self.modulus:x}",
        }  # fmt: skip

    def accepts(self, public: str, signature: str, timestamp: str) -> bool:
        """Whether the proof is that of somebody who knows the password."""
        theirs = int(public, 16)
        if theirs % self.modulus == 0:
            return False
        scrambler = _hash(padded(theirs), padded(self.public))
        shared = pow(theirs * pow(self._verifier, scrambler, self.modulus), self.private, self.modulus)
        message = self.group.encode() + self.user.encode() + SECRET_BLOCK + timestamp.encode()
        expected = hmac.digest(_session_key(scrambler, shared), message, "sha256")
        return hmac.compare_digest(base64.b64encode(expected).decode(), signature)

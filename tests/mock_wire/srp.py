"""The server's half of SRP-6a as Cognito speaks it.

All numbers are hashed in the form of Java's ``BigInteger.toByteArray``: minimal, big-endian, with a leading
zero byte where the top bit is set.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import RefusalError, invalid_parameter

# The 3072-bit MODP group of RFC 3526, section 5.
N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D"
    "B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
_INFO = b"Caldera Derived Key"

# Forms of B that clients have got wrong; a test can ask for one, and b is drawn until it comes out so.
FORMS: dict[str, Callable[[int], bool]] = {
    "any": lambda _: True,
    "top_bit": lambda value: value.bit_length() % 8 == 0,
    "no_top_bit": lambda value: value.bit_length() % 8 != 0,
    "odd_digits": lambda value: len(f"{value:x}") % 2 == 1,
    "short": lambda value: value.bit_length() <= N.bit_length() - 8,
}


def pad(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def hash_to_int(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


K = hash_to_int(pad(N), pad(G))


@dataclass(frozen=True)
class Verifier:
    """What a server keeps instead of a password."""

    salt: int
    value: int

    @classmethod
    def of_password(cls, salt: int, group: str, identity: str, password: str) -> Verifier:
        inner = hashlib.sha256(f"{group}{identity}:{password}".encode()).digest()
        return cls(salt, pow(G, hash_to_int(pad(salt), inner), N))


@dataclass
class Handshake:
    """One exchange of public keys: A from the client, B for it."""

    verifier: Verifier
    client_public: int
    private: int = 0
    public: int = field(init=False)
    form: str = "any"

    def __post_init__(self) -> None:
        given = self.private
        self.private = given or secrets.randbits(256) | 1 << 255
        power = pow(G, self.private, N)
        while True:
            self.public = (K * self.verifier.value + power) % N
            if given or FORMS[self.form](self.public):
                return
            # The next b costs a multiplication only.
            self.private += 1
            power = power * G % N

    def key(self) -> bytes:
        """The key that both sides share when the client knows the password."""
        u = hash_to_int(pad(self.client_public), pad(self.public))
        secret = pow(self.client_public * pow(self.verifier.value, u, N), self.private, N)
        extracted = hmac.digest(pad(u), pad(secret), "sha256")
        return hmac.digest(extracted, _INFO + b"\x01", "sha256")[:16]

    def signature(self, group: str, identity: str, secret_block: bytes, timestamp: str) -> str:
        """The one PASSWORD_CLAIM_SIGNATURE that is right, in base64."""
        message = group.encode() + identity.encode() + secret_block + timestamp.encode()
        return base64.b64encode(hmac.digest(self.key(), message, "sha256")).decode()


def read_client_public(text: str) -> int:
    """SRP_A: digits of a hexadecimal number, of which nothing but the value counts."""
    try:
        if not text or not all(digit in "0123456789abcdefABCDEF" for digit in text):
            raise ValueError
        value = int(text, 16)
    except ValueError:
        raise invalid_parameter("SRP_A is not a hexadecimal number") from None
    # RFC 5054, section 2.5.4: with A mod N = 0 the secret would be known to everybody.
    if value % N == 0 or value >= N:
        raise RefusalError("InvalidParameterException", "SRP_A mod N cannot be 0 and SRP_A cannot exceed N")
    return value

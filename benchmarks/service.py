"""A service that costs next to nothing: it gives prepared answers, and waits first where it is told to."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

POOL_ID = "us-east-1_Benchmark"
CLIENT_ID = "benchmarkclient"
USERNAME = "ada"
PASSWORD = "Correct-Horse-7!"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"
KEY_ID = "benchmark-key"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Signs tokens as a pool does: RS256, about 1.1 KB."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self.key.public_key().public_numbers()
        integer = lambda value: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))  # noqa: E731
        self.jwk = {
            "alg": "RS256", "e": integer(numbers.e), "kid": KEY_ID, "kty": "RSA", "n": integer(numbers.n), "use": "sig",
        }  # fmt: skip
        self.jwks = {"keys": [self.jwk]}

    def token(self, token_use: str = "id", number: int = 0) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "sub": "b8b61f88-37b8-5a4e-ae92-df9c04c603ed",
            "cognito:groups": ["analysts"],
            "email_verified": True,
            "iss": ISSUER,
            "cognito:username": USERNAME,
            "origin_jti": "4eadd044-3d9b-4a86-a75b-f971e29c53bd",
            "event_id": f"93bda838-bde9-4c58-ae7a-{number:012d}",
            "token_use": token_use,
            "auth_time": now,
            "iat": now,
            "exp": now + 86_400,
            "jti": "cbb53ebd-b39e-4a74-9156-6ae8beb9d670",
            "email": "ada@example.org",
            "custom:aplos_user_id": "user-0815",
            "custom:aplos_user_tenant_id": "tenant-42",
        }
        claims |= {"aud": CLIENT_ID} if token_use == "id" else {"client_id": CLIENT_ID, "username": USERNAME}
        header = base64url(json.dumps({"kid": KEY_ID, "alg": "RS256"}).encode())
        signed = f"{header}.{base64url(json.dumps(claims).encode())}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64url(signature)}"

    def answer(self) -> bytes:
        """Cognito's answer to a sign-in that succeeds."""
        result = {
            "AccessToken": self.token("access"), "ExpiresIn": 86_400, "IdToken": self.token(),
            "RefreshToken": "refresh" * 200, "TokenType": "Bearer",
        }  # fmt: skip
        body = json.dumps({"AuthenticationResult": result, "ChallengeParameters": {}}).encode()
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def serve(answer: bytes, delay: float) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                await reader.readexactly(length)
                if delay:
                    await asyncio.sleep(delay)
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


@contextmanager
def running(issuer: Issuer, delay: float = 0.0) -> Iterator[str]:
    """The service in a process of its own; gives its address."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), str(delay)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(issuer.answer())
        process.stdin.close()
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.stdin.buffer.read(), float(sys.argv[1])))

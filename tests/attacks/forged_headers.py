"""Tokens that lie about how they are signed, and by whose key."""

from __future__ import annotations

import base64
import datetime
import json
import socket
from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from . import pool
from .pool import FORGERS_KEY, ISSUER, KEY, NOW, Json, claims, header, rsa_signature, token
from .row import Row

FORGER = rsa_signature(FORGERS_KEY)

# Where tokens say that their key is. No verifier may ever connect.
FORGERS_SERVER = socket.create_server(("127.0.0.1", 0))
FORGERS_ADDRESS = f"127.0.0.1:{FORGERS_SERVER.getsockname()[1]}/jwks.json"


def rows() -> Iterator[Row]:
    yield from unsigned()
    yield from other_algorithms()
    yield from shared_secrets()
    yield from key_ids()
    yield from keys_of_the_tokens_own()
    yield from extensions()


def unsigned() -> Iterator[Row]:
    spelled: list[Any] = ["none", "None", "NONE", "nOnE", " none", "none ", "none\0", "n\u043ene", "", None]
    spelled += [0, False, [], ["none"], {}, ...]
    for algorithm in spelled:
        for by, sign in {"nobody": pool.nothing, "the forger": FORGER, "the pool": rsa_signature()}.items():
            yield Row(f"alg {algorithm!r}, signed by {by}", token(header=header(alg=algorithm), sign=sign))
    yield Row("RS256, signed by nobody", token(sign=pool.nothing))
    yield Row("RS256, signed by the forger", token(sign=FORGER))
    yield Row("no third part", token().rpartition(".")[0])


def other_algorithms() -> Iterator[Row]:
    algorithms: list[Any] = ["rs256", "Rs256", " RS256", "RS256 ", "RS256\0", "RSA256", "RSA-SHA256"]
    for spelled in [*algorithms, ["RS256"], {"RS256": 1}]:
        yield Row(f"alg {spelled!r} of a genuine token", token(header=header(alg=spelled)))
    digests: dict[str, hashes.HashAlgorithm] = {"384": hashes.SHA384(), "512": hashes.SHA512()}
    for size, digest in digests.items():
        sign = rsa_signature(digest=digest)
        yield Row(f"RS{size}, signed so by the pool", token(header=header(alg=f"RS{size}"), sign=sign))
        yield Row(f"RS256 with a signature of RS{size}", token(sign=sign))
    for size, digest in ({"256": hashes.SHA256()} | digests).items():
        sign = pool.pss_signature(digest)
        yield Row(f"PS{size}, signed so by the pool", token(header=header(alg=f"PS{size}"), sign=sign))
        yield Row(f"RS256 with a signature of PS{size}", token(sign=sign))
    for algorithm in ["ES256", "RS256"]:
        on_curve = header(alg=algorithm, kid="curve-key")
        yield Row(f"{algorithm} by the key on a curve", token(header=on_curve, sign=pool.curve_signature))
    for algorithm in ["ES256", "EdDSA", "ES384", "RSA-OAEP", "dir"]:
        yield Row(f"{algorithm} over a genuine signature", token(header=header(alg=algorithm)))


def shared_secrets() -> Iterator[Row]:
    """The public key as a secret that both sides share: what is published signs tokens then."""
    public = KEY.public_key()
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    spki, pkcs1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    key = pool.jwk(KEY, "pool-key")
    secrets = {
        "PEM": public.public_bytes(pem, spki),
        "PEM without its last line break": public.public_bytes(pem, spki).strip(),
        "PKCS #1 PEM": public.public_bytes(pem, pkcs1),
        "DER": public.public_bytes(der, spki),
        "PKCS #1 DER": public.public_bytes(der, pkcs1),
        "modulus": pool.bytes_of(public.public_numbers().n),
        "modulus in base64url": key["n"].encode(),
        "JWK": json.dumps(key).encode(),
        "JWK without spaces": json.dumps(key, separators=(",", ":")).encode(),
        "key set": json.dumps(pool.JWKS).encode(),
        "key id": b"pool-key",
        "empty text": b"",
    }
    for name, secret in secrets.items():
        for size in ["256", "384", "512"]:
            sign = pool.hmac_signature(secret, f"sha{size}")
            yield Row(f"HS{size} with the {name} as secret", token(header=header(alg=f"HS{size}"), sign=sign))
        yield Row(f"RS256 with an HMAC by the {name}", token(sign=pool.hmac_signature(secret)))
    for algorithm in ["HS256", "RS256"]:
        shared = header(alg=algorithm, kid="shared-key")
        sign = pool.hmac_signature(pool.SHARED_SECRET)
        yield Row(f"{algorithm} by a shared key of the key set", token(header=shared, sign=sign))


def key_ids() -> Iterator[Row]:
    ids: list[Any] = [..., None, 0, 1, True, [], ["pool-key"], {}, {"pool-key": 1}]
    ids += ["", "POOL-KEY", " pool-key", "pool-key ", "pool-key\0", "\0", "pool-key\n", "pool-key\r\nkid: x"]
    ids += ["pool\u2010key", "pool-k\u0435y", "*", "%00", "0", "__proto__"]
    ids += ["../../../../../../dev/null", "/dev/null", "file:///dev/null", "x/../pool-key", "..\\pool-key"]
    ids += ["' OR '1'='1", "pool-key' --", "x' UNION SELECT 'secret' --", "$(id)", "`id`"]
    ids += ["second-key", "cube-key", "curve-key", "shared-key", "forgers-key", "k" * 10_000]
    for key_id in ids:
        shown = repr(key_id)[:40]
        yield Row(f"kid {shown}, signed by the pool", token(header=header(kid=key_id)))
        yield Row(f"kid {shown}, signed by the forger", token(header=header(kid=key_id), sign=FORGER))


def keys_of_the_tokens_own() -> Iterator[Row]:
    """Keys that a token brings along or points to: each is the forger's, who signed with it."""
    certificate = _certificate()
    der = certificate.public_bytes(serialization.Encoding.DER)
    print_of_it = pool.b64(certificate.fingerprint(hashes.SHA256()))
    key = pool.jwk(FORGERS_KEY, "pool-key")
    own: dict[str, Json] = {
        "jwk": {"jwk": key},
        "jwk as text": {"jwk": json.dumps(key)},
        "jwks": {"jwks": {"keys": [key]}},
        "keys": {"keys": [key]},
        "x5c": {"x5c": [base64.b64encode(der).decode()], "x5t#S256": print_of_it},
        "jku": {"jku": f"http://{FORGERS_ADDRESS}"},
        "jku by TLS": {"jku": f"https://{FORGERS_ADDRESS}"},
        "jku in a file": {"jku": "file:///dev/stdin"},
        "jku that begins like the pool's": {"jku": f"{ISSUER}@{FORGERS_ADDRESS}"},
        "x5u": {"x5u": f"http://{FORGERS_ADDRESS}"},
        "iss in the header": {"iss": f"http://{FORGERS_ADDRESS}"},
    }
    for name, members in own.items():
        ids = {
            "the pool's": "pool-key",
            "the forger's": "forgers-key",
            "an address": FORGERS_ADDRESS,
            "no": ...,
        }
        for whose, key_id in ids.items():
            forged = token(header=header(kid=key_id, **members), sign=FORGER)
            yield Row(f"{name}, {whose} kid", forged)
    forged_issuer = claims(iss=f"http://{FORGERS_ADDRESS.removesuffix('/jwks.json')}")
    yield Row("an issuer of the forger's", token(forged_issuer, sign=FORGER))


def _certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cognito-idp.us-east-1.amazonaws.com")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.not_valid_before(now - day).not_valid_after(now + day)
    return builder.public_key(FORGERS_KEY.public_key()).sign(FORGERS_KEY, hashes.SHA256())


def extensions() -> Iterator[Row]:
    demanded: list[Any] = [
        ["exp"],
        ["b64"],
        ["alg"],
        [""],
        [],
        [None],
        [["b64"]],
        None,
        "",
        "b64",
        {},
        0,
        False,
    ]
    for critical in demanded:
        yield Row(f"crit {critical!r}", token(header=header(crit=critical)))
    unencoded = header(b64=False, crit=["b64"])
    yield Row("b64 false, and the payload encoded all the same", token(header=unencoded))
    for name, first in {"b64 false and critical": unencoded, "b64 false": header(b64=False)}.items():
        start, payload = pool.b64(pool.text_of(first)), pool.text_of(claims())
        signature = pool.b64(rsa_signature()(start.encode() + b"." + payload))
        yield Row(f"{name}, signed over the plain payload", f"{start}.{pool.b64(payload)}.{signature}")
        yield Row(f"{name}, with the plain payload", f"{start}.{payload.decode()}.{signature}")

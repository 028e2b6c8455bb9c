"""Texts that are nearly a genuine token: with something around it, another signature, another shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from . import pool
from .pool import FORGERS_KEY, KEY, Json, claims, header, rsa_signature, token
from .row import ACCEPTED, Row

FORGER = rsa_signature(FORGERS_KEY)

# In bytes, as the documentation of decode says.
LONGEST_TOKEN = 64 * 1024


def rows() -> Iterator[Row]:
    yield from texts_around()
    yield from signatures()
    yield from shapes()


def texts_around() -> Iterator[Row]:
    good = token()
    signed_header, payload, signature = good.split(".")
    for space in [" ", "\t", "\n", "\r\n", " \t\r\n "]:
        yield Row(f"{space!r} around it", f"{space}{good}{space}", ACCEPTED)
    for space in "\u00a0\u0085\u1680\u2003\u2028\u2029\u202f\u205f\u3000\u200b\u200e\u2060\ufeff\u00ad":
        yield Row(f"U+{ord(space):04X} before it", f"{space}{good}")
        yield Row(f"U+{ord(space):04X} after it", f"{good}{space}")
    for end in ["\0", "\0\0", "=", "==", ".", "..", "/", "#", "?", '"', "'", ",", ";", "%00", "\\n"]:
        yield Row(f"{end!r} after it", f"{good}{end}")
    for start in [".", "Bearer ", "bearer ", "Bearer", "Bearer\t", "JWT ", '"', "<", "\\", "\0"]:
        yield Row(f"{start!r} before it", f"{start}{good}")
    parts = {"header": signed_header, "payload": payload, "signature": signature}
    for name, part in parts.items():
        half = len(part) // 2
        changed = {
            "with a line break within": f"{part[:half]}\n{part[half:]}",
            "with a space within": f"{part[:half]} {part[half:]}",
            "with padding": part + "=" * (-len(part) % 4 or 1),
            "with padding within": f"{part[:half]}={part[half:]}",
            "with a tab within": f"{part[:half]}\t{part[half:]}",
            "with a NUL within": f"{part[:half]}\0{part[half:]}",
            "with a letter beyond ASCII": f"{part[:-1]}é",
            "percent-encoded": f"%{ord(part[0]):02x}{part[1:]}",
            "empty": "",
            "twice": part + part,
        }
        if name != "header":
            changed["with a space before"] = f" {part}"
        if name != "signature":
            changed["with a space after"] = f"{part} "
        for how, text in changed.items():
            yield Row(f"{name} {how}", ".".join((parts | {name: text}).values()))
    yield from _other_alphabets()
    yield from _joined(good)


def _other_alphabets() -> Iterator[Row]:
    """Other texts for the bytes of a genuine token: for a decoder that is not strict."""
    wanted = 0
    while True:
        wanted += 1
        good = token(claims(jti=str(wanted)))
        signature = good.rpartition(".")[2]
        if "-" in signature and "_" in signature:
            break
    standard = good.replace("-", "+").replace("_", "/")
    yield Row("in the standard alphabet of base64", standard)
    yield Row("in the standard alphabet of base64, with padding", standard + "==")
    # 256 bytes end in a letter of which two bits count.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for spare in [1, 7, 15]:
        other = alphabet[alphabet.index(good[-1]) ^ spare]
        yield Row(f"with {spare} in the spare bits of its last letter", good[:-1] + other)


def _joined(good: str) -> Iterator[Row]:
    forged = token(claims(sub="forged"), sign=FORGER)
    for between in ["", ".", ",", " ", "\n"]:
        yield Row(f"two tokens with {between!r} between them", good + between + good)
        yield Row(f"a genuine and a forged token with {between!r} between them", good + between + forged)
        yield Row(f"a forged and a genuine token with {between!r} between them", forged + between + good)
    for name, text in {"array": json.dumps([good]), "string": json.dumps(good)}.items():
        yield Row(f"in a JSON {name}", text)
    header_part, payload_part, signature = good.split(".")
    general = {"payload": payload_part, "protected": header_part, "signature": signature}
    yield Row("in the JSON form", json.dumps(general))


def signatures() -> Iterator[Row]:
    good = token()
    signed, _, text = good.rpartition(".")
    signature = base64.urlsafe_b64decode(text + "==")
    modulus = KEY.public_key().public_numbers().n
    number = int.from_bytes(signature, "big")
    other = token(claims(sub="other")).rpartition(".")[2]
    changed = {
        "of another token": base64.urlsafe_b64decode(other + "=="),
        "cut short by a byte": signature[:-1],
        "without its first byte": signature[1:],
        "cut in half": signature[:128],
        "longer by a byte": signature + b"\0",
        "longer by a byte at its start": b"\0" + signature,
        "longer by 256 bytes of zero": signature + bytes(256),
        "after 256 bytes of zero": bytes(256) + signature,
        "twice": signature * 2,
        "reversed": signature[::-1],
        "with one bit changed": signature[:-1] + bytes([signature[-1] ^ 1]),
        "all zero": bytes(256),
        "all ones": b"\xff" * 256,
        "one": pool.bytes_of(1, 256),
        "one in a byte": b"\x01",
        "a byte of zero": b"\0",
        "the modulus": pool.bytes_of(modulus, 256),
        "the modulus less one": pool.bytes_of(modulus - 1, 256),
        "the negative one": pool.bytes_of(modulus - number, 256),
        "the same one modulo the modulus": pool.bytes_of(number + modulus, 257),
        "16 KiB": bytes(16 * 1024),
        "in hexadecimal": signature.hex().encode(),
        "in base64 once more": text.encode(),
    }
    for name, value in changed.items():
        yield Row(f"signature: {name}", f"{signed}.{pool.b64(value)}")
    for key_id, by in [("cube-key", pool.cube_root_signature), ("pool-key", pool.cube_root_signature)]:
        yield Row(f"signature: a cube root, for {key_id}", token(header=header(kid=key_id), sign=by))
    first, payload, _ = good.split(".")
    changed_payload = pool.b64(pool.text_of(claims(sub="forged")))
    yield Row("a genuine signature, another payload", f"{first}.{changed_payload}.{text}")
    other_header = pool.b64(pool.text_of(header(typ="JWT")))
    yield Row("a genuine signature, another header", f"{other_header}.{payload}.{text}")
    yield Row("a genuine signature, header and payload exchanged", f"{payload}.{first}.{text}")


def shapes() -> Iterator[Row]:
    for text in ["", ".", "..", "...", "....", "null", "{}", "e30.e30.", "e30.e30.AAAA"]:
        yield Row(f"the text {text!r}", text)
    good = token()
    yield Row("one part", good.split(".")[0])
    yield Row("four parts", f"{good}.{good.split('.')[2]}")
    yield Row("five parts", f"{good}.AAAA.AAAA")
    for name, payload in _misshapen(claims(here="here")).items():
        yield Row(f"payload: {name}", token(payload))
    for name, first in _misshapen(header(here="here")).items():
        yield Row(f"header: {name}", token(header=first))
    yield Row("a token of 64 KiB", _of_length(LONGEST_TOKEN), ACCEPTED)
    yield Row("a token of 64 KiB and a byte", _of_length(LONGEST_TOKEN + 1))
    yield Row("a token of 90 KiB", _of_length(90 * 1024))


def _misshapen(members: Json) -> dict[str, bytes]:
    """What is no JSON object, or no JSON, though it has all that a genuine one has."""
    good = json.dumps(members)
    texts = {
        "nothing": "",
        "a space": " ",
        "null": "null",
        "true": "true",
        "a number": "1",
        "a string": '"text"',
        "an array": "[]",
        "an object in an array": f"[{good}]",
        "JSON in a string": json.dumps(good),
        "cut short": good[:-1],
        "two objects": good * 2,
        "a letter after the object": f"{good}x",
        "a NUL after the object": f"{good}\0",
        "a byte order mark": f"\ufeff{good}",
        "a comment": f"{good[:-1]}/**/}}",
        "a comma too many": f"{good[:-1]},}}",
        "single quotes": good.replace('"', "'"),
        "a name without quotes": good.replace('"here":', "here:"),
        "a line break in a string": good.replace(': "here"', ': "he\nre"'),
        "half a surrogate pair": good.replace(': "here"', ': "\\ud800"'),
        "an escape that is none": good.replace(': "here"', ': "\\x41"'),
    }
    for depth in [200, 4_000]:
        arrays, objects = "[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth
        texts[f"{depth} nested arrays"] = good.replace(': "here"', f": {arrays}")
        texts[f"{depth} nested objects"] = good.replace(': "here"', f": {objects}")
    encoded = {name: text.encode() for name, text in texts.items()}
    encoded["bytes that are not UTF-8"] = good.encode().replace(b': "here"', b': "\xff"')
    encoded["an overlong NUL"] = good.encode().replace(b': "here"', b': "\xc0\x80"')
    encoded["UTF-16"] = good.encode("utf-16")
    return encoded


def _of_length(length: int) -> str:
    """A genuine token of so many bytes. No part has 4n + 1 letters: the header makes up for that."""
    empty = len(pool.text_of(claims(filling="")))
    for more in range(3):
        first = header(typ="J" * more)
        letters = length - len(pool.b64(pool.text_of(first))) - len("..") - len(pool.b64(bytes(256)))
        if letters % 4 != 1:
            return token(claims(filling="x" * (letters * 3 // 4 - empty)), first)
    raise AssertionError(length)

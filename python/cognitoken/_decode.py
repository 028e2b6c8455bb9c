"""Decoding of tokens."""

from ._cognitoken import call, register
from ._shown import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, SupportsIndex

    from typing_extensions import Self

    from ._cognitoken import Handle


class DecodedJwt(Given):
    """A decoded token, not verified; returned by :func:`decode`. Unpacks as ``(header, payload, signature)``.

    ``repr``, ``print`` and notebooks omit the signature, because the token could be reconstructed with it. ``print``
    and notebooks show times in UTC.

    Examples
    --------
    >>> import cognitoken
    >>> jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
    >>> cognitoken.decode(jwt)
    DecodedJwt(header={'alg': 'RS256'}, payload={'sub': 'ada'}, signature=<not shown>)
    """

    __slots__ = ("_header", "_payload")
    __module__ = "cognitoken"

    _header: "dict[str, Any] | None"
    _payload: "dict[str, Any] | None"

    @classmethod
    def _of(cls, handle: "Handle") -> "Self":
        made = cls.__new__(cls)
        made._handle, made._header, made._payload = handle, None, None
        return made

    @property
    def header(self) -> "dict[str, Any]":
        """The header, with the algorithm ``alg`` and the key's id ``kid``."""
        if self._header is None:
            header: dict[str, Any] = self._handle.field("header")
            self._header = header
        return self._header

    @property
    def payload(self) -> "dict[str, Any]":
        """The claims, not verified."""
        if self._payload is None:
            payload: dict[str, Any] = self._handle.field("payload")
            self._payload = payload
        return self._payload

    @property
    def signature(self) -> str:
        """The signature in base64url."""
        return self._handle.field("signature")

    def __iter__(self) -> "Iterator[Any]":
        return iter((self.header, self.payload, self.signature))

    def __len__(self) -> int:
        return 3

    def __getitem__(self, key: "SupportsIndex | slice", /) -> "Any":
        return (self.header, self.payload, self.signature)[key]

    def __repr__(self) -> str:
        return f"DecodedJwt(header={self.header!r}, payload={self.payload!r}, signature=<not shown>)"


register(DecodedJwt)


def decode(jwt: str) -> DecodedJwt:
    """Decode a token without verifying it.

    Anyone can create a token that decodes. Use :class:`Verifier` to check that a token is genuine.

    Parameters
    ----------
    jwt : str
        The token: three parts in base64url with dots between them.
        https://www.rfc-editor.org/rfc/rfc7519

    Returns
    -------
    DecodedJwt
        The header, payload and signature. An integer of more than 64 bits is a str of its digits.

    Raises
    ------
    TokenInvalid
        It is not a JWT, or longer than 64 KiB.

    Examples
    --------
    >>> import cognitoken
    >>> jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3MTQ3Nzc3NjZ9.c2lnbmF0dXJl"
    >>> cognitoken.decode(jwt).payload
    {'sub': 'ada', 'exp': 1714777766}
    >>> header, payload, signature = cognitoken.decode(jwt)
    """
    try:
        return call("decode", {"jwt": jwt})
    finally:
        # Tracebacks with local variables would show it.
        del jwt

import datetime
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, SupportsIndex, final

__all__ = [
    "Challenge",
    "DecodedJwt",
    "Tokens",
    "Verifier",
    "__version__",
    "decode",
    "login",
    "login_async",
    "refresh",
    "refresh_async",
    "run_command",
]

__version__: str

@final
class Tokens:
    # Every sign-in of a user brings an ID and a refresh token; `| Any` spares those who sign in users a check for None.
    @property
    def id_token(self) -> str | Any: ...
    @property
    def access_token(self) -> str: ...
    @property
    def refresh_token(self) -> str | Any: ...
    @property
    def token_type(self) -> str: ...
    @property
    def expires_in(self) -> int: ...
    @property
    def expires_at(self) -> float: ...
    @property
    def claims(self) -> dict[str, Any]: ...
    @property
    def headers(self) -> dict[str, str]: ...
    def to_dict(self) -> dict[str, Any]: ...
    def refresh(self) -> Tokens: ...
    def refresh_async(self) -> Coroutine[Any, Any, Tokens]: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> Any: ...
    def __copy__(self) -> Tokens: ...
    def __deepcopy__(self, memo: object, /) -> Tokens: ...
    def _repr_html_(self) -> str: ...

@final
class DecodedJwt:
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def payload(self) -> dict[str, Any]: ...
    @property
    def signature(self) -> str: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> Any: ...

@final
class Challenge:
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, str]: ...
    def __copy__(self) -> Challenge: ...
    def __deepcopy__(self, memo: object, /) -> Challenge: ...

@final
class Verifier:
    def __new__(
        cls,
        user_pool_id: str | None,
        client_id: str | Sequence[str] | None,
        token_use: str | None = "id",
        *,
        issuer: str | None = None,
        jwks_url: str | None = None,
        jwks: dict[str, Any] | None = None,
        leeway: float = 0.0,
        groups: Sequence[str] | None = None,
        scopes: Sequence[str] | None = None,
    ) -> Verifier: ...
    def verify(self, jwt: str, now: float | datetime.datetime | None = None) -> dict[str, Any]: ...
    def verify_async(
        self, jwt: str, now: float | datetime.datetime | None = None
    ) -> Coroutine[Any, Any, dict[str, Any]]: ...

def login(
    username: str | None = None,
    password: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    flow: str = "auto",
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Tokens: ...
def login_async(
    username: str | None = None,
    password: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    flow: str = "auto",
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Coroutine[Any, Any, Tokens]: ...
def refresh(
    refresh_token: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    username: str | None = None,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Tokens: ...
def refresh_async(
    refresh_token: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    username: str | None = None,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Coroutine[Any, Any, Tokens]: ...
def decode(jwt: str) -> DecodedJwt: ...
def run_command(arguments: Sequence[str]) -> int: ...

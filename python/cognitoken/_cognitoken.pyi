import datetime
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, Literal, SupportsIndex, final

from typing_extensions import Self, disjoint_base

from .exceptions import ChallengeRequired

__all__ = [
    "ANY",
    "Challenge",
    "CodeDelivery",
    "DecodedJwt",
    "Device",
    "Session",
    "SignIn",
    "SsoAttempt",
    "SsoSignIn",
    "Tokens",
    "Verifier",
    "__version__",
    "_settle",
    "client_credentials",
    "client_credentials_async",
    "confirm_forgot_password",
    "confirm_forgot_password_async",
    "confirm_sign_up",
    "confirm_sign_up_async",
    "decode",
    "forgot_password",
    "forgot_password_async",
    "likely_remote",
    "logout_url",
    "refresh",
    "refresh_async",
    "resend_confirmation_code",
    "resend_confirmation_code_async",
    "run_command",
]

__version__: str

def _settle() -> None: ...

@disjoint_base
class Session:
    def __new__(
        cls,
        username: str | None = None,
        password: str | None = None,
        client_id: str | None = None,
        region: str | None = None,
        *,
        user_pool_id: str | None = None,
        client_secret: str | None = None,
        flow: Literal["auto", "srp", "password", "custom", "user_auth", "client_credentials"] = "auto",
        endpoint: str | None = None,
        timeout: float = 30.0,
        on_challenge: Callable[[Challenge], Any] | Literal["prompt"] | None = None,
        totp_secret: str | None = None,
        remember_device: bool = False,
        preferred_challenge: str | None = None,
        device: Device | str | None = None,
        store: str | None = None,
        refresh_token: str | None = None,
        id_token: str | None = None,
        token_use: Literal["id", "access"] = "id",
        domain: str | None = None,
        scopes: Sequence[str] | None = None,
        client_authentication: Literal["basic", "body"] = "basic",
        background_refresh: bool = False,
    ) -> Self: ...
    @property
    def _on_challenge(self) -> Callable[[Challenge], Any] | Literal["prompt"] | None: ...
    @property
    def store(self) -> str: ...
    def tokens(self) -> Tokens: ...
    def tokens_async(self) -> Coroutine[Any, Any, Tokens]: ...
    def id_token(self) -> str: ...
    def id_token_async(self) -> Coroutine[Any, Any, str]: ...
    def access_token(self) -> str: ...
    def access_token_async(self) -> Coroutine[Any, Any, str]: ...
    def headers(self) -> dict[str, str]: ...
    def headers_async(self) -> Coroutine[Any, Any, dict[str, str]]: ...
    def refresh(self) -> Tokens: ...
    def refresh_async(self) -> Coroutine[Any, Any, Tokens]: ...
    def keep(self, tokens: Tokens) -> None: ...
    def keep_async(self, tokens: Tokens) -> Coroutine[Any, Any, None]: ...
    def sign_out(self, everywhere: bool = False) -> str: ...
    def sign_out_async(self, everywhere: bool = False) -> Coroutine[Any, Any, str]: ...
    def status(self) -> dict[str, str]: ...
    def _replace(self, refused: str) -> str: ...
    def _replace_async(self, refused: str) -> Coroutine[Any, Any, str]: ...
    def _repr_html_(self) -> str: ...
    def __copy__(self) -> Session: ...
    def __deepcopy__(self, memo: Any, /) -> Session: ...

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
    @property
    def device(self) -> Device | None: ...
    def to_dict(self) -> dict[str, Any]: ...
    def refresh(self) -> Tokens: ...
    def refresh_async(self) -> Coroutine[Any, Any, Tokens]: ...
    def change_password(self, previous: str, proposed: str) -> None: ...
    def change_password_async(self, previous: str, proposed: str) -> Coroutine[Any, Any, None]: ...
    def sign_out_everywhere(self) -> None: ...
    def sign_out_everywhere_async(self) -> Coroutine[Any, Any, None]: ...
    def revoke(self) -> None: ...
    def revoke_async(self) -> Coroutine[Any, Any, None]: ...
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
    def _repr_html_(self) -> str: ...

@final
class Challenge:
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, str]: ...
    @property
    def username(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def destination(self) -> str | None: ...
    @property
    def choices(self) -> list[str]: ...
    @property
    def required_attributes(self) -> list[str]: ...
    @property
    def question(self) -> str: ...
    @property
    def answer_form(self) -> str: ...
    @property
    def totp_secret(self) -> str | None: ...
    @property
    def totp_uri(self) -> str | None: ...
    def respond(
        self,
        answer: str | None = None,
        *,
        new_password: str | None = None,
        attributes: dict[str, str] | None = None,
        answers: dict[str, str] | None = None,
    ) -> Tokens | Challenge: ...
    def respond_async(
        self,
        answer: str | None = None,
        *,
        new_password: str | None = None,
        attributes: dict[str, str] | None = None,
        answers: dict[str, str] | None = None,
    ) -> Coroutine[Any, Any, Tokens | Challenge]: ...
    def _give(self, given: Any) -> Tokens | Challenge: ...
    def _give_async(self, given: Any) -> Coroutine[Any, Any, Tokens | Challenge]: ...
    def _required(self) -> ChallengeRequired: ...
    def _qr_text(self) -> str | None: ...
    def _repr_html_(self) -> str: ...
    def __copy__(self) -> Challenge: ...
    def __deepcopy__(self, memo: object, /) -> Challenge: ...

@final
class Device:
    def __new__(cls, key: str, group_key: str, password: str) -> Device: ...
    @property
    def key(self) -> str: ...
    @property
    def group_key(self) -> str: ...
    def to_dict(self) -> dict[str, str]: ...
    def __copy__(self) -> Device: ...
    def __deepcopy__(self, _memo: object) -> Device: ...

@final
class CodeDelivery:
    @property
    def destination(self) -> str | None: ...
    @property
    def delivery_medium(self) -> str | None: ...
    @property
    def attribute_name(self) -> str | None: ...

@final
class SignIn:
    def __new__(
        cls,
        username: str | None,
        password: str | None,
        client_id: str | None,
        region: str | None,
        user_pool_id: str | None,
        client_secret: str | None,
        flow: str,
        endpoint: str | None,
        timeout: float,
        totp_secret: str | None,
        remember_device: bool,
        preferred_challenge: str | None,
        device: Device | None,
    ) -> SignIn: ...
    def tokens(self) -> Tokens: ...
    def step(self) -> Tokens | Challenge: ...
    def tokens_async(self) -> Coroutine[Any, Any, Tokens]: ...
    def step_async(self) -> Coroutine[Any, Any, Tokens | Challenge]: ...

@final
class SsoSignIn:
    def __new__(
        cls,
        client_id: str | None,
        domain: str | None,
        client_secret: str | None,
        region: str | None,
        user_pool_id: str | None,
        identity_provider: str | None,
        idp_identifier: str | None,
        login_hint: str | None,
        lang: str | None,
        prompt: str | None,
        scopes: Sequence[str] | None,
        redirect_uri: str,
        timeout: float,
        port_required: bool,
    ) -> SsoSignIn: ...
    def start(self) -> SsoAttempt: ...
    def start_async(self) -> Coroutine[Any, Any, SsoAttempt]: ...

@final
class SsoAttempt:
    @property
    def link(self) -> str: ...
    def paste(self, address: str) -> str | None: ...
    def wait(self) -> Tokens | None: ...
    def wait_async(self) -> Coroutine[Any, Any, Tokens | None]: ...
    def open_browser(self) -> bool: ...
    def close(self) -> None: ...

@final
class _Any: ...

ANY: _Any

@final
class Verifier:
    def __new__(
        cls,
        user_pool_id: str | Sequence[str] | None = None,
        client_id: str | Sequence[str] | _Any | None = None,
        token_use: Literal["id", "access"] | _Any | None = "id",
        *,
        issuer: str | Sequence[str] | None = None,
        jwks_url: str | None = None,
        jwks: dict[str, Any] | None = None,
        leeway: float = 0.0,
        groups: Sequence[str] | None = None,
        scopes: Sequence[str] | None = None,
        timeout: float = 30.0,
        check: Callable[[dict[str, Any]], bool | None] | None = None,
    ) -> Verifier: ...
    def verify(self, jwt: str, now: float | datetime.datetime | None = None) -> dict[str, Any]: ...
    def verify_async(
        self, jwt: str, now: float | datetime.datetime | None = None
    ) -> Coroutine[Any, Any, dict[str, Any]]: ...
    def verify_many(
        self, jwts: Sequence[str], now: float | datetime.datetime | None = None
    ) -> list[dict[str, Any] | Exception]: ...
    def verify_many_async(
        self, jwts: Sequence[str], now: float | datetime.datetime | None = None
    ) -> Coroutine[Any, Any, list[dict[str, Any] | Exception]]: ...

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
    device: Device | str | None = None,
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
    device: Device | str | None = None,
) -> Coroutine[Any, Any, Tokens]: ...
def forgot_password(
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> CodeDelivery: ...
def forgot_password_async(
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Coroutine[Any, Any, CodeDelivery]: ...
def confirm_forgot_password(
    code: str,
    new_password: str,
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> None: ...
def confirm_forgot_password_async(
    code: str,
    new_password: str,
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Coroutine[Any, Any, None]: ...
def resend_confirmation_code(
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> CodeDelivery: ...
def resend_confirmation_code_async(
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Coroutine[Any, Any, CodeDelivery]: ...
def confirm_sign_up(
    code: str,
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> None: ...
def confirm_sign_up_async(
    code: str,
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
) -> Coroutine[Any, Any, None]: ...
def client_credentials(
    client_id: str | None = None,
    client_secret: str | None = None,
    domain: str | None = None,
    scopes: Sequence[str] | None = None,
    *,
    region: str | None = None,
    authentication: str = "basic",
    timeout: float = 30.0,
) -> Tokens: ...
def client_credentials_async(
    client_id: str | None = None,
    client_secret: str | None = None,
    domain: str | None = None,
    scopes: Sequence[str] | None = None,
    *,
    region: str | None = None,
    authentication: str = "basic",
    timeout: float = 30.0,
) -> Coroutine[Any, Any, Tokens]: ...
def logout_url(domain: str | None, client_id: str | None, logout_uri: str, *, region: str | None = None) -> str: ...
def likely_remote() -> bool: ...
def decode(jwt: str) -> DecodedJwt: ...
def run_command(arguments: Sequence[str]) -> int: ...

"""The tokens of a sign-in."""

from ._calls import Call, result_of, twin, waits
from ._cognitoken import call, coroutine, register
from ._device import Device
from ._shown import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from typing import Any, NoReturn, SupportsIndex


class Tokens(Given):
    """The tokens of one sign-in.

    Unpacks as ``(id_token, access_token, refresh_token)``. ``repr``, ``print`` and notebooks show the user and the
    expiry, never a token. Tokens cannot be pickled, so that none ends up in a file or a queue by accident.

    Examples
    --------
    >>> import cognitoken
    >>> tokens = cognitoken.login()
    >>> id_token, access_token, refresh_token = tokens
    >>> tokens.claims["token_use"]
    'id'
    >>> sorted(tokens.headers)
    ['Authorization']
    """

    __slots__ = ()
    __module__ = "cognitoken"

    # Every sign-in of a user brings an ID and a refresh token; `| Any` spares those who sign in users a check for None.

    @property
    def id_token(self) -> "str | Any":
        """The ID token, which most services behind Cognito expect. None if the service sent none."""
        return self._handle.field("id_token")

    @property
    def access_token(self) -> str:
        """The access token."""
        return self._handle.field("access_token")

    @property
    def refresh_token(self) -> "str | Any":
        """The refresh token, valid for days to years. None if the service sent none."""
        return self._handle.field("refresh_token")

    @property
    def token_type(self) -> str:
        """The type of the tokens: ``"Bearer"``."""
        return self._handle.field("token_type")

    @property
    def expires_in(self) -> int:
        """The lifetime of the tokens when they were issued, in seconds."""
        return self._handle.field("expires_in")

    @property
    def expires_at(self) -> float:
        """The expiry of the token that is sent, in seconds since 1970-01-01T00:00:00Z by the service's clock."""
        return self._handle.field("expires_at")

    @property
    def claims(self) -> "dict[str, Any]":
        """The claims of the ID token, or of the access token if there is no ID token, not verified.

        A :class:`Verifier` verifies them.
        """
        return self._handle.field("claims")

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request with the ID token, or with the access token if there is no ID token.

        ``{"Authorization": "Bearer <ID token>"}``
        """
        return self._handle.field("headers")

    @property
    def device(self) -> Device | None:
        """The device that this sign-in registered. None if not requested."""
        return self._handle.field("device")

    def to_dict(self) -> "dict[str, Any]":
        """Return the response in the form that Cognito documents, which contains the tokens.

        Returns
        -------
        dict
            ``{"AuthenticationResult": {"AccessToken": ..., "ExpiresIn": ..., "IdToken": ..., "RefreshToken": ...,
            "TokenType": ...}, "ChallengeParameters": {}}``
            https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html

        Examples
        --------
        >>> import cognitoken
        >>> sorted(cognitoken.login().to_dict())
        ['AuthenticationResult', 'ChallengeParameters']
        """
        return self._handle.field("response")

    def refresh(self) -> "Tokens":
        """Return new tokens, without a password. This object does not change.

        Returns
        -------
        Tokens
            The new tokens, with the old refresh token if the service returns no new one.

        Raises
        ------
        AuthenticationError
            There is no refresh token, or it is expired, revoked or replaced.
        ThrottledError, NetworkError, RequestTimeout, ServiceError
            As for :func:`login`. The time limit is that of the sign-in.

        Examples
        --------
        >>> import cognitoken
        >>> tokens = cognitoken.login()
        >>> tokens = tokens.refresh()
        """
        return call("tokens.refresh", {"self": self._handle})

    def refresh_async(self) -> "Coroutine[Any, Any, Tokens]":
        """Asyncio version of :meth:`refresh`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> async def main():
        ...     tokens = await cognitoken.login_async()
        ...     return await tokens.refresh_async()
        >>> tokens = asyncio.run(main())
        """
        return coroutine("Tokens.refresh_async", "tokens.refresh", {"self": self._handle})

    @waits
    def change_password(self, previous: str, proposed: str) -> None:
        """Change the user's password. The tokens stay valid.

        :meth:`change_password_async` is the asyncio version.

        Parameters
        ----------
        previous : str
            The current password.
        proposed : str
            The new password.

        Raises
        ------
        AuthenticationError
            The previous password is wrong, the access token expired, or the pool's policy refuses the new password.
        ThrottledError, NetworkError, RequestTimeout, ServiceError
            As for :func:`login`.

        Notes
        -----
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html

        Examples
        --------
        >>> import getpass, cognitoken
        >>> def change(tokens: cognitoken.Tokens) -> None:
        ...     tokens.change_password(getpass.getpass("Password: "), getpass.getpass("New password: "))
        """
        return result_of(Call("tokens.change_password", locals()))  # type: ignore[return-value]

    change_password_async = twin(change_password)

    def sign_out_everywhere(self) -> None:
        """Sign the user out everywhere, by revoking all refresh tokens of the user on all devices.

        ID and access tokens that were issued already verify until they expire.

        Raises
        ------
        AuthenticationError
            The access token is expired or revoked.
        ThrottledError, NetworkError, RequestTimeout, ServiceError
            As for :func:`login`.

        Notes
        -----
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html

        Examples
        --------
        >>> import cognitoken
        >>> tokens = cognitoken.login()
        >>> tokens.sign_out_everywhere()
        """
        call("tokens.sign_out_everywhere", {"self": self._handle})

    def sign_out_everywhere_async(self) -> "Coroutine[Any, Any, None]":
        """Asyncio version of :meth:`sign_out_everywhere`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> async def main():
        ...     tokens = await cognitoken.login_async()
        ...     await tokens.sign_out_everywhere_async()
        >>> asyncio.run(main())
        """
        return coroutine("Tokens.sign_out_everywhere_async", "tokens.sign_out_everywhere", {"self": self._handle})

    def revoke(self) -> None:
        """Revoke the refresh token of this sign-in, at the service or at the pool's domain, depending on its origin.

        Without a refresh token, nothing is sent.

        Raises
        ------
        ServiceError
            Revocation is disabled for the app client (``"UnsupportedOperationException"``).
        ThrottledError, NetworkError, RequestTimeout
            As for :func:`login`.

        Notes
        -----
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html

        Examples
        --------
        >>> import cognitoken
        >>> tokens = cognitoken.login()
        >>> tokens.revoke()
        """
        call("tokens.revoke", {"self": self._handle})

    def revoke_async(self) -> "Coroutine[Any, Any, None]":
        """Asyncio version of :meth:`revoke`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> async def main():
        ...     tokens = await cognitoken.login_async()
        ...     await tokens.revoke_async()
        >>> asyncio.run(main())
        """
        return coroutine("Tokens.revoke_async", "tokens.revoke", {"self": self._handle})

    def __iter__(self) -> "Iterator[Any]":
        return iter((self.id_token, self.access_token, self.refresh_token))

    def __len__(self) -> int:
        return 3

    def __getitem__(self, key: "SupportsIndex | slice", /) -> "Any":
        return (self.id_token, self.access_token, self.refresh_token)[key]

    def __reduce__(self) -> "NoReturn":
        raise TypeError(
            "Tokens cannot be pickled: they are secrets. Open a Session with the same store where they are needed, "
            'such as Session(store="file"), or hand on to_dict() in a way that keeps it secret.'
        )


register(Tokens)

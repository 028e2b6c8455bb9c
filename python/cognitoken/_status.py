"""The status of a session."""

from ._cognitoken import register
from ._shown import Given


class SessionStatus(Given):
    """The status of a session when it was asked for, by what was in memory and in the store.

    ``print(status)`` shows it in lines, and a notebook as a table.

    Examples
    --------
    >>> import cognitoken
    >>> status = cognitoken.Session(store="memory").status()
    >>> print(status.signed_in, status.store)
    False memory
    """

    __slots__ = ()
    __module__ = "cognitoken"

    @property
    def signed_in(self) -> bool:
        """True if somebody is signed in."""
        return self._handle.field("signed_in")

    @property
    def who(self) -> str | None:
        """The person who is signed in, for a person to read: the e-mail address, or the user name."""
        return self._handle.field("who")

    @property
    def username(self) -> str | None:
        """The user name in the pool."""
        return self._handle.field("username")

    @property
    def user_pool_id(self) -> str | None:
        """The user pool's id."""
        return self._handle.field("user_pool_id")

    @property
    def issuer(self) -> str | None:
        """The issuer of the tokens."""
        return self._handle.field("issuer")

    @property
    def client_id(self) -> str | None:
        """The app client's id."""
        return self._handle.field("client_id")

    @property
    def expires_at(self) -> float | None:
        """The expiry of the token that is sent, in seconds since 1970-01-01T00:00:00Z by the service's clock."""
        return self._handle.field("expires_at")

    @property
    def refreshable(self) -> bool:
        """True if the tokens can be refreshed without a password."""
        return self._handle.field("refreshable")

    @property
    def refresh_token_issued_at(self) -> float | None:
        """The time when the refresh token was issued, in seconds since 1970-01-01T00:00:00Z."""
        return self._handle.field("refresh_token_issued_at")

    @property
    def profile(self) -> str | None:
        """The name of the profile that the sign-in is of."""
        return self._handle.field("profile")

    @property
    def sources(self) -> dict[str, str]:
        """The sources of the session's values, by the names of the arguments: ``{"client_id": "the profile work"}``."""
        return self._handle.field("sources")

    @property
    def store(self) -> str:
        """The place of the tokens. No secret is in it."""
        return self._handle.field("store")

    @property
    def protection(self) -> str:
        """The protection of the tokens there, in words."""
        return self._handle.field("protection")


register(SessionStatus)

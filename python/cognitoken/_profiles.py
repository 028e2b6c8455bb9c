"""Profiles, which keep the values of a sign-in under a name, and everybody who is signed in."""

from ._calls import Call, named, result_of, twin, waits
from ._cognitoken import call, register
from ._shown import Given
from ._status import SessionStatus
from .exceptions import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


class Profile(Given):
    """The values of a sign-in that are kept under a name. None of them is a secret.

    ``print(profile)`` shows it in lines, and a notebook as a table.

    Examples
    --------
    >>> import cognitoken
    >>> profile = cognitoken.configure("work", client_id="1example23456789", username="ada")
    >>> print(profile.name, profile.username)
    work ada
    """

    __slots__ = ()
    __module__ = "cognitoken"

    @property
    def name(self) -> str:
        """The name of the profile."""
        return self._handle.field("name")

    @property
    def is_chosen(self) -> bool:
        """True if this profile answers if none is named."""
        return self._handle.field("is_chosen")

    @property
    def client_id(self) -> str | None:
        """The app client's id."""
        return self._handle.field("client_id")

    @property
    def username(self) -> str | None:
        """The user who answers if nobody is named."""
        return self._handle.field("username")

    @property
    def region(self) -> str | None:
        """The AWS region to call; without one, the pool id's."""
        return self._handle.field("region")

    @property
    def user_pool_id(self) -> str | None:
        """The user pool's id."""
        return self._handle.field("user_pool_id")

    @property
    def domain(self) -> str | None:
        """The pool's domain."""
        return self._handle.field("domain")

    @property
    def endpoint(self) -> str | None:
        """The URL of the service, if it is not the region's own."""
        return self._handle.field("endpoint")

    @property
    def store(self) -> str | None:
        """The store of the tokens; None is ``"file"``."""
        return self._handle.field("store")

    @property
    def sso(self) -> bool:
        """True if the person signs in on the pool's page."""
        return self._handle.field("sso")

    @property
    def has_client_secret(self) -> bool:
        """True if the app client's secret is kept in the store."""
        return self._handle.field("has_client_secret")

    def __str__(self) -> str:
        return self._handle.text()


register(Profile)


class _Configuration(Call):
    """A profile to keep. A person is asked for its values, if there is one and they are not given."""

    __slots__ = ()

    def wait(self) -> "Any":
        self._ask()
        return super().wait()

    def start(self, name: str = "") -> "Coroutine[Any, Any, Any]":
        return named(name, self._later())

    async def _later(self) -> "Any":
        self._ask()
        return await super().start()

    def _ask(self) -> None:
        # Imported on first use, to keep the import of the package fast.
        from ._answering import there_is_a_person

        if there_is_a_person():
            questions: list[dict[str, str]] = call("configure.questions", dict(self._values))
            for question in questions:
                self._values.update(_answer(**question))


def _answer(parameter: str, prompt: str, default: str = "") -> dict[str, str]:
    """Ask until there is an answer that can be used, and return it by the name of the argument that it is for."""
    from ._answering import shown, terminal

    while True:
        try:
            typed = shown(f"{prompt} [{default}]" if default else prompt)
        except (EOFError, NotImplementedError):  # the second is a notebook's that is run without a person
            break
        try:
            return call("configure.answer", {"parameter": parameter, "answer": typed.strip() or default})
        except ConfigError as error:
            print(error, file=terminal())
    # The error of an empty answer names the argument.
    return call("configure.answer", {"parameter": parameter, "answer": ""})


@waits
def configure(
    profile: str = "default",
    *,
    client_id: str | None = None,
    username: str | None = None,
    region: str | None = None,
    user_pool_id: str | None = None,
    domain: str | None = None,
    endpoint: str | None = None,
    store: str | None = None,
    sso: bool = False,
    client_secret: str | None = None,
) -> Profile:
    """Keep the values of a sign-in under a name, so that no program has to give them.

    Afterwards :func:`login`, :class:`Session` and every other function take from the profile what neither an argument,
    the environment nor ``.env`` gives, in every folder. Python, R and the command share the profiles, which rest in
    ``cognitoken/config.toml`` in the user's configuration folder. A value that is not given stays as it was; the values
    of another client are not taken over. The first profile answers if none is named, until :func:`switch` chooses one.

    If no value is given, or the client's id is not known, the person at the terminal or in the notebook is asked for
    the client id, the user name and the user pool or its region. A password is never kept.

    :func:`configure_async` is the asyncio version.

    Parameters
    ----------
    profile : str, default "default"
        The name of the profile: letters, digits, ``-``, ``_``, ``.`` and ``@``.
    client_id : str, optional
        The app client's id.
    username : str, optional
        The user who answers if nobody is named.
    region : str, optional
        The AWS region to call; without one, the pool id's.
    user_pool_id : str, optional
        The user pool's id, such as ``"us-east-1_AbCdEfGhI"``.
    domain : str, optional
        The pool's domain: its prefix (``"my-app"``), its host or its https URL.
    endpoint : str, optional
        The URL of the service, if it is not the region's own.
    store : str, optional
        The store of the tokens, as for :class:`Session`; ``"file"`` if none is given.
    sso : bool, default False
        Whether the person signs in on the pool's page.
    client_secret : str, optional
        The app client's secret. It is kept in the store, protected as the tokens there, and not in the file of the
        profiles.

    Returns
    -------
    Profile
        The profile, with the values that were kept before.

    Raises
    ------
    ConfigError
        A value is malformed, the client's id is not known and there is nobody to ask, or the file of the profiles
        cannot be read or written. Nothing is kept.
    StoreError
        The client secret cannot be kept.
    KeyboardInterrupt
        Ctrl-C at a question. Nothing is kept.

    Examples
    --------
    >>> import asyncio, cognitoken
    >>> profile = cognitoken.configure("work", client_id="1example23456789", username="ada", region="eu-west-1")
    >>> profile = asyncio.run(cognitoken.configure_async("work", username="grace"))
    >>> print(profile.client_id, profile.username)
    1example23456789 grace
    """
    return result_of(_Configuration("configure", locals()))


configure_async = twin(configure)


def profiles() -> list[Profile]:
    """Return the profiles of this user, in the order of their file.

    Returns
    -------
    list of Profile

    Raises
    ------
    ConfigError
        The file of the profiles cannot be read. The message says why, and names the line.

    Examples
    --------
    >>> import cognitoken
    >>> profile = cognitoken.configure("work", client_id="1example23456789")
    >>> [profile.name for profile in cognitoken.profiles()]
    ['work']
    """
    return call("profiles", {})


@waits
def forget_profile(profile: str) -> None:
    """Remove a profile and its client secret. Its sign-ins stay in their store.

    :func:`forget_profile_async` is the asyncio version.

    Parameters
    ----------
    profile : str
        The name of the profile.

    Raises
    ------
    ConfigError
        There is no such profile (``"ProfileNotFound"``), or the file of the profiles cannot be written.
    StoreError
        The client secret cannot be removed. The profile stays.

    Examples
    --------
    >>> import cognitoken
    >>> profile = cognitoken.configure("work", client_id="1example23456789")
    >>> cognitoken.forget_profile("work")
    >>> cognitoken.profiles()
    []
    """
    return result_of(Call("forget_profile", locals()))  # type: ignore[return-value]


forget_profile_async = twin(forget_profile)


@waits
def sign_ins(*, timeout: float = 30.0) -> list[SessionStatus]:
    """Return everybody who is signed in.

    The sign-ins are those in the stores of the profiles, in ``COGNITO_STORE``, and in the user's own files.

    :func:`sign_ins_async` is the asyncio version.

    Parameters
    ----------
    timeout : float, default 30.0
        The time limit of the whole call in seconds.

    Returns
    -------
    list of SessionStatus
        The sign-ins, each with the profile that it is of.

    Raises
    ------
    ConfigError
        The file of the profiles cannot be read.
    StoreError
        A store that a profile or the environment names does not work.

    Examples
    --------
    >>> import asyncio, cognitoken
    >>> for status in cognitoken.sign_ins():
    ...     print(status.profile, status.username, status.expires_at)
    >>> asyncio.run(cognitoken.sign_ins_async())
    []
    """
    return result_of(Call("sign_ins", locals()))


sign_ins_async = twin(sign_ins)


@waits
def switch(username: str | None = None, *, profile: str | None = None, timeout: float = 30.0) -> Profile:
    """Choose who answers if nobody is named: a user who is signed in, or a profile.

    :func:`switch_async` is the asyncio version.

    Parameters
    ----------
    username : str, optional
        The user to switch to, who is signed in. The profile of that sign-in is chosen, and answers for this user.
    profile : str, optional
        The profile to switch to; beside a user, the one of several profiles where this user is signed in.
    timeout : float, default 30.0
        The time limit of the whole call in seconds.

    Returns
    -------
    Profile
        The profile that answers now.

    Raises
    ------
    ConfigError
        Neither is given, there is no such profile (``"ProfileNotFound"``), or the user is signed in by several profiles
        (``"SeveralIdentities"``).
    AuthenticationError
        The user is not signed in (``"NotSignedIn"``).
    StoreError
        A store does not work.

    Examples
    --------
    >>> import cognitoken
    >>> profile = cognitoken.configure("work", client_id="1example23456789")
    >>> cognitoken.switch(profile="work").is_chosen
    True
    """
    return result_of(Call("switch", locals()))


switch_async = twin(switch)

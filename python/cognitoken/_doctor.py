"""Checks of a set-up."""

from ._calls import Call, result_of, twin, waits
from ._cognitoken import register
from ._shown import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal


class Check(Given):
    """One check of a :class:`Report`: what was looked at, what was found, and what to do."""

    __slots__ = ()
    __module__ = "cognitoken"

    @property
    def group(self) -> str:
        """The group of the check: ``"values"``, ``"network"``, ``"service"`` or ``"store"``."""
        return self._handle.field("group")

    @property
    def name(self) -> str:
        """The thing that was checked: a variable, ``"proxy"``, ``"clock"``, a flow."""
        return self._handle.field("name")

    @property
    def state(self) -> "Literal['good', 'note', 'bad']":
        """``"good"``; ``"note"``, worth knowing but no obstacle; or ``"bad"``."""
        return self._handle.field("state")

    @property
    def finding(self) -> str:
        """The finding, in words. No secret is in it."""
        return self._handle.field("finding")

    @property
    def fix(self) -> str | None:
        """The next step, if there is one."""
        return self._handle.field("fix")


register(Check)


class Report(Given):
    """The checks of a set-up, returned by :func:`doctor`. It prints itself, and shows itself in a notebook.

    Examples
    --------
    >>> import cognitoken
    >>> report = cognitoken.doctor(offline=True)
    >>> for check in report.checks:
    ...     if check.state == "bad":
    ...         print(check.name, check.finding, check.fix)
    """

    __slots__ = ()
    __module__ = "cognitoken"

    @property
    def checks(self) -> "tuple[Check, ...]":
        """The checks, in their order."""
        return tuple(self._handle.field("checks"))

    @property
    def ok(self) -> bool:
        """True if no check found an obstacle to a sign-in, a refresh or a verification."""
        return self._handle.field("ok")

    def __iter__(self) -> "Iterator[Check]":
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    def __repr__(self) -> str:
        return f"{super().__repr__()}\n{self}"


register(Report)


@waits
def doctor(
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    flow: "Literal['auto', 'srp', 'password', 'custom', 'user_auth']" = "auto",
    endpoint: str | None = None,
    timeout: float = 30.0,
    store: str | None = None,
    offline: bool = False,
    profile: str | None = None,
) -> Report:
    """Check the values of a sign-in, the network, the service and the store, and tell what is wrong and how to fix it.

    The values are those that :func:`login` and :class:`Session` would use: arguments, the environment, ``.env``, the
    profile. Each is shown with its source, a secret never. No password is sent, and nobody is signed in.

    :func:`doctor_async` is the asyncio version.

    Parameters
    ----------
    username : str, optional
        The user name, or an alias (``COGNITO_USER_NAME``).
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``), as for :func:`login`.
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``).
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    flow : str, default "auto"
        The authentication flow to check for, as for :func:`login`.
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``).
    timeout : float, default 30.0
        The time limit of each request in seconds.
    store : str, optional
        The store of the tokens (``COGNITO_STORE``), as for :class:`Session`.
    offline : bool, default False
        Whether to check values, network settings and the store only, without requests.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Returns
    -------
    Report
        The checks. ``print(report)`` shows them with their next steps, ``report.ok`` is False if one found an obstacle.

    Raises
    ------
    ConfigError
        An argument is malformed. What the environment and ``.env`` hold is checked, and raises nothing.

    Examples
    --------
    >>> import asyncio, cognitoken
    >>> report = cognitoken.doctor(offline=True)
    >>> sorted({check.group for check in report.checks})
    ['network', 'store', 'values']
    >>> report = asyncio.run(cognitoken.doctor_async(offline=True))
    """
    return result_of(Call("doctor", locals()))


doctor_async = twin(doctor)

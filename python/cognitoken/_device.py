"""Devices that a pool remembers."""

from ._cognitoken import call, register
from ._shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class Device(Shown):
    """A device that the pool remembers, so that a later sign-in of the same user may skip MFA.

    ``login(remember_device=True)`` registers a device, which is then in ``tokens.device``. Pass it to later sign-ins as
    ``login(device=...)``. A device has a password of its own and is therefore a secret: ``repr`` does not show the
    password, and it cannot be pickled. To keep it, store the result of :meth:`to_dict` in a safe place.

    Parameters
    ----------
    key : str
        The pool's key for the device, ``"<region>_<uuid>"``.
    group_key : str
        The pool's key for the group that the device is in.
    password : str
        The device's own password.

    Notes
    -----
    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html

    Examples
    --------
    >>> import cognitoken
    >>> kept = {"key": "us-east-1_f0e1d2c3", "group_key": "-group", "password": "from a safe place"}
    >>> device = cognitoken.Device(**kept)
    >>> device
    <Device us-east-1_f0e1d2c3>
    >>> device.to_dict() == kept
    True
    """

    __slots__ = ()
    __module__ = "cognitoken"

    def __init__(self, key: str, group_key: str, password: str) -> None:
        try:
            made: Device = call("device", {"key": key, "group_key": group_key, "password": password})
        finally:
            # Tracebacks with local variables would show it.
            del password
        self._handle = made._handle

    @property
    def key(self) -> str:
        """The pool's key for the device, ``"<region>_<uuid>"``."""
        return self._handle.field("key")

    @property
    def group_key(self) -> str:
        """The pool's key for the group that the device is in."""
        return self._handle.field("group_key")

    def to_dict(self) -> dict[str, str]:
        """Return the arguments that create the device, which include its password.

        Returns
        -------
        dict of str to str
            ``key``, ``group_key`` and ``password``, for ``Device(**kept)``.

        Examples
        --------
        >>> import cognitoken
        >>> device = cognitoken.Device("us-east-1_f0e1d2c3", "-group", "from a safe place")
        >>> sorted(device.to_dict())
        ['group_key', 'key', 'password']
        """
        return {name: self._handle.field(name) for name in ("key", "group_key", "password")}

    def __reduce__(self) -> "NoReturn":
        raise TypeError(
            "a Device cannot be pickled: it holds a password of its own. Keep to_dict() in a safe place instead."
        )


register(Device)

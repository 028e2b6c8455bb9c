"""The base of the objects of this package: a native half, which knows how to show itself."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self

    from ._cognitoken import Handle


class Shown:
    """An object with a native half. Showing it asks neither a store nor the network, and shows no secret."""

    __slots__ = ("_handle",)

    _handle: "Handle"

    @classmethod
    def _of(cls, handle: "Handle") -> "Self":
        """Make the object that shows a native half."""
        made = cls.__new__(cls)
        made._handle = handle
        return made

    def __repr__(self) -> str:
        handle: Handle | None = getattr(self, "_handle", None)
        # A traceback with local variables shows an object whose values were refused.
        return f"<{type(self).__name__}>" if handle is None else handle.line()

    def __str__(self) -> str:
        handle: Handle | None = getattr(self, "_handle", None)
        return repr(self) if handle is None else handle.text()

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        return self._handle.html()

    def __copy__(self) -> "Self":
        return self

    def __deepcopy__(self, memo: object, /) -> "Self":
        return self


class Given(Shown):
    """An object that only this package makes."""

    __slots__ = ()

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is made by this package only")

"""Calls of the native module, and the asyncio twins of the functions that wait for one.

The body of a public function returns the :class:`Call` to make. ``waits`` makes the function that waits for it, and
``twin`` the function that returns a coroutine, from the same body and so with the same signature and documentation. The
body has returned before the call is made: no frame of a traceback holds an argument, which may be a secret.
"""

from ._cognitoken import call, coroutine

# Type checkers take both for true. Jedi does not see through the first, so it takes a decorator for one that changes
# nothing; it skips what is below the second.
TYPE_CHECKING = bool()  # noqa: UP018
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _Function = TypeVar("_Function", bound=Callable[..., Any])

TYPE_CHECKING = False  # pyright: ignore[reportConstantRedefinition]
if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine
    from typing import ParamSpec

    _Parameters = ParamSpec("_Parameters")
    _Result = TypeVar("_Result")


class Call:
    """An operation of the native module and its values. It can be made once, because making it clears the values."""

    __slots__ = ("_operation", "_values")

    def __init__(self, operation: str, values: "dict[str, Any]") -> None:
        self._operation = operation
        self._values = values

    def wait(self) -> "Any":
        """Make the call and wait for the result."""
        result: object = call(self._operation, self._values)
        return result

    def start(self, name: str) -> "Coroutine[Any, Any, Any]":
        """Return a coroutine of this name that makes the call."""
        return coroutine(name, self._operation, self._values)


class FinishedCall(Call):
    """A call whose result Python code finishes."""

    __slots__ = ()

    def wait(self) -> "Any":
        """Make the call, wait for the result and finish it."""
        return self.finish(super().wait())

    def start(self, name: str) -> "Coroutine[Any, Any, Any]":
        """Return a coroutine of this name that makes the call and finishes the result."""
        return named(name, self._finish_later(super().start(name)))

    def finish(self, result: "Any") -> "Any":
        """Return the finished result."""
        return result

    async def _finish_later(self, result: "Awaitable[Any]") -> "Any":
        return self.finish(await result)


def result_of(made: Call) -> "_Result":  # type: ignore[type-var]
    """Return the call, typed as its result: ``waits`` and ``twin`` turn the one into the other."""
    return made  # type: ignore[return-value]


def waits(function: "_Function") -> "_Function":
    """Make a function that waits for the call that this function returns."""

    def wait(*args: "Any", **kwargs: "Any") -> "Any":
        try:
            made = function(*args, **kwargs)
        finally:
            del args, kwargs
        return made.wait()

    return _like(function, wait, function.__name__)


if TYPE_CHECKING:

    def twin(
        function: "Callable[_Parameters, _Result]",
    ) -> "Callable[_Parameters, Coroutine[Any, Any, _Result]]":
        """Make the asyncio twin of a function that ``waits``: it returns a coroutine."""
        ...

else:

    def twin(function: "_Function") -> "_Function":
        """Make the asyncio twin of a function that ``waits``: it returns a coroutine."""
        body = function.__wrapped__
        name = f"{function.__name__.rstrip('_')}_async"

        def start(*args, **kwargs):
            try:
                made = body(*args, **kwargs)
            finally:
                del args, kwargs
            return made.start(start.__qualname__)

        return _like(body, start, name)


def named(name: str, started: "_Result") -> "_Result":
    """Give a coroutine the name that a task is to show."""
    coroutine: Any = started
    coroutine.__name__, coroutine.__qualname__ = name.rpartition(".")[2], name
    return started


def _like(body: "Any", function: "Any", name: str) -> "_Result":  # type: ignore[type-var]
    """Give a function this name, and the signature and the documentation of its body."""
    # As functools.wraps does, whose import takes longer than the rest of this package's Python.
    function.__wrapped__, function.__module__, function.__doc__ = body, body.__module__, body.__doc__
    function.__qualname__ = f"{body.__qualname__.rpartition('.')[0]}.{name}".lstrip(".")
    function.__name__ = name
    return function  # type: ignore[no-any-return]

"""Calls of the native module, and the asyncio twins of the functions that wait for one.

The body of a public function returns the :class:`Call` to make. ``waits`` makes the function that waits for it, and
``twin`` the function that returns a coroutine, from the same body and so with the same signature. The body has returned
before the call is made: no frame of a traceback holds an argument, which may be a secret.
"""

from ._cognitoken import call, coroutine

# For type checkers it is true. Jedi skips what is below a plain False, and needs these names to know the decorators.
TYPE_CHECKING = bool()  # noqa: UP018
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any, ParamSpec, TypeVar

    _Parameters = ParamSpec("_Parameters")
    _Result = TypeVar("_Result")
    _Function = TypeVar("_Function", bound=Callable[..., Any])


class Call:
    """An operation of the native module and its values. It can be made once, because making it clears the values."""

    __slots__ = ("_operation", "_values")

    def __init__(self, operation: str, values: "dict[str, Any]") -> None:
        self._operation = operation
        self._values = values

    def wait(self) -> "Any":
        """Make the call and wait for the result."""
        return call(self._operation, self._values)

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


def result_of(made: Call) -> "_Result":  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeVarUse]
    """Return the call, typed as its result: ``waits`` and ``twin`` turn the one into the other."""
    return made  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def waits(function: "_Function") -> "_Function":
    """Make a function that waits for the call that this function returns."""

    def wait(*args: "Any", **kwargs: "Any") -> "Any":
        try:
            made = function(*args, **kwargs)
        finally:
            del args, kwargs
        return made.wait()

    return _like(wait, function, function)  # type: ignore[return-value]


def twin(
    function: "Callable[_Parameters, _Result]",
) -> "Callable[[Callable[..., Coroutine[Any, Any, _Result]]], Callable[_Parameters, Coroutine[Any, Any, _Result]]]":
    """Make the asyncio twin of a function that ``waits``.

    The decorated function gives its name and its documentation. Its body tells readers and editors, which look there for
    the parameters, what the twin does, and is never run.
    """
    body: Callable[..., Call] = function.__wrapped__  # type: ignore[attr-defined]

    def make(shell: "Callable[..., Any]") -> "Callable[..., Any]":
        name = shell.__qualname__

        def start(*args: "Any", **kwargs: "Any") -> "Any":
            try:
                made = body(*args, **kwargs)
            finally:
                del args, kwargs
            return made.start(name)

        return _like(start, shell, body)

    return make


def named(name: str, started: "Coroutine[Any, Any, _Result]") -> "Coroutine[Any, Any, _Result]":
    """Give a coroutine the name that a task is to show."""
    started.__name__, started.__qualname__ = name.rpartition(".")[2], name
    return started


def _like(function: "Any", model: "Any", signature: "Any") -> "Any":
    """Give a function the name and documentation of one function and the signature of another."""
    # As functools.wraps does, whose import takes longer than the rest of this package's Python.
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(function, attribute, getattr(model, attribute))
    function.__wrapped__ = signature
    return function

"""The records of the core's log. Imported once the program has imported ``logging``, and not before."""

import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_LOGGER = logging.getLogger("cognitoken")
_REPORTS = logging.NullHandler()


def enabled_level() -> "int | None":
    """Return the level from which on a handler gets records, or None if there is no handler."""
    if not _LOGGER.hasHandlers():
        return None
    return max(_LOGGER.getEffectiveLevel(), logging.root.manager.disable + 1)


def emit(lines: "Iterable[tuple[str, int, str, float]]") -> None:
    """Emit a record for each line: the name of the logger, the level, the message and the time."""
    for name, level, message, created in lines:
        logger = logging.getLogger(name)
        if not logger.isEnabledFor(level) or not logger.hasHandlers():
            continue
        record = logger.makeRecord(name, level, "(cognitoken)", 0, message, (), None)
        record.relativeCreated += (created - record.created) * 1000
        record.created, record.msecs = created, created % 1 * 1000
        try:
            logger.handle(record)
        except Exception:  # noqa: BLE001 a record must not cost the caller the result of a call
            # As logging reports it: on standard error, unless logging.raiseExceptions is false.
            _REPORTS.handleError(record)

"""POST /_control: what a test does to the server, and asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .devices import forget_device
from .errors import RefusalError
from .facts import client_facts, describe, user_facts
from .faults import Fault, Faults
from .journal import Journal
from .model import Client, Pool, User
from .scenarios import CODES, SCENARIOS, add_client, add_user
from .service import Service
from .totp import STEP_SECONDS, code_at

_CLIENT_SETTINGS = {
    "rotation", "grace_seconds", "knows_get_tokens", "session_seconds", "token_seconds", "refresh_seconds",
    "session_with_srp", "srp_form",
}  # fmt: skip


class ControlError(Exception):
    """An order that makes no sense; the test that gave it is wrong."""


class Control:
    """Actions by their names. Arguments are the members of the order beside ``action``."""

    def __init__(self, service: Service, journal: Journal, faults: Faults) -> None:
        self._service = service
        self._journal = journal
        self._faults = faults
        self.endpoint = ""
        self._actions: dict[str, Callable[..., dict[str, Any]]] = {
            "facts": self._facts,
            "reset": self._reset,
            "clock": self._clock,
            "expire_sessions": self._expire_sessions,
            "fault": self._fault,
            "clear_faults": self._clear_faults,
            "journal": self._select,
            "clear_journal": self._clear_journal,
            "new_user": self._new_user,
            "new_client": self._new_client,
            "set_client": self._set_client,
            "set_user": self._set_user,
            "user": self._user,
            "forget_device": self._forget_device,
        }

    def act(self, order: dict[str, Any]) -> dict[str, Any]:
        arguments = dict(order)
        action = self._actions.get(arguments.pop("action", ""))
        if action is None:
            raise ControlError(f"actions are {', '.join(self._actions)}")
        with self._service.lock:
            try:
                return action(**arguments)
            except (TypeError, ValueError, LookupError, RefusalError) as error:
                raise ControlError(f"{type(error).__name__}: {error}") from error

    def _facts(self) -> dict[str, Any]:
        return describe(self.endpoint, self._service.state.pools)

    def _reset(self) -> dict[str, Any]:
        self._service.reset()
        self._journal.clear()
        return {"faults_left": self._faults.clear()}

    def _clock(self, *, advance: float = 0.0, offset: float | None = None) -> dict[str, Any]:
        clock = self._service.clock
        clock.offset = (clock.offset if offset is None else offset) + advance
        return {"now": clock.now(), "offset": clock.offset}

    def _expire_sessions(self, *, username: str | None = None) -> dict[str, Any]:
        self._service.state.proofs.expire(username)
        return {"ended": self._service.state.sessions.expire(username)}

    def _fault(self, **settings: Any) -> dict[str, Any]:
        self._faults.order(Fault(**settings))
        return {}

    def _clear_faults(self) -> dict[str, Any]:
        return {"faults_left": self._faults.clear()}

    def _select(self, *, operation: str | None = None, username: str | None = None) -> dict[str, Any]:
        return {"entries": self._journal.select(operation=operation, username=username)}

    def _clear_journal(self) -> dict[str, Any]:
        self._journal.clear()
        return {}

    def _new_user(self, *, scenario: str, pool: str = "plain") -> dict[str, Any]:
        if scenario not in SCENARIOS:
            raise ValueError(f"scenarios are {', '.join(SCENARIOS)}")
        return user_facts(add_user(self._pool(pool), scenario))

    def _new_client(self, *, pool: str = "plain", secret: bool = False, **settings: Any) -> dict[str, Any]:
        _check_settings(settings)
        return client_facts(add_client(self._pool(pool), None, secret=secret, settings=settings))

    def _set_client(self, *, client_id: str, **settings: Any) -> dict[str, Any]:
        _check_settings(settings)
        client = self._client(client_id)
        for name, value in settings.items():
            setattr(client, name, value)
        return {}

    def _set_user(self, *, username: str, pool: str = "plain", **settings: Any) -> dict[str, Any]:
        """``status``, ``enabled`` or ``password``, as an administrator would."""
        user = self._find_user(pool, username)
        if "password" in settings:
            user.set_password(settings.pop("password"))
        for name, value in settings.items():
            if name not in {"status", "enabled"}:
                raise ValueError(f"{name} cannot be set")
            setattr(user, name, value)
        return {}

    def _user(self, *, username: str, pool: str = "plain") -> dict[str, Any]:
        """How a user stands, with the codes that are right for them now."""
        user = self._find_user(pool, username)
        step = int(self._service.clock.now()) // STEP_SECONDS
        totp = code_at(user.totp_secret, step) if user.totp_secret else None
        return {
            **user_facts(user),
            "sub": user.sub,
            "status": user.status,
            "enabled": user.enabled,
            "attributes": user.attributes,
            "mfa": list(user.mfa),
            "totp_secret": user.totp_secret,
            "codes": {**CODES, "SOFTWARE_TOKEN_MFA": totp},
            "devices": {
                device.key: {
                    "name": device.name,
                    "group_key": device.group_key,
                    "confirmed": device.confirmed,
                    "remembered": device.remembered,
                }
                for device in user.devices.values()
            },
        }

    def _forget_device(
        self, *, username: str, device_key: str | None = None, pool: str = "devices"
    ) -> dict[str, Any]:
        """One device of a user, or all of them."""
        user = self._find_user(pool, username)
        keys = [device_key] if device_key else list(user.devices)
        for key in keys:
            forget_device(self._service.state, user, key)
        return {"forgotten": keys}

    def _pool(self, name: str) -> Pool:
        return self._service.state.pools[name]

    def _find_user(self, pool: str, username: str) -> User:
        user = self._pool(pool).find(username)
        if user is None:
            raise ValueError(f"no user {username} in the pool {pool}")
        return user

    def _client(self, client_id: str) -> Client:
        clients = (client for pool in self._service.state.pools.values() for client in pool.clients.values())
        found = next((client for client in clients if client.id == client_id), None)
        if found is None:
            raise ValueError(f"no client {client_id}")
        return found


def _check_settings(settings: dict[str, Any]) -> None:
    unknown = set(settings) - _CLIENT_SETTINGS
    if unknown:
        raise ValueError(f"settings of a client are {', '.join(sorted(_CLIENT_SETTINGS))}")

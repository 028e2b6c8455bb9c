"""A stateful stand-in for the cognito-idp API, for what the local Cognito of the demo does not have."""

from __future__ import annotations

from .process import MockWire, MockWireError

__all__ = ["MockWire", "MockWireError"]

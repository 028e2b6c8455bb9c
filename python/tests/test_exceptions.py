"""The tree of exceptions."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
import traceback

import pytest

import cognitoken
from cognitoken import exceptions

TREE = {
    cognitoken.CognitoError: Exception,
    cognitoken.ConfigError: cognitoken.CognitoError,
    cognitoken.AuthenticationError: cognitoken.CognitoError,
    cognitoken.ChallengeRequired: cognitoken.AuthenticationError,
    cognitoken.PasswordResetRequired: cognitoken.AuthenticationError,
    cognitoken.UserNotConfirmed: cognitoken.AuthenticationError,
    cognitoken.ThrottledError: cognitoken.CognitoError,
    cognitoken.NetworkError: cognitoken.CognitoError,
    cognitoken.RequestTimeout: cognitoken.NetworkError,
    cognitoken.ServiceError: cognitoken.CognitoError,
    cognitoken.TokenError: cognitoken.CognitoError,
    cognitoken.TokenExpired: cognitoken.TokenError,
    cognitoken.TokenInvalid: cognitoken.TokenError,
    cognitoken.StoreError: cognitoken.CognitoError,
    cognitoken.LocalError: cognitoken.CognitoError,
}


def test_a_time_limit_is_one_of_python_s_own_too() -> None:
    assert issubclass(exceptions.RequestTimeout, TimeoutError)
    error = exceptions.RequestTimeout("too slow", code="RequestTimeout", retryable=True)
    assert (str(error), error.args, error.message, error.retryable) == ("too slow", ("too slow",), "too slow", True)


def test_the_tree_is_the_documented_one() -> None:
    assert {each.__name__ for each in TREE} == set(exceptions.__all__) - {"ConfigWarning", "StoreWarning"}
    for each, parent in TREE.items():
        assert each.__bases__[0] is parent
        assert inspect.getdoc(each)


def made(kind: type[cognitoken.CognitoError]) -> cognitoken.CognitoError:
    return kind("what went wrong", code="TheCode", hint="what to do", request_id="request-0815", retryable=True)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_each_says_what_went_wrong(kind: type[cognitoken.CognitoError]) -> None:
    error = made(kind)
    assert str(error) == error.message == "what went wrong"
    assert (error.code, error.hint, error.request_id, error.retryable) == (
        "TheCode",
        "what to do",
        "request-0815",
        True,
    )
    bare = kind("what went wrong")
    assert (bare.code, bare.hint, bare.request_id, bare.retryable) == (None, None, None, False)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_each_can_be_pickled_and_copied(kind: type[cognitoken.CognitoError]) -> None:
    error = made(kind)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is kind
        assert twin.args == error.args
        assert vars(twin) == {**vars(error), **({"challenge": None} if "challenge" in vars(twin) else {})}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have no notes before Python 3.11")
def test_a_traceback_shows_the_hint_below_the_message() -> None:
    lines = "".join(traceback.format_exception(made(cognitoken.NetworkError))).splitlines()
    assert lines[-2:] == ["cognitoken.exceptions.NetworkError: what went wrong", "Hint: what to do"]

"""The signatures and the documentation, held against the table of parameters that every language has."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

import cognitoken
from cognitoken import _cognitoken

CALLS: list[dict[str, Any]] = _cognitoken.parameters()

# The types that the documentation has for the kinds of the table.
TYPES = {
    "text": {"str"},
    "secret": {"str"},
    "choice": {"str"},
    "seconds": {"float"},
    "truth": {"bool"},
    "texts": {"list of str", "list of str or str", "str or list of str"},
    "named_texts": {"dict of str to str"},
    "device": {"Device"},
    "device_or_key": {"Device or str"},
    "tokens": {"Tokens"},
    "session": {"Session"},
    "function": {"callable", 'callable or "prompt"', "bool or callable"},
    "json": {"dict"},
    "time": {"float or datetime.datetime"},
}

# What Python has otherwise, each with its reason.
OTHERWISE = {
    # Taken by position, before one that has to be given: None stands for the variable.
    ("logout_url", "domain"): "str or None",
    ("logout_url", "client_id"): "str or None",
}


def called(name: str) -> Callable[..., Any]:
    value: Any = cognitoken
    for part in name.split("."):
        value = getattr(value, part)
    return value  # type: ignore[no-any-return]


def own(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return [each for each in inspect.signature(function).parameters.values() if each.name != "self"]


def twins(name: str) -> list[str]:
    """The call, and its asyncio twin if it has one."""
    twin = name.removesuffix("_") + "_async"
    value: Any = cognitoken
    for part in twin.split("."):
        value = getattr(value, part, None)
    return [name] if value is None else [name, twin]


def documented(name: str) -> dict[str, tuple[str, str]]:
    """The type and the text of each parameter in the documentation of a call."""
    sections = re.split(r"^(\w+)\n-+\n", inspect.getdoc(called(name)) or "", flags=re.MULTILINE)
    text = dict(zip(sections[1::2], sections[2::2], strict=True)).get("Parameters", "")
    found = re.findall(r"^(\w+) : (.+)\n((?:    .*\n|\n)+)", text + "\n", flags=re.MULTILINE)
    return {parameter: (type_, words) for parameter, type_, words in found}


NAMES = [call["call"] for call in CALLS]
ALL_NAMES = [twin for name in NAMES for twin in twins(name)]


def row_of(name: str) -> list[dict[str, Any]]:
    return next(call["parameters"] for call in CALLS if name in twins(call["call"]))


@pytest.mark.parametrize("name", ALL_NAMES)
def test_a_call_takes_what_the_table_says(name: str) -> None:
    parameters = {each.name: each for each in own(called(name))}
    assert set(parameters) == {row["name"] for row in row_of(name)}
    for row in row_of(name):
        parameter = parameters[row["name"]]
        if row["required"]:
            assert parameter.default is inspect.Parameter.empty, row["name"]
        elif (name, row["name"]) not in OTHERWISE:
            assert parameter.default == row["default"], row["name"]
            assert type(parameter.default) is type(row["default"]), row["name"]


@pytest.mark.parametrize("name", ALL_NAMES)
def test_the_table_says_what_is_taken_by_position(name: str) -> None:
    by_position = [each.name for each in own(called(name)) if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert by_position == [row["name"] for row in row_of(name) if row["positional"]]


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_is_documented_with_its_type_default_and_variable(name: str) -> None:
    documentation = documented(name)
    assert list(documentation) == [each.name for each in own(called(name))], "in the order of the signature"
    for row in row_of(name):
        type_, words = documentation[row["name"]]
        otherwise = OTHERWISE.get((name, row["name"]))
        if otherwise is not None:
            assert type_ == otherwise
        elif row["required"]:
            assert type_ in TYPES[row["kind"]], row["name"]
        elif row["default"] is None:
            assert type_.removesuffix(", optional") in TYPES[row["kind"]], row["name"]
            assert type_.endswith(", optional"), row["name"]
        else:
            kind, _, default = type_.partition(", default ")
            assert kind in TYPES[row["kind"]], row["name"]
            assert default in (repr(row["default"]), repr(row["default"]).replace("'", '"')), row["name"]
        assert row["variable"] in words, row["name"]
        for choice in row["choices"]:
            assert f'``"{choice}"``' in words or "As for :func:`login`" in words or "as for :func:`login`" in words


def test_the_table_has_every_call_that_takes_something() -> None:
    listed = {twin for name in NAMES for twin in twins(name)}
    made_otherwise = {
        # They take an object and give another one; nothing of Cognito is among their parameters.
        "requests_auth",
        "httpx_auth",
        # Its parameters are those of boto3.
        "AwsCredentials.boto3",
        # The checks of a report, which only the package puts together.
        "Report",
    }
    for name in cognitoken.__all__:
        value = getattr(cognitoken, name)
        if inspect.isclass(value) and issubclass(value, (Exception, Warning)):
            continue
        members = vars(value) if inspect.isclass(value) else {}
        for each in [name, *(f"{name}.{member}" for member in members)]:
            member = called(each)
            is_public = not each.rpartition(".")[2].startswith("_")
            if callable(member) and is_public and each not in made_otherwise | listed:
                assert own(member) == [], f"{each} is not in the table"

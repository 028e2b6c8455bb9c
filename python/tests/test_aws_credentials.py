"""AWS credentials: of the local Cognito's identity pools, and as botocore reads them."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import boto3
import pytest
from local_cognito import Fixtures
from misbehaving_server import Answer, MisbehavingServer, Request, refusal, response, tokens
from mock_wire import MockWire
from signing_in import values

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]

POOL = "us-east-1:12345678-dcba-1234-abcd-1234567890ab"
IDENTITY = "us-east-1:00000000-dcba-1234-abcd-1234567890ab"
ROLE = "arn:aws:sts::000000000000:assumed-role/analysts/CognitoIdentityCredentials"


def issued(number: int, life: float) -> bytes:
    keys = {"AccessKeyId": f"ASIA{number}", "SecretKey": f"secret-key-{number}", "SessionToken": f"token-{number}"}
    return response(200, {"IdentityId": IDENTITY, "Credentials": keys | {"Expiration": time.time() + life}})


class Pools:
    """A user pool and an identity pool, whose credentials live as long as a test says."""

    def __init__(self, *lives: float) -> None:
        self._lives = list(lives)
        self._number = 0

    def __call__(self, request: Request) -> bytes:
        if request.operation == "GetId":
            return response(200, {"IdentityId": IDENTITY})
        if request.operation == "GetCredentialsForIdentity":
            self._number += 1
            return issued(self._number, self._lives.pop(0))
        return tokens(iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI")


def session(server: MisbehavingServer, **options: Any) -> cognitoken.Session:
    return cognitoken.Session("ada", "password", "client", endpoint=server.endpoint, **options)


def get(server: MisbehavingServer, **options: Any) -> cognitoken.AwsCredentials:
    return cognitoken.aws_credentials(session(server), POOL, identity_endpoint=server.endpoint, **options)


def operations(server: MisbehavingServer) -> list[str]:
    return [request.operation for request in server.requests]


@pytest.mark.usefixtures("environment")
def test_the_service_takes_them(cognito: Fixtures) -> None:
    mine = cognitoken.Session()
    got = cognitoken.aws_credentials(mine, cognito.identity_pool_id, identity_endpoint=cognito.endpoint)
    assert got.region == cognito.region
    assert got.identity_id.startswith(f"{cognito.region}:")
    assert 3000 < got.expires_at - time.time() < 3700
    aws = got.boto3()
    assert aws.region_name == cognito.region
    assert aws.client("sts", endpoint_url=cognito.endpoint).get_caller_identity()["Arn"] == ROLE
    again = cognitoken.aws_credentials(mine, cognito.identity_pool_id, identity_endpoint=cognito.endpoint)
    assert again.access_key_id == got.access_key_id
    mine.sign_out()
    later = cognitoken.aws_credentials(mine, cognito.identity_pool_id, identity_endpoint=cognito.endpoint)
    assert later.access_key_id != got.access_key_id
    assert later.identity_id == got.identity_id


@pytest.mark.usefixtures("environment")
def test_what_the_service_refuses_has_a_name_and_a_hint(cognito: Fixtures) -> None:
    mine = cognitoken.Session()
    for pool, kind, code, hint in [
        (cognito.other_identity_pool_id, cognitoken.AuthenticationError, "NotAuthorizedException", "identity_pool_id"),
        (POOL, cognitoken.ServiceError, "ResourceNotFoundException", "identity_pool_id"),
        ("hunter2", cognitoken.ConfigError, "InvalidIdentityPoolId", "<region>:<uuid>"),
    ]:
        with pytest.raises(kind) as caught:
            cognitoken.aws_credentials(mine, pool, identity_endpoint=cognito.endpoint)
        assert caught.value.code == code
        assert hint in (caught.value.hint or "")
        assert "hunter2" not in str(caught.value)


def test_nothing_shows_the_secrets(serve: Serve) -> None:
    got = get(serve(Pools(3600)))
    assert (got.access_key_id, got.secret_access_key, got.session_token) == ("ASIA1", "secret-key-1", "token-1")
    shown = repr(got) + got._repr_html_() + str(got)
    assert "ASIA1" in shown
    assert "secret-key-1" not in shown
    assert "token-1" not in shown
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(got)
    assert copy.deepcopy(got) is got


def test_to_dict_is_what_credential_process_reads(serve: Serve) -> None:
    got = get(serve(Pools(3600)))
    expiry = datetime.fromtimestamp(got.expires_at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert got.to_dict() == {
        "Version": 1,
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "secret-key-1",
        "SessionToken": "token-1",
        "Expiration": expiry,
    }
    json.dumps(got.to_dict())


def test_the_role_is_sent(serve: Serve) -> None:
    server = serve(Pools(3600))
    get(server, custom_role_arn="arn:aws:iam::123456789012:role/analysts")
    assert server.requests[-1].body["CustomRoleArn"] == "arn:aws:iam::123456789012:role/analysts"
    assert "authorization" not in server.requests[-1].headers


def test_the_same_for_asyncio(serve: Serve) -> None:
    server = serve(Pools(3600))
    mine = session(server)

    async def main() -> list[str]:
        asked = [cognitoken.aws_credentials_async(mine, POOL, identity_endpoint=server.endpoint) for _ in range(20)]
        return [got.access_key_id for got in await asyncio.gather(*asked)]

    assert asyncio.run(main()) == ["ASIA1"] * 20
    assert operations(server) == ["InitiateAuth", "GetId", "GetCredentialsForIdentity"]


def test_boto3_gets_others_before_they_expire(serve: Serve) -> None:
    server = serve(Pools(0, 3600))
    credentials = get(server).boto3("eu-west-1").get_credentials()
    assert credentials is not None
    assert credentials.method == "cognitoken"
    # The first have expired already.
    assert credentials.get_frozen_credentials().access_key == "ASIA2"
    assert credentials.get_frozen_credentials().secret_key == "secret-key-2"
    assert operations(server).count("GetCredentialsForIdentity") == 2
    assert "secret-key" not in repr(credentials)


def test_a_region_of_one_s_own_counts(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    got = get(serve(Pools(3600)))
    assert got.boto3().region_name == "us-east-1"
    assert got.boto3("eu-west-1").region_name == "eu-west-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    assert got.boto3().region_name == "eu-west-3"


def test_credentials_of_the_surroundings_do_not_count(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    credentials = get(serve(Pools(3600))).boto3().get_credentials()
    assert credentials is not None
    assert credentials.access_key == "ASIA1"


def test_without_boto3_there_is_a_hint(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    got = get(serve(Pools(3600)))
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "cognitoken._boto3", raising=False)
    with pytest.raises(ImportError, match=r"pip install \"cognitoken\[aws\]\"") as caught:
        got.boto3()
    assert caught.value.name == "boto3"


def test_a_challenge_of_the_session_is_answered(wire: MockWire, serve: Serve) -> None:
    server = serve(Pools(3600, 3600))
    for asks in ["sync", "async"]:
        user = wire.new_user("sms")
        at = values(wire, user, on_challenge=lambda challenge: "246810" if challenge.name == "SMS_MFA" else None)
        mine = cognitoken.Session(**at)
        if asks == "sync":
            got = cognitoken.aws_credentials(mine, POOL, identity_endpoint=server.endpoint)
        else:
            got = asyncio.run(cognitoken.aws_credentials_async(mine, POOL, identity_endpoint=server.endpoint))
        assert got.identity_id == IDENTITY
        assert got._request["session"] is mine
    unanswered = cognitoken.Session(**values(wire, wire.new_user("sms")))
    with pytest.raises(cognitoken.ChallengeRequired):
        cognitoken.aws_credentials(unanswered, POOL, identity_endpoint=server.endpoint)


def test_what_is_no_session_of_a_user_is_told_before_anything_is_sent(serve: Serve) -> None:
    server = serve(lambda _request: refusal("Unexpected", "nothing should have been sent"))
    with pytest.raises(TypeError, match="session has to be a Session, not 'str'"):
        cognitoken.aws_credentials("session", POOL)  # type: ignore[arg-type]
    fixed = session(server, id_token="a.b.c")
    machine = cognitoken.Session(
        client_id="client", client_secret="secret", flow="client_credentials", domain=server.endpoint
    )
    for mine, code in [(fixed, "FixedToken"), (machine, "NoIdToken")]:
        with pytest.raises(cognitoken.ConfigError) as caught:
            cognitoken.aws_credentials(mine, POOL, identity_endpoint=server.endpoint)
        assert caught.value.code == code
    assert server.requests == []


def test_the_time_limit_is_that_of_the_whole_call(serve: Serve) -> None:
    pools = Pools(3600)
    server = serve(lambda request: None if request.operation == "GetId" else pools(request))
    with pytest.raises(cognitoken.RequestTimeout):
        get(server, timeout=0.5)


def the_command() -> str:
    """The command of this interpreter's package, else the one on the search path."""
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]
    command = shutil.which("cognitoken", path=os.pathsep.join(folders))
    assert command is not None
    return command


@pytest.mark.usefixtures("environment")
def test_botocore_reads_what_the_command_prints(
    cognito: Fixtures, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = the_command()
    arguments = f"--identity-pool-id {cognito.identity_pool_id} --identity-endpoint {cognito.endpoint}"
    config = tmp_path / "config"
    config.write_text(f"[profile analysts]\ncredential_process = {command} aws-credentials {arguments}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    aws = boto3.Session(profile_name="analysts", region_name=cognito.region)
    credentials = aws.get_credentials()
    assert credentials is not None
    assert credentials.method == "custom-process"
    assert aws.client("sts", endpoint_url=cognito.endpoint).get_caller_identity()["Arn"] == ROLE


@pytest.mark.usefixtures("environment")
def test_the_command_asks_nobody_and_prints_only_the_credentials(
    cognito: Fixtures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COGNITO_PASSWORD")
    command = [the_command(), "aws-credentials"]
    command += ["--identity-pool-id", cognito.identity_pool_id, "--identity-endpoint", cognito.endpoint]
    ended = subprocess.run(command, input="typed\n", capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "COGNITO_PASSWORD" in ended.stderr

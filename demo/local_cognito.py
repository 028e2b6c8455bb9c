"""A Cognito for tests and the demo: ministack on a free loopback port, with pools, clients and users.

From Python::

    with LocalCognito() as cognito:
        print(cognito.endpoint, cognito.user_pool_id)

Around any other command, which finds the same values in its environment as ``COGNITOKEN_TEST_...``::

    python demo/local_cognito.py run -- Rscript tests.R

Nothing is kept: the state lives in a temporary folder that goes away with the server, and the server ends
with the process that started it, even when that one is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn

REGION = "us-east-1"
START_LIMIT_SECONDS = 60.0
ENVIRONMENT_PREFIX = "COGNITOKEN_TEST_"
ALL_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
SRP_FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

# A proxy of the surroundings has no business between this machine and itself.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalCognitoError(RuntimeError):
    """The local Cognito did not start, or refused something it was asked to set up."""


@dataclass
class Fixtures:
    """What the local Cognito holds: two pools, their app clients and one confirmed user in each."""

    endpoint: str
    region: str = REGION
    user_pool_id: str = ""
    issuer: str = ""
    jwks_url: str = ""
    client_id: str = ""
    secret_client_id: str = ""
    client_secret: str = field(default="", repr=False)
    srp_only_client_id: str = ""
    user_name: str = "ada"
    password: str = field(default="", repr=False)
    email: str = "ada@example.com"
    user_id: str = "user-0815"
    tenant_id: str = "tenant-42"
    group: str = "analysts"
    alias_user_pool_id: str = ""
    alias_issuer: str = ""
    alias_jwks_url: str = ""
    alias_client_id: str = ""
    alias_client_secret: str = field(default="", repr=False)
    domain: str = ""
    m2m_client_id: str = ""
    m2m_client_secret: str = field(default="", repr=False)
    scope: str = ""
    sso_client_id: str = ""
    redirect_uri: str = "http://localhost:8400/"

    @property
    def username(self) -> str:
        return self.user_name

    @property
    def alias_pool_id(self) -> str:
        return self.alias_user_pool_id

    @classmethod
    def from_environment(cls) -> Fixtures:
        """The server that `run` started around this process."""
        return cls(**{item.name: os.environ[ENVIRONMENT_PREFIX + item.name.upper()] for item in fields(cls)})

    def environment(self) -> dict[str, str]:
        """The same values under their names in the environment of a command that is run beside the server."""
        return {
            ENVIRONMENT_PREFIX + item.name.upper(): str(getattr(self, item.name)) for item in fields(self)
        }


class LocalCognito:
    """Starts the server on entering the context, stops it on leaving.

    Inside a command that `run` started, the server that is there already is used, and left alone.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Fixtures:
        if ENVIRONMENT_PREFIX + "ENDPOINT" in os.environ:
            return Fixtures.from_environment()
        try:
            endpoint = self._start()
            self._wait_until_ready(endpoint)
            return set_up(endpoint)
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server and removes its folder. Harmless when it has ended already."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _start(self) -> str:
        for module in ("ministack", "cryptography"):
            if find_spec(module) is None:
                raise LocalCognitoError(
                    f"{module} is not installed in {sys.prefix}: use .venv/bin/python (make test)"
                )
        self._folder = Path(tempfile.mkdtemp(prefix="cognitoken-local-"))
        with socket.socket() as listener, (self._folder / "log").open("wb") as log:
            listener.bind(("127.0.0.1", 0))
            port: int = listener.getsockname()[1]
            # The bound socket itself is handed over: nobody else can take the port in between. A session
            # of its own keeps Ctrl-C from reaching the server before those who use it have ended.
            self._process = subprocess.Popen(
                [sys.executable, __file__, "serve", str(listener.fileno()), str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_server_environment(port, self._folder),
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        return f"http://127.0.0.1:{port}"

    def _wait_until_ready(self, endpoint: str) -> None:
        assert self._process is not None
        assert self._folder is not None
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while self._process.poll() is None:
            try:
                with _DIRECT.open(f"{endpoint}/_ministack/ready", timeout=5):
                    return
            except OSError as error:
                if time.monotonic() > deadline:
                    reason = f"is not ready after {START_LIMIT_SECONDS:.0f} s ({error})"
                    break
                time.sleep(0.02)
        else:
            reason = f"ended with exit code {self._process.returncode}"
        log = (self._folder / "log").read_text(errors="replace")
        raise LocalCognitoError(f"the local Cognito {reason}; its log:\n{log[-4000:]}")


def _server_environment(port: int, folder: Path) -> dict[str, str]:
    # Only what the server needs: credentials, proxies and settings of the surroundings stay outside.
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "STATE_DIR": str(folder),
        "PERSIST_STATE": "0",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        # Without this, secrets go unchecked and the key set does not match the signatures.
        "AUTH": "true",
        "SERVICES": "cognito-idp",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def set_up(endpoint: str) -> Fixtures:
    """Creates the pools, app clients and users, as an administrator would, and says what they are called."""
    made = Fixtures(endpoint=endpoint, password=f"Tide-{secrets.token_hex(8)}-A1!")

    made.user_pool_id = _create_pool(endpoint, "people")
    made.issuer, made.jwks_url = _addresses(endpoint, made.user_pool_id)
    made.client_id, _ = _create_client(endpoint, made.user_pool_id, "public")
    made.secret_client_id, made.client_secret = _create_client(
        endpoint, made.user_pool_id, "confidential", secret=True
    )
    made.srp_only_client_id, _ = _create_client(endpoint, made.user_pool_id, "srp-only", flows=SRP_FLOWS)
    _create_user(made, made.user_pool_id, made.user_name)

    # Here the user signs in by e-mail and is called something else: the name Cognito made up, a uuid.
    made.alias_user_pool_id = _create_pool(endpoint, "people-by-e-mail", UsernameAttributes=["email"])
    made.alias_issuer, made.alias_jwks_url = _addresses(endpoint, made.alias_user_pool_id)
    made.alias_client_id, made.alias_client_secret = _create_client(
        endpoint, made.alias_user_pool_id, "confidential", secret=True
    )
    _create_user(made, made.alias_user_pool_id, made.email)

    _set_up_domain(made)
    return made


def _set_up_domain(made: Fixtures) -> None:
    """What OAuth needs: a domain, a resource server, a client for jobs, a client with a sign-in page."""
    named = {"UserPoolId": made.user_pool_id, "Domain": "cognitoken-people"}
    administer(made.endpoint, "CreateUserPoolDomain", **named)
    # The server answers for every domain at its own address.
    made.domain = made.endpoint
    administer(
        made.endpoint,
        "CreateResourceServer",
        UserPoolId=made.user_pool_id,
        Identifier="reports",
        Name="Reports",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")],
    )
    made.scope = "reports/read"
    made.m2m_client_id, made.m2m_client_secret = _create_client(
        made.endpoint,
        made.user_pool_id,
        "machine",
        secret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[made.scope],
    )
    made.sso_client_id, _ = _create_client(
        made.endpoint,
        made.user_pool_id,
        "sign-in-page",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        CallbackURLs=[made.redirect_uri],
        LogoutURLs=[made.redirect_uri],
        SupportedIdentityProviders=["COGNITO"],
    )


def _create_pool(endpoint: str, name: str, **options: Any) -> str:
    schema = [
        {"Name": each, "AttributeDataType": "String"} for each in ("aplos_user_id", "aplos_user_tenant_id")
    ]
    pool = administer(endpoint, "CreateUserPool", PoolName=name, Schema=schema, **options)
    return str(pool["UserPool"]["Id"])


def _addresses(endpoint: str, pool_id: str) -> tuple[str, str]:
    # The server signs under Cognito's public name while its keys are to be had at its own address.
    return (
        f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}",
        f"{endpoint}/{pool_id}/.well-known/jwks.json",
    )


def _create_client(
    endpoint: str,
    pool_id: str,
    name: str,
    *,
    secret: bool = False,
    flows: list[str] = ALL_FLOWS,
    **options: Any,
) -> tuple[str, str]:
    client = administer(
        endpoint,
        "CreateUserPoolClient",
        UserPoolId=pool_id,
        ClientName=name,
        GenerateSecret=secret,
        ExplicitAuthFlows=flows,
        # As the console does: an unknown user is answered like a wrong password.
        PreventUserExistenceErrors="ENABLED",
        **options,
    )["UserPoolClient"]
    return str(client["ClientId"]), str(client.get("ClientSecret", ""))


def _create_user(made: Fixtures, pool_id: str, sign_in_name: str) -> None:
    attributes = {
        "email": made.email,
        "email_verified": "true",
        "given_name": "Ada",
        "custom:aplos_user_id": made.user_id,
        "custom:aplos_user_tenant_id": made.tenant_id,
    }
    user = administer(
        made.endpoint,
        "AdminCreateUser",
        UserPoolId=pool_id,
        Username=sign_in_name,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )["User"]
    named = {"UserPoolId": pool_id, "Username": user["Username"]}
    administer(made.endpoint, "AdminSetUserPassword", **named, Password=made.password, Permanent=True)
    administer(made.endpoint, "CreateGroup", UserPoolId=pool_id, GroupName=made.group)
    administer(made.endpoint, "AdminAddUserToGroup", **named, GroupName=made.group)


def administer(endpoint: str, operation: str, **body: Any) -> dict[str, Any]:
    """One administrator's call of the user pools API; tests use it to bring about what a user cannot."""
    scope = f"test/20260101/{REGION}/cognito-idp/aws4_request"
    request = urllib.request.Request(
        f"{endpoint}/",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            # The server wants to see who calls and does not check the signature of this API.
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00",
        },
    )
    try:
        with _DIRECT.open(request, timeout=30) as response:
            answer: dict[str, Any] = json.loads(response.read() or b"{}")
            return answer
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")
        raise LocalCognitoError(f"{operation} was refused with {error.code}: {detail}") from None


def run(command: list[str]) -> int:
    """Runs a command beside a local Cognito and gives back its exit code."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)
    with LocalCognito() as cognito:
        try:
            child = subprocess.Popen(command, env=_command_environment(cognito))
        except OSError as error:
            print(f"local_cognito.py: {command[0]}: {error.strerror}", file=sys.stderr)
            return 127
        try:
            code = child.wait()
        finally:
            _end(child)
        return code if code >= 0 else 128 - code


def _command_environment(cognito: Fixtures) -> dict[str, str]:
    # Values of a real Cognito or AWS account in the surroundings must neither be used nor decide a test.
    foreign = ("AWS_", "COGNITO_", "APLOS_", ENVIRONMENT_PREFIX)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1", "localhost"]))
    return kept | cognito.environment()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def serve(descriptor: int, folder: str) -> None:
    """The server process itself. Ends with its standard input: when whoever started it is gone."""

    def end_with_parent() -> None:
        while os.read(0, 1024):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config
    from ministack.app import app

    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    asyncio.run(hypercorn_serve(app, config))


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs a command beside a local Cognito (ministack).")
    verbs = parser.add_subparsers(dest="verb", required=True)
    run_parser = verbs.add_parser("run", help="run -- COMMAND [ARGUMENT ...]")
    run_parser.add_argument("command", nargs="+", metavar="COMMAND")
    serve_parser = verbs.add_parser("serve", help="the server process that run starts")
    serve_parser.add_argument("descriptor", type=int)
    serve_parser.add_argument("folder")
    given = parser.parse_args()
    if given.verb == "serve":
        serve(given.descriptor, given.folder)
        return 0
    try:
        return run(given.command)
    except LocalCognitoError as error:
        print(f"local_cognito.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

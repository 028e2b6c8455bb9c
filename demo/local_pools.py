"""The content of the local Cognito, created as by an administrator: pools, app clients, users, a domain."""

from __future__ import annotations

import json
import os
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass, field, fields
from typing import Any

REGION = "us-east-1"
ENVIRONMENT_PREFIX = "COGNITOKEN_TEST_"
ALL_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
SRP_FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

# A proxy of the surroundings has no business between this machine and itself.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalCognitoError(RuntimeError):
    """The local Cognito did not start, or refused something it was asked to set up."""


@dataclass
class Fixtures:
    """The content of the local Cognito: two pools, their app clients and one confirmed user in each."""

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
    identity_pool_id: str = ""
    other_identity_pool_id: str = ""

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
    _set_up_identity_pools(made)
    return made


def _set_up_domain(made: Fixtures) -> None:
    """The parts for OAuth: a domain, a resource server, a client for jobs, a client with a sign-in page."""
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


def _set_up_identity_pools(made: Fixtures) -> None:
    """Two identity pools: one trusts the user pool with its public client, one the other user pool."""
    made.identity_pool_id = _create_identity_pool(made, made.user_pool_id, made.client_id)
    made.other_identity_pool_id = _create_identity_pool(made, made.alias_user_pool_id, made.alias_client_id)


def _create_identity_pool(made: Fixtures, user_pool_id: str, client_id: str) -> str:
    provider = f"cognito-idp.{REGION}.amazonaws.com/{user_pool_id}"
    pool = _administer_identities(
        made.endpoint,
        "CreateIdentityPool",
        IdentityPoolName=f"of {user_pool_id}",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client_id}],
    )
    pool_id = str(pool["IdentityPoolId"])
    roles = {"authenticated": "arn:aws:iam::000000000000:role/analysts"}
    _administer_identities(made.endpoint, "SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles=roles)
    return pool_id


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
    return _administer(endpoint, "cognito-idp", f"AWSCognitoIdentityProviderService.{operation}", body)


def _administer_identities(endpoint: str, operation: str, **body: Any) -> dict[str, Any]:
    """One administrator's call of the identity pools API."""
    return _administer(endpoint, "cognito-identity", f"AWSCognitoIdentityService.{operation}", body)


def _administer(endpoint: str, service: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
    scope = f"test/20260101/{REGION}/{service}/aws4_request"
    request = urllib.request.Request(
        f"{endpoint}/",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": target,
            # The server wants to see who calls and does not check the signature of this API.
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00",
        },
    )
    try:
        with DIRECT.open(request, timeout=30) as response:
            answer: dict[str, Any] = json.loads(response.read() or b"{}")
            return answer
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")
        raise LocalCognitoError(f"{target} was refused with {error.code}: {detail}") from None

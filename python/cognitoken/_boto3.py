"""A boto3 session whose credentials come from a session of this package."""

from typing import Any

import boto3
import botocore.session
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials

from ._aws_credentials import AwsCredentials


class _Provider(CredentialProvider):
    """The only source of credentials of such a boto3 session."""

    METHOD = CANONICAL_NAME = "cognitoken"

    def __init__(self, credentials: AwsCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        """Return credentials that botocore renews by itself."""
        return RefreshableCredentials.create_from_metadata(
            metadata=_metadata(self._credentials), refresh_using=self._renew, method=self.METHOD
        )

    def _renew(self) -> dict[str, str]:
        return _metadata(self._credentials._renewed())


def session_of(credentials: AwsCredentials, region_name: str | None, arguments: dict[str, Any]) -> boto3.Session:
    """Return a boto3 session with these credentials."""
    core = arguments.pop("botocore_session", None) or botocore.session.get_session()
    core.register_component("credential_provider", CredentialResolver([_Provider(credentials)]))
    session = boto3.Session(region_name=region_name, botocore_session=core, **arguments)
    if core.get_config_variable("region") is None:
        core.set_config_variable("region", credentials.region)
    return session


def _metadata(credentials: AwsCredentials) -> dict[str, str]:
    names = {"access_key": "AccessKeyId", "secret_key": "SecretAccessKey", "token": "SessionToken"}
    given = credentials.to_dict()
    return {name: given[theirs] for name, theirs in (names | {"expiry_time": "Expiration"}).items()}

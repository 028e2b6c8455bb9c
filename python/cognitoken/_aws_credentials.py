"""AWS credentials of an identity pool."""

from ._calls import FinishedCall, named, result_of, twin, waits
from ._cognitoken import register
from ._shown import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, NoReturn

    import boto3.session

    from ._session import Session


class AwsCredentials(Given):
    """Temporary AWS credentials of a session's user.

    ``repr`` and notebooks show the access key ID and the expiry, never a secret. AwsCredentials cannot be pickled, so
    that none ends up in a file or a queue by accident.

    Examples
    --------
    >>> import cognitoken
    >>> def buckets(credentials: cognitoken.AwsCredentials) -> list[str]:
    ...     return [bucket.name for bucket in credentials.boto3().resource("s3").buckets.all()]
    """

    __slots__ = ("_request",)
    __module__ = "cognitoken"

    _request: "dict[str, Any]"

    @property
    def access_key_id(self) -> str:
        """The access key ID, which is no secret."""
        return self._handle.field("access_key_id")

    @property
    def secret_access_key(self) -> str:
        """The secret access key."""
        return self._handle.field("secret_access_key")

    @property
    def session_token(self) -> str:
        """The session token."""
        return self._handle.field("session_token")

    @property
    def expires_at(self) -> float:
        """The expiry in seconds since 1970-01-01T00:00:00Z by the service's clock."""
        return self._handle.field("expires_at")

    @property
    def identity_id(self) -> str:
        """The id of the user's identity in the pool, ``"<region>:<uuid>"``."""
        return self._handle.field("identity_id")

    @property
    def region(self) -> str:
        """The region of the identity pool."""
        return self._handle.field("region")

    def to_dict(self) -> "dict[str, Any]":
        """Return the credentials in the form that AWS's ``credential_process`` reads, which contains the secrets.

        Returns
        -------
        dict
            ``{"Version": 1, "AccessKeyId": ..., "SecretAccessKey": ..., "SessionToken": ..., "Expiration":
            "2026-11-27T13:00:00Z"}``
            https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html

        Examples
        --------
        >>> import cognitoken, json
        >>> def write(credentials: cognitoken.AwsCredentials) -> None:
        ...     print(json.dumps(credentials.to_dict()))
        """
        return self._handle.field("credential_process")

    def boto3(self, region_name: str | None = None, **kwargs: "Any") -> "boto3.session.Session":
        """Return a boto3 session with these credentials, which replaces them by itself before they expire.

        It asks the :class:`Session` that the credentials came from, in the thread that makes a request.

        Parameters
        ----------
        region_name : str, optional
            The region of its clients. Default: boto3's own (``AWS_DEFAULT_REGION``, ``~/.aws/config``), else the
            region of the identity pool.
        **kwargs
            Further arguments of ``boto3.Session``.

        Returns
        -------
        boto3.session.Session

        Raises
        ------
        ImportError
            ``boto3`` is not installed.

        Examples
        --------
        >>> import cognitoken
        >>> def upload(session: cognitoken.Session, identity_pool_id: str, path: str, bucket: str) -> None:
        ...     aws = cognitoken.aws_credentials(session, identity_pool_id).boto3()
        ...     aws.client("s3").upload_file(path, bucket, path)
        """
        try:
            from ._boto3 import session_of
        except ModuleNotFoundError as missing:
            if missing.name not in ("boto3", "botocore"):
                raise
            raise ModuleNotFoundError(
                'boto3 is not installed; install it with `pip install "cognitoken[aws]"`', name=missing.name
            ) from None
        return session_of(self, region_name, kwargs)

    def _renewed(self) -> "AwsCredentials":
        """Return the credentials of the same session that count now."""
        return _Issue(self._request).wait()  # type: ignore[no-any-return]

    def __reduce__(self) -> "NoReturn":
        raise TypeError(
            "AwsCredentials cannot be pickled: they are secrets. Call aws_credentials() where they are needed, or hand "
            "on to_dict() in a way that keeps it secret."
        )


register(AwsCredentials)


class _Issue(FinishedCall):
    """A call for credentials, which can be made again to renew them."""

    __slots__ = ("_request",)

    def __init__(self, request: "dict[str, Any]") -> None:
        super().__init__("aws_credentials", dict(request))
        self._request = request

    def wait(self) -> "Any":
        on_challenge = self._on_challenge()
        if on_challenge is None:
            return super().wait()
        from ._session_answers import Answers

        answers = Answers(self._request["session"], on_challenge, self._request)
        return self.finish(answers.wait("aws_credentials"))

    def start(self, name: str = "") -> "Coroutine[Any, Any, Any]":
        on_challenge = self._on_challenge()
        if on_challenge is None:
            return super().start(name)
        from ._session_answers import Answers

        answers = Answers(self._request["session"], on_challenge, self._request)
        return named(name, self._finish_later(answers.start(name, "aws_credentials")))

    def finish(self, result: "Any") -> "Any":
        result._request = self._request
        return result

    def _on_challenge(self) -> "Any":
        # Any other object than a session is refused by the call.
        return getattr(self._request["session"], "_on_challenge", None)


@waits
def aws_credentials(
    session: "Session",
    identity_pool_id: str,
    *,
    custom_role_arn: str | None = None,
    identity_endpoint: str | None = None,
    timeout: float | None = None,
) -> AwsCredentials:
    """Get AWS credentials for the user of a session, from an identity pool that trusts the user pool.

    The session keeps them in memory for the user, the identity pool and the role, and returns them again until 16
    minutes before they expire. :meth:`Session.sign_out` forgets them.

    :func:`aws_credentials_async` is the asyncio version.

    Parameters
    ----------
    session : Session
        The session of the user, whose ID token is sent. It signs in or refreshes as for :meth:`Session.tokens`.
    identity_pool_id : str
        The identity pool's id, ``"<region>:<uuid>"``; its region is called.
    custom_role_arn : str, optional
        The ARN of the role, one of those of the user's groups (``cognito:roles`` in the ID token). Default: the
        identity pool's choice.
    identity_endpoint : str, optional
        The URL of the identity pools' service, if it is not the region's own. The ID token is sent there.
    timeout : float, optional
        The time limit of the whole call in seconds, retries included. Default: the session's.

    Returns
    -------
    AwsCredentials

    Raises
    ------
    ConfigError
        A value is malformed, or the session has a fixed ID token or is of the app client itself. Nothing was sent.
    AuthenticationError
        The identity pool does not trust the user pool or the app client, or refuses the role.
    ServiceError
        There is no such identity pool (``"ResourceNotFoundException"``), or it has no role for the user
        (``"InvalidIdentityPoolConfigurationException"``).
    CognitoError
        As for :meth:`Session.tokens`.

    Notes
    -----
    https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html

    Examples
    --------
    >>> import cognitoken
    >>> def queues(identity_pool_id: str) -> list[str]:
    ...     session = cognitoken.Session()
    ...     aws = cognitoken.aws_credentials(session, identity_pool_id).boto3()
    ...     return aws.client("sqs").list_queues().get("QueueUrls", [])
    """
    return result_of(_Issue(locals()))


aws_credentials_async = twin(aws_credentials)

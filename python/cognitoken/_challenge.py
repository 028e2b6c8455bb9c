"""Challenges of the service, and their answers."""

from ._calls import Call, result_of, twin, waits
from ._cognitoken import register
from ._shown import Given
from ._tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn


class Challenge(Given):
    """A challenge that must be answered before the service issues tokens; found on :class:`ChallengeRequired`.

    It can be answered until it expires, after 3 to 15 minutes depending on the app client, and again after a wrong
    code. ``repr`` shows none of its values. ``print`` and a notebook show the question; a notebook also shows, for
    ``"MFA_SETUP"``, the QR code for an authenticator app, which is a secret: clear that output before you share the
    notebook.

    Examples
    --------
    >>> import cognitoken
    >>> try:
    ...     tokens = cognitoken.login()
    ... except cognitoken.ChallengeRequired as error:
    ...     challenge = error.challenge
    ...     tokens = challenge.respond("123456")
    """

    __slots__ = ()
    __module__ = "cognitoken"

    @property
    def name(self) -> str:
        """Cognito's name of the challenge, such as ``"SOFTWARE_TOKEN_MFA"``. Unknown names are passed through.

        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
        """
        return self._handle.field("name")

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the challenge, as the service sent them."""
        return self._handle.field("parameters")

    @property
    def username(self) -> str:
        """The user's name in the pool."""
        return self._handle.field("username")

    @property
    def host(self) -> str:
        """The host of the service, with its port unless that is the default."""
        return self._handle.field("host")

    @property
    def destination(self) -> str | None:
        """The masked address that a code was sent to: ``"a***@e***"``, ``"+*******1234"``. None if no code was sent."""
        return self._handle.field("destination")

    @property
    def choices(self) -> list[str]:
        """The choices of ``"SELECT_MFA_TYPE"``, ``"SELECT_CHALLENGE"`` and ``"MFA_SETUP"``.

        If ``"MFA_SETUP"`` offers an app and e-mail, its answer is a choice, or the e-mail address to send codes to.
        """
        return self._handle.field("choices")

    @property
    def required_attributes(self) -> list[str]:
        """The user attributes that ``"NEW_PASSWORD_REQUIRED"`` requires with the new password."""
        return self._handle.field("required_attributes")

    @property
    def question(self) -> str:
        """The question as text, for a prompt."""
        return self._handle.field("question")

    @property
    def answer_form(self) -> str:
        """The form of the answer.

        ``"code"``, ``"choice"``, ``"new_password"``, ``"password"``, ``"email_address"``, ``"text"``, or ``"fields"``
        for a challenge that only ``answers`` answer.
        """
        return self._handle.field("answer_form")

    @property
    def totp_secret(self) -> str | None:
        """The secret to type into an authenticator app, in base32. None for any challenge but ``"MFA_SETUP"``."""
        return self._handle.field("totp_secret")

    @property
    def totp_uri(self) -> str | None:
        """The ``otpauth://`` URI for an authenticator app. None for any challenge but ``"MFA_SETUP"``."""
        return self._handle.field("totp_uri")

    @waits
    def respond(
        self,
        answer: str | None = None,
        *,
        new_password: str | None = None,
        attributes: "Mapping[str, str] | None" = None,
        answers: "Mapping[str, str] | None" = None,
        client_metadata: "Mapping[str, str] | None" = None,
    ) -> "Tokens | Challenge":
        """Answer the challenge and return the tokens or the next challenge.

        :meth:`respond_async` is the asyncio version.

        Parameters
        ----------
        answer : str, optional
            The code, the choice, the new password or the answer to a custom challenge.
        new_password : str, optional
            The new password, for ``"NEW_PASSWORD_REQUIRED"``.
        attributes : dict of str to str, optional
            The user attributes to set with it: ``{"given_name": "Ada"}``.
        answers : dict of str to str, optional
            The service's ``ChallengeResponses``, for a challenge that this package does not know, or in addition to an
            answer.
            https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
        client_metadata : dict of str to str, optional
            Values that the service passes to the pool's Lambda triggers, in addition to those of the sign-in.

        Returns
        -------
        Tokens or Challenge
            The tokens, or the next challenge.

        Raises
        ------
        AuthenticationError
            The code is wrong (``"CodeMismatchException"``), or the sign-in has expired (``"NotAuthorizedException"``).
            If the challenge can be answered again, it is the error's ``challenge``.
        ConfigError
            The answer is incomplete. Nothing was sent.
        ThrottledError, NetworkError, RequestTimeout, ServiceError
            As for :func:`login`. The time limit is that of the sign-in.

        Examples
        --------
        >>> import cognitoken
        >>> def new_password(challenge: cognitoken.Challenge) -> cognitoken.Tokens | cognitoken.Challenge:
        ...     return challenge.respond(new_password="Correct-Horse-8!", attributes={"given_name": "Ada"})
        """
        return result_of(Call("challenge.respond", locals()))

    respond_async = twin(respond)

    def __reduce__(self) -> "NoReturn":
        raise TypeError(
            "a Challenge cannot be pickled: it holds the session of a sign-in. Answer it in the process that signed in."
        )


register(Challenge)

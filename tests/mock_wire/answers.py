"""RespondToAuthChallenge: one method for each challenge."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from .account import check_password_policy
from .errors import RefusalError, invalid_parameter, not_authorized
from .exchange import Exchange, SessionState
from .fields import Body, required_text, text, texts
from .first_factor import FirstFactor, check_status
from .model import Client
from .scenarios import CODES, UNKNOWN_ANSWER, UNKNOWN_CHALLENGE
from .state import State
from .steps import Answer, Steps
from .totp import matching_step

# An administrator's triggers decide; these ask three times.
MOST_CUSTOM_ATTEMPTS = 3

Responses = dict[str, str]


class Answers:
    """Takes answers. Nothing is used up before the answer is known to be right."""

    def __init__(self, state: State, steps: Steps, first_factor: FirstFactor) -> None:
        self._state = state
        self._steps = steps
        self._first_factor = first_factor
        self._in_session: dict[str, Callable[[Exchange, Responses], Answer]] = {
            "NEW_PASSWORD_REQUIRED": self._new_password,
            "SMS_MFA": self._sent_code,
            "SMS_OTP": self._sent_code,
            "EMAIL_OTP": self._sent_code,
            "SOFTWARE_TOKEN_MFA": self._software_token,
            "SELECT_MFA_TYPE": self._select_mfa,
            "MFA_SETUP": self._mfa_setup,
            "SELECT_CHALLENGE": self._select_challenge,
            "PASSWORD": self._password,
            "PASSWORD_SRP": self._password_srp,
            "WEB_AUTHN": self._web_authn,
            "CUSTOM_CHALLENGE": self._custom,
            UNKNOWN_CHALLENGE: self._unknown,
        }

    def respond(self, body: Body) -> Answer:
        client = self._state.client(body)
        name = required_text(body, "ChallengeName")
        responses = texts(body, "ChallengeResponses")
        session = text(body, "Session")
        if name == "PASSWORD_VERIFIER":
            return self._password_verifier(client, responses, session)
        if name == "DEVICE_SRP_AUTH":
            return self._device_srp(client, responses, session)
        if name == "DEVICE_PASSWORD_VERIFIER":
            return self._device_password_verifier(client, responses, session)
        answer = self._in_session.get(name)
        if answer is None:
            raise invalid_parameter(f"Value '{name}' at 'challengeName' failed to satisfy constraint")
        exchange = self._state.sessions.find(session, client, name)
        exchange.check_name(responses)
        return answer(exchange, responses)

    def _password_verifier(self, client: Client, responses: Responses, session: str | None) -> Answer:
        proofs = self._state.proofs
        exchange = proofs.find(responses)
        if exchange.client is not client or exchange.expects != "PASSWORD_VERIFIER":
            raise not_authorized()
        self._check_session(exchange, session)
        exchange.check_name(responses)
        proofs.check(responses)
        check_status(exchange.user)
        exchange.done.add("PASSWORD")
        # The API's reference has said that PASSWORD_VERIFIER requires it too, with a remembered device:
        # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
        exchange.device_key = responses.get("DEVICE_KEY")
        answer = self._steps.next(exchange)
        proofs.spend(responses)
        return answer

    def _check_session(self, exchange: Exchange, session: str | None) -> None:
        """A session comes back when, and only when, one was given."""
        if exchange.session is None:
            if session is not None:
                raise invalid_parameter("Session was not given and is not expected")
            return
        if self._state.sessions.find(session, exchange.client, exchange.expects) is not exchange:
            raise not_authorized("Invalid session for the user.")

    def _device_srp(self, client: Client, responses: Responses, session: str | None) -> Answer:
        device_key = required_text(responses, "DEVICE_KEY")
        exchange = self._waiting_exchange(client, responses, session)
        if exchange is None or exchange.expects != "DEVICE_SRP_AUTH" or exchange.over:
            raise not_authorized("Invalid session for the user.")
        self._check_device(exchange, responses)
        self._state.waiting_for_device.pop((client.id, exchange.user.name, device_key), None)
        device = exchange.user.devices[device_key]
        return self._steps.device_password_verifier(exchange, device, responses.get("SRP_A"))

    def _waiting_exchange(self, client: Client, responses: Responses, session: str | None) -> Exchange | None:
        """The sign-in that a device is asked for in.

        amazon-cognito-identity-js answers DEVICE_SRP_AUTH after an MFA with the session of the round before,
        pycognito with none at all, and both work with Cognito. The journal tells what came.
        """
        if session is not None:
            if self._state.sessions.state(session) is SessionState.EXPIRED:
                raise not_authorized("Invalid session for the user, session is expired.")
            return self._state.sessions.find_even_used(session, client)
        key = (client.id, responses.get("USERNAME", ""), responses["DEVICE_KEY"])
        return self._state.waiting_for_device.get(key)

    def _device_password_verifier(self, client: Client, responses: Responses, session: str | None) -> Answer:
        proofs = self._state.proofs
        exchange = proofs.find(responses)
        if exchange.client is not client or exchange.expects != "DEVICE_PASSWORD_VERIFIER":
            raise not_authorized()
        if exchange.session is not None:
            self._check_session(exchange, session)
        self._check_device(exchange, responses)
        proofs.check(responses)
        exchange.done.add("DEVICE")
        answer = self._steps.next(exchange)
        proofs.spend(responses)
        return answer

    def _check_device(self, exchange: Exchange, responses: Responses) -> None:
        exchange.check_name(responses)
        if responses.get("DEVICE_KEY") != exchange.device_key:
            raise RefusalError("ResourceNotFoundException", "Device does not exist.")

    def _new_password(self, exchange: Exchange, responses: Responses) -> Answer:
        user = exchange.user
        password = required_text(responses, "NEW_PASSWORD")
        prefix = "userAttributes."
        given = {name[len(prefix) :]: value for name, value in responses.items() if name.startswith(prefix)}
        for name in user.required_attributes:
            if not given.get(name):
                raise invalid_parameter(f"Invalid attributes given, {name} is missing")
        check_password_policy(password)
        user.set_password(password)
        user.attributes.update(given)
        user.status = "CONFIRMED"
        return self._steps.next(exchange)

    def _sent_code(self, exchange: Exchange, responses: Responses) -> Answer:
        name = exchange.expects
        code = required_text(responses, f"{name}_CODE")
        if not hmac.compare_digest(code.encode(), CODES[name].encode()):
            raise exchange.wrong_answer()
        check_status(exchange.user)
        exchange.done.add("MFA" if "PASSWORD" in exchange.done else "OTP")
        return self._steps.next(exchange)

    def _software_token(self, exchange: Exchange, responses: Responses) -> Answer:
        user = exchange.user
        code = required_text(responses, "SOFTWARE_TOKEN_MFA_CODE")
        step = matching_step(user.totp_secret or "", code, self._state.clock.now())
        if step is None:
            raise exchange.wrong_answer()
        if step <= user.totp_step_used:
            raise RefusalError("ExpiredCodeException", "Your software token has already been used once.")
        user.totp_step_used = step
        exchange.done.add("MFA")
        return self._steps.next(exchange)

    def _select_mfa(self, exchange: Exchange, responses: Responses) -> Answer:
        choice = required_text(responses, "ANSWER")
        # The model's text says EMAIL_MFA where the challenge is called EMAIL_OTP.
        choice = "EMAIL_OTP" if choice == "EMAIL_MFA" else choice
        if choice not in exchange.user.mfa:
            raise invalid_parameter(f"ANSWER is none of {', '.join(exchange.user.mfa)}")
        exchange.chosen_mfa = choice
        return self._steps.next(exchange)

    def _mfa_setup(self, exchange: Exchange, _responses: Responses) -> Answer:
        if "TOTP_VERIFIED" not in exchange.done:
            raise invalid_parameter("The software token of this session is not verified")
        exchange.user.totp_secret = exchange.new_totp_secret
        exchange.user.mfa = ("SOFTWARE_TOKEN_MFA",)
        exchange.done.add("MFA")
        return self._steps.next(exchange)

    def _select_challenge(self, exchange: Exchange, responses: Responses) -> Answer:
        choice = required_text(responses, "ANSWER")
        if choice not in self._first_factor.choices(exchange.user):
            raise invalid_parameter("ANSWER is none of the available challenges")
        # These two are completed in the same answer.
        along = {"PASSWORD": "PASSWORD", "PASSWORD_SRP": "SRP_A"}.get(choice)
        if along is not None:
            required_text(responses, along)
        return self._first_factor.take_up(exchange, choice, responses)

    def _password(self, exchange: Exchange, responses: Responses) -> Answer:
        return self._first_factor.password(exchange, required_text(responses, "PASSWORD"))

    def _password_srp(self, exchange: Exchange, responses: Responses) -> Answer:
        required_text(responses, "SRP_A")
        return self._first_factor.take_up(exchange, "PASSWORD_SRP", responses)

    def _web_authn(self, exchange: Exchange, responses: Responses) -> Answer:
        return self._first_factor.web_authn(exchange, required_text(responses, "CREDENTIAL"))

    def _custom(self, exchange: Exchange, responses: Responses) -> Answer:
        """A wrong answer is asked again, with a new session; the third ends it."""
        answer = required_text(responses, "ANSWER")
        if answer == exchange.user.questions[exchange.questions_answered][1]:
            exchange.questions_answered += 1
            exchange.wrong_answers = 0
            return self._steps.next(exchange)
        exchange.wrong_answers += 1
        if exchange.wrong_answers >= MOST_CUSTOM_ATTEMPTS:
            self._state.sessions.finish(exchange)
            raise not_authorized()
        return self._steps.custom_challenge(exchange)

    def _unknown(self, exchange: Exchange, responses: Responses) -> Answer:
        name, right = UNKNOWN_ANSWER
        if required_text(responses, name) != right:
            raise exchange.wrong_answer()
        exchange.done.add(UNKNOWN_CHALLENGE)
        return self._steps.next(exchange)

//! The table of challenges. A new one is a row here; an answer of a new kind is carried out in `answer`.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>

use super::answer_form::AnswerForm;
use crate::verdict::RequestKind;

/// One challenge that this library knows.
pub(super) struct ChallengeKind {
    pub(super) name: &'static str,
    pub(super) rule: AnswerRule,
    /// The name of the answer in `ChallengeResponses`.
    pub(super) field: &'static str,
    pub(super) question: Question,
    /// `true` for an answer that is typed without echo.
    pub(super) is_secret: bool,
    /// The request by which the table of verdicts judges a refusal of the answer.
    pub(super) request_kind: RequestKind,
    /// The next step for a person.
    pub(super) hint: &'static str,
}

/// The rule by which an answer is checked and sent; `answer` carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerRule {
    /// A code; blanks in it are dropped.
    Code,
    /// One of the choices that the challenge offers.
    Choice,
    /// A password that the pool does not know yet, with user attributes.
    NewPassword,
    /// The password itself.
    Password,
    /// The password, proved by SRP.
    PasswordProof,
    /// The answer to MFA_SETUP, whose form depends on the choice made.
    Setup,
    /// Any text; the word names it in errors.
    Text(&'static str),
    /// A proof that the library computes: no person is asked.
    LibraryProof,
}

impl AnswerRule {
    /// The form of the answer; `None` where it depends on what was chosen before.
    pub(super) fn form(self) -> Option<AnswerForm> {
        Some(match self {
            Self::Code => AnswerForm::Code,
            Self::Choice => AnswerForm::Choice,
            Self::NewPassword => AnswerForm::NewPassword,
            Self::Password | Self::PasswordProof => AnswerForm::Password,
            Self::Text(_) => AnswerForm::Text,
            Self::LibraryProof => AnswerForm::Fields,
            Self::Setup => return None,
        })
    }

    /// Returns whether the answer needs no more than to be put into the challenge's field.
    pub(super) fn is_sent_as_typed(self) -> bool {
        matches!(self, Self::Code | Self::Choice | Self::NewPassword | Self::Text(_))
    }
}

/// The question that a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Words(&'static str),
    /// For a code that was sent this way.
    CodeSentBy(&'static str),
    Choices,
    Setup,
    /// The public parameters of the pool's own challenge.
    PublicParameters,
    /// The name of the challenge.
    Name,
}

const ANSWER_WITH_MAP: &str =
    "Look at the challenge's name and parameters, and answer it with a raw map of answers.";

/// The challenges that this library knows.
pub(super) const KINDS: &[ChallengeKind] = &[
    ChallengeKind {
        name: "NEW_PASSWORD_REQUIRED",
        rule: AnswerRule::NewPassword,
        field: "NEW_PASSWORD",
        question: Question::Words("New password"),
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: "Answer with a new password, and the attributes that it requires.",
    },
    ChallengeKind {
        name: "SMS_MFA",
        rule: AnswerRule::Code,
        field: "SMS_MFA_CODE",
        question: Question::CodeSentBy("SMS"),
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: "Answer with the code that was sent to the user's phone.",
    },
    ChallengeKind {
        name: "SMS_OTP",
        rule: AnswerRule::Code,
        field: "SMS_OTP_CODE",
        question: Question::CodeSentBy("SMS"),
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: "Answer with the code that was sent to the user's phone.",
    },
    ChallengeKind {
        name: "EMAIL_OTP",
        rule: AnswerRule::Code,
        field: "EMAIL_OTP_CODE",
        question: Question::CodeSentBy("e-mail"),
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: "Answer with the code that was sent to the user's e-mail address.",
    },
    ChallengeKind {
        name: "SOFTWARE_TOKEN_MFA",
        rule: AnswerRule::Code,
        field: "SOFTWARE_TOKEN_MFA_CODE",
        question: Question::Words("Code of the authenticator app"),
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: "Answer with the code that the user's authenticator app shows; a job that runs alone sets \
               COGNITO_TOTP_SECRET.",
    },
    ChallengeKind {
        name: "SELECT_MFA_TYPE",
        rule: AnswerRule::Choice,
        field: "ANSWER",
        question: Question::Choices,
        is_secret: false,
        request_kind: RequestKind::Answer,
        hint: "Answer with one of the choices.",
    },
    ChallengeKind {
        name: "SELECT_CHALLENGE",
        rule: AnswerRule::Choice,
        field: "ANSWER",
        question: Question::Choices,
        is_secret: false,
        request_kind: RequestKind::PasswordAnswer,
        hint: "Answer with one of the choices.",
    },
    ChallengeKind {
        name: "MFA_SETUP",
        rule: AnswerRule::Setup,
        field: "EMAIL",
        question: Question::Setup,
        is_secret: false,
        request_kind: RequestKind::Answer,
        hint: "Set an authenticator app up, or give an e-mail address for codes.",
    },
    ChallengeKind {
        name: "PASSWORD",
        rule: AnswerRule::Password,
        field: "PASSWORD",
        question: Question::Words("Password"),
        is_secret: true,
        request_kind: RequestKind::PasswordAnswer,
        hint: "Answer with the user's password.",
    },
    ChallengeKind {
        name: "PASSWORD_SRP",
        rule: AnswerRule::PasswordProof,
        field: "SRP_A",
        question: Question::Words("Password"),
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: "Answer with the user's password.",
    },
    ChallengeKind {
        name: "WEB_AUTHN",
        rule: AnswerRule::Text("the authenticator's JSON"),
        field: "CREDENTIAL",
        question: Question::Name,
        is_secret: true,
        request_kind: RequestKind::Answer,
        hint: ANSWER_WITH_MAP,
    },
    ChallengeKind {
        name: "CUSTOM_CHALLENGE",
        rule: AnswerRule::Text("the answer"),
        field: "ANSWER",
        question: Question::PublicParameters,
        is_secret: true,
        request_kind: RequestKind::CustomAnswer,
        hint: "Answer what the pool asks in the challenge's parameters.",
    },
    ChallengeKind {
        name: "PASSWORD_VERIFIER",
        rule: AnswerRule::LibraryProof,
        field: "PASSWORD_CLAIM_SIGNATURE",
        question: Question::Name,
        is_secret: true,
        request_kind: RequestKind::PasswordProof,
        hint: ANSWER_WITH_MAP,
    },
    ChallengeKind {
        name: "DEVICE_SRP_AUTH",
        rule: AnswerRule::LibraryProof,
        field: "SRP_A",
        question: Question::Name,
        is_secret: true,
        request_kind: RequestKind::DeviceProof,
        hint: ANSWER_WITH_MAP,
    },
    ChallengeKind {
        name: "DEVICE_PASSWORD_VERIFIER",
        rule: AnswerRule::LibraryProof,
        field: "PASSWORD_CLAIM_SIGNATURE",
        question: Question::Name,
        is_secret: true,
        request_kind: RequestKind::DeviceProof,
        hint: ANSWER_WITH_MAP,
    },
];

/// A challenge that this library does not know: answered by a raw map alone.
pub(super) const UNKNOWN: ChallengeKind = ChallengeKind {
    name: "",
    rule: AnswerRule::LibraryProof,
    field: "",
    question: Question::Name,
    is_secret: true,
    request_kind: RequestKind::Answer,
    hint: ANSWER_WITH_MAP,
};

/// The row of the challenge by this name.
pub(super) fn find(name: &str) -> &'static ChallengeKind {
    KINDS.iter().find(|kind| kind.name == name).unwrap_or(&UNKNOWN)
}

#[cfg(test)]
mod tests;

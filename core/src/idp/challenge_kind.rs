//! The table of challenges. A new one is a row here; a new form of answer is implemented in `answer`.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>

/// One challenge that this library knows.
pub(super) struct ChallengeKind {
    pub(super) name: &'static str,
    pub(super) form: AnswerForm,
    /// The name of the answer in `ChallengeResponses`.
    pub(super) field: &'static str,
    pub(super) question: Question,
    /// `true` for an answer that is typed without echo.
    pub(super) is_secret: bool,
    /// The next step for a person.
    pub(super) hint: &'static str,
}

/// The form of an answer, which decides how it is checked and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerForm {
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
        form: AnswerForm::NewPassword,
        field: "NEW_PASSWORD",
        question: Question::Words("New password"),
        is_secret: true,
        hint: "Answer with a new password, and the attributes that it requires.",
    },
    ChallengeKind {
        name: "SMS_MFA",
        form: AnswerForm::Code,
        field: "SMS_MFA_CODE",
        question: Question::CodeSentBy("SMS"),
        is_secret: true,
        hint: "Answer with the code that was sent to the user's phone.",
    },
    ChallengeKind {
        name: "SMS_OTP",
        form: AnswerForm::Code,
        field: "SMS_OTP_CODE",
        question: Question::CodeSentBy("SMS"),
        is_secret: true,
        hint: "Answer with the code that was sent to the user's phone.",
    },
    ChallengeKind {
        name: "EMAIL_OTP",
        form: AnswerForm::Code,
        field: "EMAIL_OTP_CODE",
        question: Question::CodeSentBy("e-mail"),
        is_secret: true,
        hint: "Answer with the code that was sent to the user's e-mail address.",
    },
    ChallengeKind {
        name: "SOFTWARE_TOKEN_MFA",
        form: AnswerForm::Code,
        field: "SOFTWARE_TOKEN_MFA_CODE",
        question: Question::Words("Code of the authenticator app"),
        is_secret: true,
        hint: "Answer with the code that the user's authenticator app shows; a job that runs alone sets \
               COGNITO_TOTP_SECRET.",
    },
    ChallengeKind {
        name: "SELECT_MFA_TYPE",
        form: AnswerForm::Choice,
        field: "ANSWER",
        question: Question::Choices,
        is_secret: false,
        hint: "Answer with one of the choices.",
    },
    ChallengeKind {
        name: "SELECT_CHALLENGE",
        form: AnswerForm::Choice,
        field: "ANSWER",
        question: Question::Choices,
        is_secret: false,
        hint: "Answer with one of the choices.",
    },
    ChallengeKind {
        name: "MFA_SETUP",
        form: AnswerForm::Setup,
        field: "EMAIL",
        question: Question::Setup,
        is_secret: false,
        hint: "Set an authenticator app up, or give an e-mail address for codes.",
    },
    ChallengeKind {
        name: "PASSWORD",
        form: AnswerForm::Password,
        field: "PASSWORD",
        question: Question::Words("Password"),
        is_secret: true,
        hint: "Answer with the user's password.",
    },
    ChallengeKind {
        name: "PASSWORD_SRP",
        form: AnswerForm::PasswordProof,
        field: "SRP_A",
        question: Question::Words("Password"),
        is_secret: true,
        hint: "Answer with the user's password.",
    },
    ChallengeKind {
        name: "WEB_AUTHN",
        form: AnswerForm::Text("the authenticator's JSON"),
        field: "CREDENTIAL",
        question: Question::Name,
        is_secret: true,
        hint: ANSWER_WITH_MAP,
    },
    ChallengeKind {
        name: "CUSTOM_CHALLENGE",
        form: AnswerForm::Text("the answer"),
        field: "ANSWER",
        question: Question::PublicParameters,
        is_secret: true,
        hint: "Answer what the pool asks in the challenge's parameters.",
    },
    ChallengeKind {
        name: "PASSWORD_VERIFIER",
        form: AnswerForm::LibraryProof,
        field: "PASSWORD_CLAIM_SIGNATURE",
        question: Question::Name,
        is_secret: true,
        hint: ANSWER_WITH_MAP,
    },
    ChallengeKind {
        name: "DEVICE_SRP_AUTH",
        form: AnswerForm::LibraryProof,
        field: "SRP_A",
        question: Question::Name,
        is_secret: true,
        hint: ANSWER_WITH_MAP,
    },
    ChallengeKind {
        name: "DEVICE_PASSWORD_VERIFIER",
        form: AnswerForm::LibraryProof,
        field: "PASSWORD_CLAIM_SIGNATURE",
        question: Question::Name,
        is_secret: true,
        hint: ANSWER_WITH_MAP,
    },
];

/// A challenge that this library does not know: answered by a raw map alone.
pub(super) const UNKNOWN: ChallengeKind = ChallengeKind {
    name: "",
    form: AnswerForm::LibraryProof,
    field: "",
    question: Question::Name,
    is_secret: true,
    hint: ANSWER_WITH_MAP,
};

/// The row of the challenge by this name.
pub(super) fn find(name: &str) -> &'static ChallengeKind {
    KINDS.iter().find(|kind| kind.name == name).unwrap_or(&UNKNOWN)
}

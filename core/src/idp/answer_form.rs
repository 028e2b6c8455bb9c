//! The forms of answers, for programs that ask a person.

/// The form of the answer to a [`Challenge`](super::Challenge).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerForm {
    /// A code, which is good once.
    Code,
    /// One of the challenge's choices.
    Choice,
    /// A new password, with the attributes that the challenge requires.
    NewPassword,
    /// The user's password.
    Password,
    /// The e-mail address to send codes to.
    EmailAddress,
    /// Any other text.
    Text,
    /// The service's own `ChallengeResponses`, by their names: see [`Answer::answers`](super::Answer::answers).
    Fields,
}

impl AnswerForm {
    /// Returns the name of the form: `code`, `choice`, `new_password`, `password`, `email_address`, `text` or `fields`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Choice => "choice",
            Self::NewPassword => "new_password",
            Self::Password => "password",
            Self::EmailAddress => "email_address",
            Self::Text => "text",
            Self::Fields => "fields",
        }
    }
}

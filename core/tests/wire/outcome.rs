//! The outcome of an operation whose challenges nobody answers.

use cognitoken::{Challenge, Cognito, Result, SignInRequest, Step, Tokens};

/// Signs in to tokens; a challenge is an error, as for a program that has nobody to ask.
pub(crate) async fn sign_in(cognito: &Cognito, request: SignInRequest) -> Result<Tokens> {
    cognito.sign_in(request).await.done()
}

/// The challenge that a sign-in ends with.
pub(crate) async fn challenge_to(cognito: &Cognito, request: SignInRequest) -> Challenge {
    match cognito.sign_in(request).await.unwrap() {
        Step::Challenge(challenge) => challenge,
        Step::Done(tokens) => panic!("no challenge was set: {tokens:?}"),
    }
}

/// The result of an operation whose challenges nobody answers.
pub(crate) trait Done<T> {
    fn done(self) -> Result<T>;
}

impl<T> Done<T> for Result<Step<T>> {
    fn done(self) -> Result<T> {
        self.and_then(Step::or_error)
    }
}

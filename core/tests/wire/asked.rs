//! A sign-in that has got as far as a challenge, and what it is answered with.

use cognitoken::{Answer, Challenge, Cognito, Error, ErrorKind, Flow, SignInRequest, Step};
use serde_json::Value;
use zeroize::Zeroizing;

use super::cognito::{USERNAME, challenge, request};
use super::outcome::challenge_to;
use super::service::{Reply, Service};

/// A sign-in that has got as far as a challenge.
pub(crate) struct Asked {
    pub(crate) service: Service,
    pub(crate) cognito: Cognito,
    pub(crate) challenge: Challenge,
}

impl Asked {
    pub(crate) async fn at(
        replies: impl IntoIterator<Item = Reply>,
        prepare: impl FnOnce(&Service) -> SignInRequest,
    ) -> Self {
        let service = Service::that_says(replies).await;
        let cognito = Cognito::new();
        let asked = challenge_to(&cognito, prepare(&service)).await;
        let error = Error::from(asked.clone());
        assert_eq!(error.kind(), ErrorKind::ChallengeRequired, "{error}");
        Self { service, cognito, challenge: asked }
    }

    /// This challenge first, then these replies.
    pub(crate) async fn by(name: &str, parameters: Value, replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::at([challenge(name, &parameters)].into_iter().chain(replies), request).await
    }

    pub(crate) async fn respond(&self, answer: Answer) -> Result<Step, Error> {
        self.cognito.respond(&self.challenge, answer).await
    }

    /// Answers, and gives the tokens that end it.
    pub(crate) async fn finish(&self, answer: Answer) {
        match self.respond(answer).await.unwrap() {
            Step::Done(tokens) => assert_eq!(tokens.summary().username.as_deref(), Some(USERNAME)),
            Step::Challenge(challenge) => panic!("{challenge:?}"),
        }
    }

    /// The challenge that an answer leads to.
    pub(crate) async fn go_on(self, answer: Answer) -> Self {
        match self.respond(answer).await.unwrap() {
            Step::Challenge(challenge) => Self { challenge, ..self },
            Step::Done(tokens) => panic!("{tokens:?}"),
        }
    }

    /// The body of the last request.
    pub(crate) fn sent(&self) -> Value {
        self.service.calls().last().unwrap().body()
    }

    pub(crate) fn responses(&self) -> Value {
        self.sent()["ChallengeResponses"].clone()
    }

    /// An answer that is refused before anything is sent.
    pub(crate) async fn refuses(&self, answer: Answer) -> Error {
        let before = self.service.calls().len();
        let error = self.respond(answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.hint().is_some());
        assert_eq!(self.service.calls().len(), before, "{error}");
        error
    }
}

/// An answer in the service's own fields.
pub(crate) fn raw(pairs: &[(&str, &str)]) -> Answer {
    let answers = pairs.iter().map(|(name, value)| ((*name).to_owned(), Zeroizing::new((*value).to_owned())));
    Answer { answers: answers.collect(), ..Answer::default() }
}

/// The flow in which the user chooses, with nothing chosen that is answered alone.
pub(crate) fn user_auth(request: SignInRequest) -> SignInRequest {
    SignInRequest { flow: Flow::UserAuth, preferred_challenge: Some("WEB_AUTHN".into()), ..request }
}

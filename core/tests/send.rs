//! Every future of the public surface can be moved to another thread: a runtime with several wants that, and the
//! compiler loses it without a word when something inside changes.

use cognitoken::{
    AccountRequest, Answer, Challenge, ClientCredentialsRequest, Cognito, Environment, Password,
    RefreshRequest, SignInRequest, SsoRequest, Tokens, Verifier, VerifierOptions,
};

fn is_send<T: Send>(_: T) {}

#[test]
fn every_future_is_send() {
    let cognito = Cognito::new();
    let environment = Environment::empty;
    is_send(cognito.sign_in(SignInRequest::new(environment())));
    is_send(cognito.refresh(RefreshRequest::new(environment())));
    is_send(cognito.client_credentials(ClientCredentialsRequest::new(environment())));
    is_send(cognito.start_sso(SsoRequest::new(environment())));
    is_send(cognito.forgot_password(AccountRequest::new(environment())));
    let verifier = Verifier::new(VerifierOptions::new().with_user_pool_id("us-east-1_abc").any_client());
    is_send(verifier.unwrap().verify("", None));

    // These need values that only a service gives; that they compile is the test.
    fn of_tokens(tokens: &Tokens, cognito: &Cognito, password: &Password) {
        is_send(cognito.refresh_tokens(tokens));
        is_send(cognito.revoke_tokens(tokens));
        is_send(cognito.sign_out_everywhere(tokens));
        is_send(cognito.change_password(tokens, password, password));
    }
    fn of_challenge(challenge: &Challenge, cognito: &Cognito) {
        is_send(cognito.respond(challenge, Answer::default()));
    }
    let _: (fn(_, _, _), fn(_, _)) = (of_tokens, of_challenge);
}

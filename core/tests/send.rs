//! Every future of the public surface can be moved to another thread: a runtime with several wants that, and the
//! compiler loses it without a word when something inside changes.

use cognitoken::{
    AccountRequest, Answer, Challenge, ClientCredentialsRequest, Environment, Password, RefreshRequest,
    SignInRequest, SsoRequest, Tokens, Transport, Verifier, VerifierOptions,
};

fn is_send<T: Send>(_: T) {}

#[test]
fn every_future_is_send() {
    let transport = Transport::new();
    let environment = Environment::empty;
    is_send(cognitoken::sign_in(&transport, SignInRequest::new(environment())));
    is_send(cognitoken::refresh(&transport, RefreshRequest::new(environment())));
    is_send(cognitoken::client_credentials(&transport, ClientCredentialsRequest::new(environment())));
    is_send(cognitoken::start_sso(&transport, SsoRequest::new(environment())));
    is_send(cognitoken::forgot_password(&transport, AccountRequest::new(environment())));
    let verifier = Verifier::new(VerifierOptions::new().user_pool_id("us-east-1_abc").any_client());
    is_send(verifier.unwrap().verify(&transport, "", None));

    // These need values that only a service gives; that they compile is the test.
    fn of_tokens(tokens: &Tokens, transport: &Transport, password: &Password) {
        is_send(tokens.refresh(transport));
        is_send(tokens.revoke(transport));
        is_send(tokens.sign_out_everywhere(transport));
        is_send(tokens.change_password(transport, password, password));
    }
    fn of_challenge(challenge: &Challenge, transport: &Transport) {
        is_send(challenge.respond(transport, Answer::default()));
    }
    let _: (fn(_, _, _), fn(_, _)) = (of_tokens, of_challenge);
}

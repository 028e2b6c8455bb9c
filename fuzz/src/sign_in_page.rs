//! Redirects that the browser brings back from the sign-in page, and that people paste.

use cognitoken::{ClientValues, Error, SsoRequest};
use url::form_urlencoded;

use super::requests::{Service, client, environment, run};

/// The mark that stands for the right state in the input.
const STATE: &str = "{state}";

/// An address with another state never ends the sign-in; one that does has the right state, and it alone.
pub fn redirect(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    run(async {
        let (taken, _, _) = paste(&input, None).await;
        assert!(!taken, "an address of another sign-in was taken");

        let (taken, outcome, state) = paste(&input, Some(STATE)).await;
        if !taken {
            return;
        }
        let address = input.replace(STATE, &state);
        // The whole address, as people copy it, or its query alone.
        let address = address.trim().trim_matches(['"', '\'', '<', '>']).trim();
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let states = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "state");
        let states: Vec<_> = states.map(|(_, value)| value).collect();
        assert_eq!(states, [state.as_str()], "{address:?} was taken");
        if let Some(Err(error)) = outcome {
            assert!(
                !error.message().contains(&state),
                "an error shows the state: {:?} {state}",
                error.message()
            );
            assert!(!error.message().contains(char::is_control));
        }
    });
}

/// Returns whether a sign-in accepts the address, its outcome then, and its state, which replaces the mark.
async fn paste(address: &str, mark: Option<&str>) -> (bool, Option<Result<(), Error>>, String) {
    let service = Service::new(r#"{"access_token":"a.b.c","token_type":"Bearer","expires_in":3600}"#);
    let request = SsoRequest::new(environment())
        .with_client(ClientValues { client_secret: None, ..client() })
        .with_domain("auth.example.com")
        // Nothing listens for another machine's address: it has to be pasted.
        .with_redirect_uri("https://hub.example.com/callback");
    let attempt = service.cognito.start_sso(request).await.expect("a sign-in begins");
    let link = attempt.authorize_url();
    let state =
        link.query_pairs().find(|(name, _)| name == "state").expect("the link has a state").1.into_owned();
    let address = mark.map_or_else(|| address.to_owned(), |mark| address.replace(mark, &state));
    match attempt.paste_handle().accept(&address) {
        Ok(()) => {
            let outcome = attempt.wait().await.map(drop);
            service.assert_asked_only("auth.example.com");
            (true, Some(outcome), state)
        }
        Err(error) => {
            service.assert_shows_no_secret(&error);
            (false, None, state)
        }
    }
}

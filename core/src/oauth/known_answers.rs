//! What goes into the requests of the crate `oauth2`, as our client puts it there.

#![allow(missing_docs, reason = "each function is the step of the same name")]

use std::cell::RefCell;

use oauth2::http::header::AUTHORIZATION;
use oauth2::{HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier};

use super::token_endpoint::oauth_client;
use crate::config::{ClientAuthentication, Domain};
use crate::config::{ClientValues, Environment, GatheredClient, Located, SecretsInUse, Values};
use crate::error::{Error, ErrorKind};
use crate::secret::ClientSecret;

pub fn code_challenge(code_verifier: &str) -> String {
    let verifier = PkceCodeVerifier::new(code_verifier.to_owned());
    PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str().to_owned()
}

/// The header of a request that is made and not sent; empty where there is none.
pub fn client_secret_basic(client_id: &str, client_secret: &str) -> String {
    let values = ClientValues {
        client_id: Some(client_id.to_owned()),
        client_secret: Some(ClientSecret::new(client_secret)),
        ..ClientValues::default()
    };
    let nothing_set = Values::new(&Environment::empty(), SecretsInUse::default());
    let Ok(Located { config, region }) = values.gather(&nothing_set).and_then(GatheredClient::check) else {
        return String::new();
    };
    let domain = Some("my-app".to_owned());
    let Ok(domain) = Domain::resolve(domain, &nothing_set, &region, ClientAuthentication::Basic) else {
        return String::new();
    };
    let seen = RefCell::new(String::new());
    let look = |request: HttpRequest| -> Result<HttpResponse, Error> {
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        header.unwrap_or_default().clone_into(&mut seen.borrow_mut());
        Err(Error::new(ErrorKind::Network, "NotSent", "the request was looked at and not sent"))
    };
    let _ = oauth_client(&config, &domain).exchange_client_credentials().request(&look);
    seen.into_inner()
}

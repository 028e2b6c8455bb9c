//! Several user pools: each with its own issuer and its own keys.

use cognitoken::{ErrorKind, Verifier, VerifierOptions};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::signing::SigningKey;
use super::{CLIENT, ISSUER, NOW, POOL, POOL_KEY, at, fetching_options, id_claims, with, without};

/// Two pools on one server, `ours` and `theirs`. The keys have the same id, as an attacker would choose it.
struct Pools {
    server: MockServer,
    ours: SigningKey,
    theirs: SigningKey,
}

impl Pools {
    async fn new() -> Self {
        let server = MockServer::start().await;
        let (ours, theirs) = (SigningKey::generate("same"), SigningKey::generate("same"));
        for (name, key) in [("ours", &ours), ("theirs", &theirs)] {
            Mock::given(path(format!("/{name}/.well-known/jwks.json")))
                .respond_with(ResponseTemplate::new(200).set_body_json(key.jwks()))
                .mount(&server)
                .await;
        }
        Self { server, ours, theirs }
    }

    fn issuer(&self, name: &str) -> String {
        format!("{}/{name}", self.server.uri())
    }

    fn claims(&self, name: &str) -> Value {
        with(id_claims(), "iss", json!(self.issuer(name)))
    }

    fn verifier(&self) -> Verifier {
        let issuers = ["ours", "theirs"].map(|name| self.issuer(name));
        Verifier::new(VerifierOptions::new().with_issuers(issuers).with_client_ids([CLIENT, "another"]))
            .unwrap()
    }

    async fn fetches(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

#[tokio::test]
async fn a_token_is_verified_with_the_keys_of_its_own_pool() {
    let pools = Pools::new().await;
    let verifier = pools.verifier();
    for (key, name) in [(&pools.ours, "ours"), (&pools.theirs, "theirs")] {
        for client in [CLIENT, "another"] {
            let token = key.token(&with(pools.claims(name), "aud", json!(client)));
            let claims = verifier.verify(&token, Some(at(NOW))).await.unwrap();
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!(pools.issuer(name)), &json!(client)));
        }
    }
    assert_eq!(pools.fetches().await, 2, "one for each pool");
    // One pool cannot sign for the other, with all keys at hand.
    for (key, name) in [(&pools.ours, "theirs"), (&pools.theirs, "ours")] {
        let token = key.token(&pools.claims(name));
        let error = verifier.verify_with_known_keys(&token, at(NOW)).unwrap().unwrap_err();
        assert_eq!(error.code(), "InvalidSignature", "{name}");
    }
    let other_client = pools.ours.token(&with(pools.claims("ours"), "aud", json!("third")));
    let error = verifier.verify(&other_client, Some(at(NOW))).await.unwrap_err();
    assert_eq!(error.code(), "InvalidAudience");
    assert_eq!(pools.fetches().await, 2);
}

#[tokio::test]
async fn an_issuer_that_is_not_trusted_fetches_nothing() {
    let pools = Pools::new().await;
    let verifier = pools.verifier();
    for issuer in [
        json!(format!("{}/", pools.issuer("ours"))),
        json!(pools.issuer("third")),
        json!(pools.issuer("ours").to_uppercase()),
        json!([pools.issuer("ours")]),
        json!(ISSUER),
        json!(null),
    ] {
        let token = pools.ours.token(&with(id_claims(), "iss", issuer));
        let error = verifier.verify(&token, Some(at(NOW))).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, "InvalidIssuer"));
        let expected = format!(r#"["{}", "{}"]"#, pools.issuer("ours"), pools.issuer("theirs"));
        assert_eq!(error.expected(), Some(&*expected));
    }
    let nobodys = pools.ours.token(&without(id_claims(), "iss"));
    let error = verifier.verify(&nobodys, Some(at(NOW))).await.unwrap_err();
    assert_eq!(error.code(), "MissingClaim");
    assert_eq!(pools.fetches().await, 0);
}

#[tokio::test]
async fn many_tokens_of_several_pools_are_verified_at_once() {
    let pools = Pools::new().await;
    let verifier = pools.verifier();
    let tokens: Vec<String> = (0..60)
        .map(|number| match number % 3 {
            0 => pools.ours.token(&pools.claims("ours")),
            1 => pools.theirs.token(&pools.claims("theirs")),
            _ => pools.ours.token(&pools.claims("theirs")),
        })
        .collect();
    let results = verifier.verify_many(&tokens, Some(at(NOW))).await;
    for (number, result) in results.into_iter().enumerate() {
        match number % 3 {
            2 => assert_eq!(result.unwrap_err().code(), "InvalidSignature"),
            _ => assert!(result.is_ok()),
        }
    }
    assert_eq!(pools.fetches().await, 2);
}

#[test]
fn every_pool_has_both_forms_of_its_issuer() {
    let options = fetching_options().with_user_pool_ids([POOL, "eu-west-1_Other", POOL]);
    let text = format!("{:?}", Verifier::new(options).unwrap());
    for issuer in ["cognito-idp.us-east-1", "issuer-cognito-idp.us-east-1", "cognito-idp.eu-west-1"] {
        assert!(text.contains(&format!("\"https://{issuer}.amazonaws.com/")), "{text}");
    }
    assert_eq!(text.matches("us-east-1_AbCdEfGhI\"").count(), 2, "a pool that is given twice is one: {text}");
}

#[test]
fn one_key_set_is_not_that_of_several_pools() {
    let several = || fetching_options().with_user_pool_ids([POOL, "eu-west-1_Other"]);
    let issuers = || fetching_options().with_issuers([ISSUER, "https://other.example"]);
    for (options, name) in [
        (several().with_jwks(POOL_KEY.jwks()), "jwks"),
        (several().with_jwks_url("https://keys.example/jwks.json"), "jwks_url"),
        (issuers().with_jwks(POOL_KEY.jwks()), "jwks"),
        (issuers().with_jwks_url("https://keys.example/jwks.json"), "jwks_url"),
    ] {
        let error = Verifier::new(options).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "ConflictingValues"));
        assert!(error.message().contains(&format!("`{name}`")) && error.hint().is_some(), "{error}");
    }
    let twice = fetching_options().with_user_pool_ids([POOL, POOL]).with_jwks(POOL_KEY.jwks());
    assert!(Verifier::new(twice).is_ok());
}

#[test]
fn one_malformed_pool_id_of_several_is_refused() {
    let error = Verifier::new(fetching_options().with_user_pool_ids([POOL, "other"])).unwrap_err();
    assert_eq!(error.code(), "InvalidUserPoolId");
    let error = Verifier::new(fetching_options().with_issuers([ISSUER, "http://other.example"])).unwrap_err();
    assert_eq!(error.code(), "InsecureUrl");
}

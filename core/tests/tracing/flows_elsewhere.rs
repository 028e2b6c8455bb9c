//! The flows of the pool's domain, of sessions and their stores, of the verifier, of discovery and the doctor.

use std::time::{Duration, UNIX_EPOCH};

use cognitoken::{
    AwsCredentialsRequest, ClientCredentialsRequest, Cognito, Environment, Session, SessionRequest,
    SignInRequest, SsoRequest, Step, Tokens, Verifier, VerifierOptions,
};
use serde_json::{Value, json};

use super::cognito::{ALIAS, CLIENT, POOL, USERNAME, jwt};
use super::domain::{self, Attempt, Link, start, visit};
use super::outcome::Done as _;
use super::replies::{
    FAR_FUTURE, TOTP_SECRET, echo, issued, nothing, request, request_client, result_until, token, tokens,
    unavailable,
};
use super::secrets::{MARK, Secrets, secret};
use super::service::{Reply, Service};
use super::signing::SigningKey;

const STORE_KEY: &str = "8f3a61c27de94b05a1f7382e6cd0945b17ea82f36b9c40d5e8127f3ab6950cd4";
const BUNDLE_KEY: &str = "1d6be0f492a73c58cb05e19f467a2d83f0b4c6719e28d5a36f17408bc29e5da1";

/// Client credentials: asked for, kept, refused.
pub(crate) async fn takes_a_token_of_the_client(secrets: &mut Secrets) {
    let granted = || {
        Reply::json(
            200,
            &json!({"access_token": secret("access"), "expires_in": 3600, "token_type": "Bearer"}),
        )
    };
    let service = Service::that_says([unavailable(), granted(), echo("invalid_client")]).await;
    let cognito = Cognito::new();
    let credentials = || {
        let mut request: ClientCredentialsRequest = domain::client_credentials_request(&service);
        request.client.client_secret = Some(secret("client").into());
        request.with_client_metadata([("private", secret("metadata"))])
    };
    for _ in 0..2 {
        cognito.client_credentials(credentials()).await.unwrap();
    }
    let mut others = credentials();
    others.scopes = Some(vec!["reports/read".to_owned()]);
    cognito.client_credentials(others).await.unwrap_err();
    secrets.add_sent_to(&service);
}

/// The sign-in page: by a browser and by a pasted address; refreshed, revoked; refused.
pub(crate) async fn signs_in_on_the_page(secrets: &mut Secrets) {
    for (by_browser, is_refused) in [(true, false), (false, false), (false, true)] {
        let (sender, receiver) = std::sync::mpsc::channel();
        let redeemed = Reply::by(move |_| receiver.recv().unwrap());
        let refreshed = || Reply::json(200, &token_answer(None));
        let replies = [redeemed, refreshed(), Reply::text(200, "text/plain", ""), echo("invalid_grant")];
        let service = Service::that_says(replies).await;
        let mut request: SsoRequest = domain::sso_request(&service);
        request.client.client_secret = Some(secret("client").into());
        let Attempt { attempt, link, port } = start(request).await;
        for name in ["state", "nonce", "code_challenge"] {
            secrets.add(link.get(name));
        }
        let redemption =
            if is_refused { echo("invalid_grant") } else { Reply::json(200, &token_answer(Some(&link))) };
        sender.send(redemption).unwrap();
        let pasted = attempt.paste_handle();
        let waiting = tokio::spawn(attempt.wait());
        if by_browser {
            visit(port, &format!("/?{}", query(&link))).await;
        } else {
            pasted
                .accept(&format!("http://localhost:{port}/?code={}&state=another", secret("stray")))
                .unwrap_err();
            secrets.add(secret("stray"));
            pasted.accept(&query(&link)).unwrap();
        }
        let outcome = waiting.await.unwrap();
        assert_eq!(outcome.is_err(), is_refused, "{outcome:?}");
        if let Ok(tokens) = outcome {
            use_domain_tokens(&tokens).await;
        }
        secrets.add_sent_to(&service);
    }
}

async fn use_domain_tokens(tokens: &Tokens) {
    let cognito = Cognito::new();
    let fresh = cognito.refresh_tokens(tokens).await.unwrap();
    cognito.revoke_tokens(&fresh).await.unwrap();
    cognito.refresh_tokens(&fresh).await.unwrap_err();
}

/// The query that the page sends the browser back with.
fn query(link: &Link) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", &secret("code")).append_pair("state", link.get("state")).finish()
}

fn token_answer(link: Option<&Link>) -> Value {
    let nonce = link.map(|link| link.get("nonce"));
    let id_token = jwt(
        &json!({"cognito:username": USERNAME, "aud": CLIENT, "exp": FAR_FUTURE, "nonce": nonce, "jti": secret("id")}),
    );
    json!({"id_token": id_token, "access_token": token("access", FAR_FUTURE), "refresh_token": secret("refresh"),
        "expires_in": 3600, "token_type": "Bearer"})
}

/// Sessions in a folder, sealed and not: sign-in, refresh, hand-over, a damaged entry, sign-out.
pub(crate) async fn keeps_a_session(secrets: &mut Secrets) {
    for value in [STORE_KEY, BUNDLE_KEY] {
        secrets.add(value);
        let digits: Vec<u8> = value
            .bytes()
            .map(|digit| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap())
            .collect();
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect();
        secrets.add(base64_of(&bytes));
        secrets.add(format!("{bytes:?}").trim_matches(['[', ']']));
    }
    for is_sealed in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| Some(format!("file:{}", folder.path().join(name).display()));
        let mut variables = vec![("COGNITO_BUNDLE_KEY", BUNDLE_KEY)];
        variables.extend(is_sealed.then_some(("COGNITO_STORE_KEY", STORE_KEY)));
        let environment = Environment::from_pairs(variables, "").unwrap();
        let expired = issued(&result_until(1_700_003_600));
        let service = Service::that_says([expired, tokens(), unavailable(), tokens(), nothing()]).await;
        let open = |store: Option<String>| {
            let mut sign_in = request(&service);
            sign_in.environment = environment.clone();
            let mut request = SessionRequest::new(environment.clone());
            (request.sign_in, request.store) = (sign_in, store);
            Cognito::new().session(request).unwrap()
        };
        let session: Session = open(place("tokens"));
        session.tokens().await.done().unwrap();
        let other = open(place("tokens"));
        other.tokens().await.done().unwrap();
        let header = other.authorization().await.done().unwrap();
        other.replace(&header).await.done().unwrap();
        other.status().await.unwrap();
        let bundle = other.export(&environment).await.unwrap();
        let third = open(place("imported"));
        third.import(&bundle, &environment).await.unwrap();
        third.import(&bundle[..bundle.len() - 4], &environment).await.unwrap_err();
        secrets.add(&bundle);
        damage(&folder.path().join("imported"));
        open(place("imported")).status().await.unwrap();
        other.sign_out(false).await.unwrap();
        assert_eq!(service.unsaid(), 0, "{:?}", service.operations());
        secrets.add_sent_to(&service);
    }
    let service = Service::that_says([echo("NotAuthorizedException")]).await;
    let mut request = SessionRequest::new(Environment::empty());
    request.refresh_token = Some(secret("seed").into());
    request.sign_in.client = request_client(&service);
    Cognito::new().session(request).unwrap().tokens().await.unwrap_err();
    secrets.add_sent_to(&service);
    secrets.add(secret("seed"));
}

/// AWS credentials: refused, issued, cached, and issued for a role.
pub(crate) async fn takes_aws_credentials(secrets: &mut Secrets) {
    for name in ["secret-key", "session-token", "identity"] {
        secrets.add(secret(name));
    }
    let id_token = jwt(&json!({"sub": USERNAME, "aud": CLIENT, "exp": FAR_FUTURE, "jti": secret("id"),
        "iss": format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}")}));
    let mut result = result_until(FAR_FUTURE);
    result["IdToken"] = json!(id_token);
    let identity = Reply::json(200, &json!({"IdentityId": secret("identity")}));
    let keys = || {
        Reply::json(
            200,
            &json!({"IdentityId": secret("identity"), "Credentials": {"AccessKeyId": "ASIAEXAMPLE",
            "SecretKey": secret("secret-key"), "SessionToken": secret("session-token"), "Expiration": FAR_FUTURE}}),
        )
    };
    // It repeats the token, and has secrets of its own in a form that is not the API's.
    let broken = Reply::json(200, &json!({"Credentials": {"SecretKey": secret("secret-key")}}));
    let replies =
        [issued(&result), echo("NotAuthorizedException"), unavailable(), identity, broken, keys(), keys()];
    let service = Service::that_says(replies).await;
    let mut opened = SessionRequest::new(Environment::empty());
    opened.sign_in = request(&service);
    let session = Cognito::new().session(opened).unwrap();
    let asked = AwsCredentialsRequest::new("us-east-1:12345678-dcba-1234-abcd-1234567890ab")
        .with_identity_endpoint(service.endpoint());
    for _ in 0..2 {
        session.aws_credentials(&asked).await.done().unwrap_err();
    }
    for _ in 0..2 {
        session.aws_credentials(&asked).await.done().unwrap();
    }
    let of_role = asked.with_custom_role_arn("arn:aws:iam::123456789012:role/analysts");
    session.aws_credentials(&of_role).await.done().unwrap();
    assert_eq!(service.unsaid(), 0, "{:?}", service.operations());
    secrets.add_sent_to(&service);
}

/// A store on a server that is away, whose address has a password.
#[cfg(feature = "redis")]
pub(crate) async fn names_a_server(secrets: &mut Secrets) {
    let password = format!("{MARK}-redis%2Dpassword");
    secrets.add(&password);
    secrets.add(format!("{MARK}-redis-password"));
    let service = Service::unasked().await;
    let environment = Environment::from_pairs([("COGNITO_STORE_KEY", STORE_KEY)], "").unwrap();
    let mut opened = SessionRequest::new(environment.clone());
    opened.sign_in = request(&service);
    opened.sign_in.environment = environment;
    opened.sign_in.client.timeout = Some(Duration::from_secs(2));
    opened.store = Some(format!("redis://ada:{password}@127.0.0.1:1/0"));
    Cognito::new().session(opened).unwrap().tokens().await.unwrap_err();
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

/// Writes what is no entry, and is a secret all the same, over each entry.
fn damage(folder: &std::path::Path) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if std::fs::metadata(&path).unwrap().len() > 0 {
            std::fs::write(path, secret("damaged")).unwrap();
        }
    }
}

/// Tokens of a pool whose keys are fetched, good and bad.
pub(crate) async fn verifies(secrets: &mut Secrets) {
    let key = SigningKey::generate("key-1");
    let service =
        Service::that_says([unavailable(), Reply::json(200, &key.jwks()), Reply::json(200, &key.jwks())])
            .await;
    let jwks_url = format!("{}/jwks.json", service.endpoint());
    let options =
        VerifierOptions::new().with_user_pool_id(POOL).with_client_id(CLIENT).with_jwks_url(jwks_url);
    let verifier = Verifier::new(options).unwrap();
    let claims = json!({"sub": "ada", "iss": format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}"), "aud": CLIENT,
        "token_use": "id", "exp": FAR_FUTURE, "jti": secret("id")});
    let good = key.token(&claims);
    let now = Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    verifier.verify(&good, now).await.unwrap();
    let bad = [format!("{}x", &good[..good.len() - 1]), SigningKey::generate("key-2").token(&claims)];
    for token in &bad {
        verifier.verify(token, now).await.unwrap_err();
    }
    for token in bad.iter().chain([&good]) {
        token.split('.').skip(1).for_each(|part| secrets.add(part));
    }
}

/// Secrets in files of the process, one that cannot be read, and one of the folder's `.env`.
pub(crate) async fn reads_secrets_from_files(secrets: &mut Secrets) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (password, client_secret) = (file("a", &secret("password")), file("b", &secret("client")));
    let (store_key, no_text) = (file("c", STORE_KEY), file("d", &MARK.repeat(20_000)));
    let dotenv = format!("COGNITO_TOTP_SECRET_FILE={password}");
    for name in ["COGNITO_CLIENT_SECRET_FILE", "COGNITO_TOTP_SECRET_FILE"] {
        let service = Service::that_says([echo("NotAuthorizedException")]).await;
        let endpoint = service.endpoint();
        let path = if name == "COGNITO_TOTP_SECRET_FILE" { &no_text } else { &client_secret };
        let variables = [
            ("COGNITO_USER_NAME", ALIAS),
            ("COGNITO_CLIENT_ID", CLIENT),
            ("COGNITO_ENDPOINT", &endpoint),
            ("COGNITO_PASSWORD_FILE", &password),
            ("COGNITO_STORE_KEY_FILE", &store_key),
            (name, path),
        ];
        let environment = Environment::from_pairs(variables, &dotenv).unwrap();
        let cognito = Cognito::new();
        let refused = cognito.sign_in(SignInRequest::new(environment.clone())).await;
        assert!(!format!("{refused:?} {environment:?}").contains(MARK));
        cognito.doctor(&SessionRequest::new(environment), false).await;
        secrets.add_sent_to(&service);
    }
}

/// A client that is discovered, and the doctor at the end of it.
pub(crate) async fn discovers_and_examines(secrets: &mut Secrets) {
    let configuration = json!({"idp": {"Auth": {"Cognito": {"region": "us-east-1", "userPoolId": POOL, "userPoolClientId": CLIENT}}}});
    let api = Service::that_says((0..9).map(|_| Reply::json(200, &configuration))).await;
    let service = Service::that_says((0..9).map(|_| echo("NotAuthorizedException"))).await;
    let (api_url, endpoint) = (api.endpoint(), service.endpoint());
    let (password, client_secret, refresh_token) = (secret("password"), secret("client"), secret("refresh"));
    let variables = [
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_PASSWORD", &password),
        ("COGNITO_CLIENT_SECRET", &client_secret),
        ("COGNITO_REFRESH_TOKEN", &refresh_token),
        ("COGNITO_ENDPOINT", &endpoint),
        ("COGNITO_STORE_KEY", STORE_KEY),
        ("APLOS_API_URL", &api_url),
    ];
    // Another user's file: its values are left out, and a notice says so.
    let dotenv = format!(
        "COGNITO_ISSUER=https://example.com\nCOGNITO_DOMAIN=theirs\nCOGNITO_TOTP_SECRET={TOTP_SECRET}\n"
    );
    let environment = Environment::from_pairs(variables, &dotenv).unwrap();
    let cognito = Cognito::new();
    let step = cognito.sign_in(SignInRequest::new(environment.clone())).await;
    assert!(matches!(step, Err(_) | Ok(Step::Challenge(_))));
    cognito.doctor(&SessionRequest::new(environment), true).await;
    assert!(!api.calls().is_empty());
    secrets.add_sent_to(&service);
}

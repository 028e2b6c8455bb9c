//! A pool's domain, and a browser that comes back from its sign-in page.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use cognitoken::{ClientCredentialsRequest, ClientValues, Cognito, Environment, SsoAttempt, SsoRequest};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Url, form_urlencoded};

use super::cognito::{CLIENT, CLIENT_SECRET, EXPIRES_AT, REFRESH_TOKEN, USERNAME, access_token, jwt};
use super::ports::free_port;
use super::service::{Call, Reply, Service};

/// The code of a sign-in page.
pub(crate) const CODE: &str = "the-code/of+the-page";

/// The fields of a form that was sent.
pub(crate) fn form(call: &Call) -> BTreeMap<String, String> {
    form_urlencoded::parse(call.text.as_bytes()).into_owned().collect()
}

/// The expected fields of a form, in the same shape.
pub(crate) fn fields<const COUNT: usize>(pairs: [(&str, &str); COUNT]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub(crate) fn oauth_error(status: u16, name: &str, description: &str) -> Reply {
    Reply::json(status, &json!({"error": name, "error_description": description}))
}

/// The token that a client gets for itself.
pub(crate) fn client_token(name: &str) -> Reply {
    Reply::json(200, &json!({"access_token": name, "expires_in": 3600, "token_type": "Bearer"}))
}

/// A request for a token of the client's own, at this domain.
pub(crate) fn client_credentials_request(service: &Service) -> ClientCredentialsRequest {
    let client = ClientValues {
        client_id: Some(CLIENT.into()),
        client_secret: Some(CLIENT_SECRET.into()),
        ..ClientValues::default()
    };
    ClientCredentialsRequest::new(Environment::empty()).with_client(client).with_domain(service.endpoint())
}

/// A sign-in on the page of this domain, by a client without a secret.
pub(crate) fn sso_request(service: &Service) -> SsoRequest {
    sso_request_at(&service.endpoint())
}

pub(crate) fn sso_request_at(domain: &str) -> SsoRequest {
    let client = ClientValues { client_id: Some(CLIENT.into()), ..ClientValues::default() };
    SsoRequest::new(Environment::empty()).with_client(client).with_domain(domain)
}

/// An attempt with a redirect URI on a port that was free.
pub(crate) struct Attempt {
    pub(crate) attempt: SsoAttempt,
    pub(crate) link: Link,
    pub(crate) port: u16,
}

/// The parameters of the link.
#[derive(Clone)]
pub(crate) struct Link(BTreeMap<String, String>);

impl Link {
    pub(crate) fn new(url: &Url) -> Self {
        Self(url.query_pairs().into_owned().collect())
    }

    pub(crate) fn fields(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        &self.0[name]
    }

    /// The query that a sign-in which went well comes back with.
    pub(crate) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", CODE).append_pair("state", self.get("state")).finish()
    }

    /// The token endpoint's answer to it: tokens whose ID token repeats this nonce.
    pub(crate) fn tokens(&self) -> Reply {
        token_answer(Some(self.get("nonce")))
    }
}

pub(crate) fn token_answer(nonce: Option<&str>) -> Reply {
    let mut claims =
        json!({"sub": "sub-of-ada", "cognito:username": USERNAME, "aud": CLIENT, "exp": EXPIRES_AT});
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    Reply::json(200, &token_answer_with(&jwt(&claims)))
}

pub(crate) fn token_answer_with(id_token: &str) -> Value {
    json!({"id_token": id_token, "access_token": access_token(), "refresh_token": REFRESH_TOKEN, "expires_in": 3600,
        "token_type": "Bearer"})
}

/// Starts a sign-in. Another test may take the free port before it is bound: then the next one.
pub(crate) async fn start(request: SsoRequest) -> Attempt {
    loop {
        let port = free_port();
        let request = request.clone().with_redirect_uri(format!("http://localhost:{port}/"));
        match Cognito::new().start_sso(request).await {
            Ok(attempt) => {
                let link = Link::new(attempt.authorize_url());
                return Attempt { attempt, link, port };
            }
            Err(error) => assert_eq!(error.code(), "PortInUse", "{error:?}"),
        }
    }
}

/// Asks the listener for a path as a browser would, and gives back all that it says.
pub(crate) async fn visit(port: u16, target: &str) -> String {
    say(port, &format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\n\r\n")).await
}

/// Says this to the listener, and gives back all that it says.
pub(crate) async fn say(port: u16, request: &str) -> String {
    say_at(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), request).await
}

pub(crate) async fn say_at(listener: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(listener).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Nobody listens on this port any more.
pub(crate) async fn assert_closed(port: u16) {
    for loopback in ["127.0.0.1", "::1"] {
        let error = TcpStream::connect((loopback, port)).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    }
}

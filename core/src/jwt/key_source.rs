//! The addresses of a pool's key set, and a fetch that falls back to the next one.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::jwks::{KeySet, parse_key_set};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Failure, Transport};

/// The addresses of one key set, the preferred one first; at least one.
pub(super) struct KeySource {
    addresses: Vec<Url>,
}

impl KeySource {
    pub(super) fn new(addresses: Vec<Url>) -> Self {
        Self { addresses }
    }

    /// Returns the host of the preferred address, for messages.
    pub(super) fn host(&self) -> &str {
        self.addresses.first().map_or("the key server", host_of)
    }

    /// Fetches the key set from the first address that has one. All of them are tried again after a transient failure; the
    /// error is that of the preferred address.
    pub(super) async fn fetch(&self, transport: &Transport, budget: &CallBudget) -> Result<KeySet> {
        let mut round = 0;
        loop {
            round += 1;
            let (mut first, mut may_pass, mut retry_after) = (None, false, None);
            for (rank, url) in self.addresses.iter().enumerate() {
                let share = self.share(rank, budget.remaining());
                let failure = match attempt(url, round, transport, budget, share).await {
                    Ok(keys) => return Ok(keys),
                    Err(failure) => failure,
                };
                may_pass |= failure.error.retryable();
                retry_after = retry_after.max(failure.retry_after);
                first.get_or_insert(failure.error);
            }
            let error = first.unwrap_or_else(|| budget.exceeded(self.host()));
            if !may_pass || !budget.pause_before_retry(&error, retry_after).await {
                return Err(error);
            }
        }
    }

    /// Returns the time limit of the address at this position: one that does not answer leaves time for the next ones.
    fn share(&self, rank: usize, remaining: Duration) -> Duration {
        if rank + 1 < self.addresses.len() { remaining / 2 } else { Duration::MAX }
    }
}

async fn attempt(
    url: &Url,
    round: u32,
    transport: &Transport,
    budget: &CallBudget,
    share: Duration,
) -> Result<KeySet, Failure> {
    let answer = tokio::time::timeout(share, transport.get_json_once(url, round, budget)).await;
    let document = answer.unwrap_or_else(|_elapsed| {
        let message = format!("{} did not answer within {:.1} s", host_of(url), share.as_secs_f64());
        Err(Error::new(ErrorKind::RequestTimeout, "RequestTimeout", message)
            .with_hint("Check the network and the proxy, or raise `timeout` (seconds).")
            .with_retryable(true)
            .into())
    })?;
    read(&document, url).map_err(Failure::from)
}

fn read(document: &Value, url: &Url) -> Result<KeySet> {
    parse_key_set(document).map_err(|reason| {
        let message = format!("the JWKS from {} cannot be used: {reason}", host_of(url));
        Error::new(ErrorKind::Service, "InvalidJwks", message)
            .with_hint("Check the user pool id, or the address in COGNITO_JWKS_URL.")
    })
}

fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or("the key server")
}

impl fmt::Debug for KeySource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.addresses.iter().map(Url::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::net::TcpListener;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    async fn answering(template: ResponseTemplate) -> (MockServer, Url) {
        let server = MockServer::start().await;
        Mock::given(method("GET")).respond_with(template).mount(&server).await;
        let url = Url::parse(&server.uri()).unwrap();
        (server, url)
    }

    fn key_set() -> ResponseTemplate {
        use aws_lc_rs::rsa::{KeyPair, KeySize};
        use aws_lc_rs::signature::{KeyPair as _, RsaPublicKeyComponents};
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let public: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
        let modulus = URL_SAFE_NO_PAD.encode(public.n);
        let keys = json!({"keys": [{"kty": "RSA", "kid": "one", "n": modulus, "e": "AQAB"}]});
        ResponseTemplate::new(200).set_body_json(keys)
    }

    async fn fetch(addresses: [&Url; 2], limit: Duration) -> Result<KeySet> {
        KeySource::new(addresses.map(Url::clone).to_vec())
            .fetch(&Transport::new(), &CallBudget::new(limit))
            .await
    }

    #[tokio::test]
    async fn the_next_address_answers_where_one_is_down() {
        let (good, good_url) = answering(key_set()).await;
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let closed = Url::parse(&format!("http://{closed}")).unwrap();
        let (_failing, failing_url) = answering(ResponseTemplate::new(503)).await;
        let (_absent, absent_url) = answering(ResponseTemplate::new(404)).await;
        let (_page, page_url) = answering(ResponseTemplate::new(200).set_body_string("<html>")).await;
        let (_silent, silent_url) =
            answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(600))).await;
        let all = [closed, failing_url, absent_url, page_url, silent_url];
        for (rank, url) in all.iter().enumerate() {
            let limit = Duration::from_secs(if rank == 4 { 2 } else { 30 });
            let keys = fetch([url, &good_url], limit).await.unwrap();
            assert!(keys.contains_key("one"), "{url}");
        }
        assert_eq!(good.received_requests().await.unwrap().len(), all.len(), "one fetch each, at once");
    }

    #[tokio::test]
    async fn the_first_address_is_asked_alone_where_it_answers_and_its_error_is_told_where_none_does() {
        let (_good, good_url) = answering(key_set()).await;
        let (other, other_url) = answering(ResponseTemplate::new(404)).await;
        let (absent, absent_url) = answering(ResponseTemplate::new(401)).await;
        let limit = Duration::from_secs(30);
        assert!(fetch([&good_url, &other_url], limit).await.is_ok());
        assert!(other.received_requests().await.unwrap().is_empty());
        let error = fetch([&absent_url, &other_url], limit).await.unwrap_err();
        assert!(error.message().contains("401"), "{error}");
        assert_eq!(absent.received_requests().await.unwrap().len(), 1);
    }
}

//! Requests of the app client to an endpoint of the domain: a form goes out with the client's id and secret, a JSON
//! document comes back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::error_response;
use crate::config::{ClientAuthentication, ClientConfig, Domain};
use crate::error::Result;
use crate::http::{CallBudget, Failure, Request, Response, Transport, with_retries};
use crate::secret::ClientSecret;
use crate::verdict::RequestKind;

/// The app client at its pool's domain, for the duration of one call.
#[derive(Clone, Copy)]
pub(super) struct AppClient<'a> {
    pub(super) transport: &'a Transport,
    pub(super) config: &'a ClientConfig,
    pub(super) domain: &'a Domain,
    pub(super) budget: &'a CallBudget,
}

impl AppClient<'_> {
    /// Sends a form until it is answered with status 200, or with an error that another attempt would not change.
    pub(super) async fn post(&self, url: &Url, form: &FormBody<'_>) -> Result<Response> {
        let (headers, body) = self.encode(form);
        let secrets = self.secrets(form);
        // A code is redeemed once: a second request with it would revoke the tokens of the first (RFC 6749, 4.1.2).
        let may_repeat =
            |failure: &Failure| failure.may_repeat(form.request_kind == RequestKind::CodeRedemption);
        let operation = form.operation();
        let attempt = |number| {
            let request = Request::post(operation, url, headers.clone(), body.clone());
            self.attempt(request.in_attempt(number).with_secrets(&secrets), url, form, &secrets)
        };
        with_retries(operation, self.budget, may_repeat, attempt).await.map_err(|failure| failure.error)
    }

    async fn attempt(
        &self,
        request: Request<'_>,
        url: &Url,
        form: &FormBody<'_>,
        secrets: &[&str],
    ) -> Result<Response, Failure> {
        let answer = self.transport.send(request, self.budget).await?;
        if answer.status == 200 {
            Ok(answer)
        } else {
            Err(error_response::read(url, &answer, form.request_kind, secrets, &form.private))
        }
    }

    /// The headers and the body. The client's secret is in one of them, never in both; a client without a secret sends
    /// its id in the body.
    fn encode(&self, form: &FormBody<'_>) -> (HeaderMap, Zeroizing<Vec<u8>>) {
        let mut headers = HeaderMap::with_capacity(3);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let mut body = form_urlencoded::Serializer::new(String::new());
        for field in &form.fields {
            body.append_pair(field.name, field.value);
        }
        match self.basic_header() {
            Some(value) => {
                headers.insert(AUTHORIZATION, value);
            }
            None => {
                body.append_pair("client_id", &self.config.client_id);
                if let Some(secret) = &self.config.client_secret {
                    body.append_pair("client_secret", secret.expose());
                }
            }
        }
        (headers, Zeroizing::new(body.finish().into_bytes()))
    }

    fn basic_header(&self) -> Option<HeaderValue> {
        let secret = self.config.client_secret.as_ref()?;
        if self.domain.authentication() != ClientAuthentication::Basic {
            return None;
        }
        let text = basic(&self.config.client_id, secret)?;
        let mut value = HeaderValue::try_from(text.as_str()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The values that an error must not repeat.
    fn secrets<'a>(&'a self, form: &FormBody<'a>) -> Vec<&'a str> {
        let of_form = form.fields.iter().filter(|field| field.is_secret).map(|field| field.value);
        of_form.chain(self.config.client_secret.as_ref().map(ClientSecret::expose)).collect()
    }
}

/// The value of `Authorization: Basic ...`, or `None` where it would be ambiguous.
///
/// RFC 6749 (2.3.1) percent-encodes id and secret before they are joined; AWS's formula joins them as they are. The two
/// differ for `+`, which both may contain. The body has one encoding only.
pub(super) fn basic(client_id: &str, client_secret: &ClientSecret) -> Option<Zeroizing<String>> {
    let secret = client_secret.expose();
    let is_ambiguous =
        |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>() != text;
    if is_ambiguous(client_id) || is_ambiguous(secret) {
        return None;
    }
    let joined = Zeroizing::new(format!("{client_id}:{secret}"));
    let encoded = Zeroizing::new(STANDARD.encode(joined.as_bytes()));
    Some(Zeroizing::new(format!("Basic {}", *encoded)))
}

/// The form of one request, without the client's id and secret.
pub(super) struct FormBody<'a> {
    /// The request, as its refusal is judged.
    request_kind: RequestKind,
    fields: Vec<Field<'a>>,
    /// The caller's own values, which an error does not repeat either.
    private: Vec<&'a str>,
}

struct Field<'a> {
    name: &'a str,
    value: &'a str,
    is_secret: bool,
}

impl<'a> FormBody<'a> {
    pub(super) fn new(request_kind: RequestKind) -> Self {
        Self { request_kind, fields: Vec::new(), private: Vec::new() }
    }

    /// Adds a field that an error may repeat.
    pub(super) fn plain(self, name: &'a str, value: &'a str) -> Self {
        self.with(Field { name, value, is_secret: false })
    }

    /// Adds a field that no error may repeat.
    pub(super) fn secret(self, name: &'a str, value: &'a str) -> Self {
        self.with(Field { name, value, is_secret: true })
    }

    /// Adds a field whose text is made of these values of the caller's own, which no error may repeat.
    pub(super) fn private(
        self,
        name: &'a str,
        value: &'a str,
        made_of: impl IntoIterator<Item = &'a String>,
    ) -> Self {
        let mut form = self.plain(name, value);
        form.private.push(value);
        form.private.extend(made_of.into_iter().map(String::as_str));
        form
    }

    /// The name in the log: that of the grant (RFC 6749).
    fn operation(&self) -> &'static str {
        match self.request_kind {
            RequestKind::ClientCredentials => "client_credentials",
            RequestKind::CodeRedemption => "authorization_code",
            RequestKind::DomainRefresh => "refresh_token",
            _ => "revoke",
        }
    }

    fn with(mut self, field: Field<'a>) -> Self {
        self.fields.push(field);
        self
    }
}

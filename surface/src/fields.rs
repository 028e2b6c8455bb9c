//! The fields of each class of objects: one table, which every language reads by name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use cognitoken::binding::unix_seconds;
use cognitoken::{
    AccessToken, AwsCredentials, CheckState, Error, ErrorKind, IdToken, RefreshToken, TotpSetup, Value,
};
use serde_json::json;

use crate::output::{Object, Output};

/// A field of an object: its name, and how it is read.
pub struct Field {
    /// The name, the same in every language.
    pub name: &'static str,
    read: fn(&Object) -> Result<Output, Error>,
}

macro_rules! fields {
    ($table:ident, $class:ident, $object:ident, { $($name:ident: $value:expr,)* }) => {
        const $table: &[Field] = &[$(Field {
            name: stringify!($name),
            read: |object| match object {
                Object::$class($object) => Ok($value.into()),
                _ => Err(absent(object)),
            },
        },)*];
    };
}

fields!(TOKENS, Tokens, tokens, {
    id_token: tokens.id_token().map(IdToken::expose),
    access_token: AccessToken::expose(tokens.access_token()),
    refresh_token: tokens.refresh_token().map(RefreshToken::expose),
    token_type: tokens.token_type(),
    expires_in: Output::Integer(tokens.expires_in().as_secs()),
    expires_at: Output::Number(unix_seconds(tokens.expires_at()) as f64),
    claims: Output::Json(Value::Object(tokens.claims()?)),
    headers: headers(tokens.authorization()),
    device: tokens.device().map_or(Output::Nothing, |device| Output::Object(Object::Device(Arc::new(device.clone())))),
    response: Output::Json(tokens.to_response()),
});

fields!(CHALLENGE, Challenge, challenge, {
    name: challenge.name(),
    host: challenge.host(),
    parameters: Output::Named(challenge.parameters().clone()),
    username: challenge.username(),
    destination: challenge.destination(),
    choices: challenge.choices(),
    required_attributes: challenge.required_attributes(),
    question: challenge.question(),
    answer_form: challenge.answer_form().as_str(),
    totp_secret: challenge.totp_setup().map(|setup| setup.secret().expose()),
    totp_uri: challenge.totp_setup().map(|setup| setup.uri().expose()),
    qr_text: challenge.totp_setup().map(TotpSetup::qr_text),
});

fields!(DEVICE, Device, device, {
    key: device.key(),
    group_key: device.group_key(),
    password: device.password().expose(),
});

fields!(CODE_DELIVERY, CodeDelivery, delivery, {
    destination: delivery.destination.as_deref(),
    delivery_medium: delivery.delivery_medium.as_deref(),
    attribute_name: delivery.attribute_name.as_deref(),
});

fields!(DECODED_JWT, DecodedJwt, decoded, {
    header: Output::Json(Value::Object(decoded.header.clone())),
    payload: Output::Json(Value::Object(decoded.payload.clone())),
    signature: decoded.signature.as_str(),
});

fields!(SESSION, Session, session, {
    store: session.session().place(),
});

fields!(SSO_ATTEMPT, SsoAttempt, attempt, {
    link: attempt.link(),
    redirect_uri: attempt.redirect_uri(),
    listens: attempt.listens(),
});

fields!(AWS_CREDENTIALS, AwsCredentials, credentials, {
    access_key_id: credentials.access_key_id(),
    secret_access_key: credentials.secret_access_key().expose(),
    session_token: credentials.session_token().expose(),
    expires_at: Output::Number(unix_seconds(credentials.expires_at()) as f64),
    identity_id: credentials.identity_id(),
    region: credentials.region().as_str(),
    credential_process: Output::Json(credential_process(credentials)),
});

fields!(SESSION_STATUS, SessionStatus, status, {
    signed_in: status.signed_in,
    who: status.who.as_deref(),
    username: status.username.as_deref(),
    user_pool_id: status.user_pool_id.as_deref(),
    issuer: status.issuer.as_deref(),
    client_id: status.client_id.as_deref(),
    expires_at: status.expires_at.map_or(Output::Nothing, |time| Output::Number(unix_seconds(time) as f64)),
    refreshable: status.refreshable,
    refresh_token_issued_at: status.refresh_token_issued_at.map_or(Output::Nothing, |time| Output::Number(unix_seconds(time) as f64)),
    profile: status.profile.as_deref(),
    sources: Output::Named(status.sources.iter().map(|(name, source)| ((*name).to_owned(), source.clone())).collect()),
    store: status.place.as_str(),
    protection: status.protection.as_str(),
});

fields!(CHECK, Check, check, {
    group: check.group,
    name: check.name.as_str(),
    state: check.state.as_str(),
    finding: check.finding.as_str(),
    fix: check.fix.as_deref(),
});

fields!(REPORT, Report, checks, {
    checks: Output::List(checks.iter().cloned().map(Output::from).collect()),
    ok: checks.iter().all(|check| check.state != CheckState::Bad),
});

fields!(PROFILE, Profile, named, {
    name: named.name.as_str(),
    is_chosen: named.is_chosen,
    client_id: named.profile.client_id.as_deref(),
    username: named.profile.username.as_deref(),
    region: named.profile.region.as_deref(),
    user_pool_id: named.profile.user_pool_id.as_deref(),
    domain: named.profile.domain.as_deref(),
    endpoint: named.profile.endpoint.as_deref(),
    store: named.profile.store.as_deref(),
    sso: named.profile.sso,
    has_client_secret: named.profile.has_client_secret,
});

impl Object {
    /// The fields of the object's class.
    pub fn fields(&self) -> &'static [Field] {
        match self {
            Self::Tokens(_) => TOKENS,
            Self::Challenge(_) => CHALLENGE,
            Self::Device(_) => DEVICE,
            Self::CodeDelivery(_) => CODE_DELIVERY,
            Self::DecodedJwt(_) => DECODED_JWT,
            Self::Session(_) => SESSION,
            Self::Verifier(_) => &[],
            Self::SsoAttempt(_) => SSO_ATTEMPT,
            Self::AwsCredentials(_) => AWS_CREDENTIALS,
            Self::SessionStatus(_) => SESSION_STATUS,
            Self::Check(_) => CHECK,
            Self::Report(_) => REPORT,
            Self::Profile(_) => PROFILE,
        }
    }

    /// The value of a field.
    ///
    /// # Errors
    /// A configuration error if there is no such field, or the error of reading it.
    pub fn field(&self, name: &str) -> Result<Output, Error> {
        let field = self.fields().iter().find(|field| field.name == name);
        (field.ok_or_else(|| absent(self))?.read)(self)
    }
}

/// The headers of a request, from the value of `Authorization`.
pub(crate) fn headers(authorization: String) -> Output {
    Output::Named(BTreeMap::from([("Authorization".to_owned(), authorization)]))
}

/// The credentials in the form that AWS's `credential_process` reads, whose names are in the order of its documentation.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
fn credential_process(credentials: &AwsCredentials) -> Value {
    json!({
        "Version": 1,
        "AccessKeyId": credentials.access_key_id(),
        "SecretAccessKey": credentials.secret_access_key().expose(),
        "SessionToken": credentials.session_token().expose(),
        "Expiration": rfc3339(credentials.expires_at()),
    })
}

/// A time as RFC 3339 writes it: `2026-11-27T13:00:00Z`.
fn rfc3339(time: SystemTime) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    // A core's time is at most the end of the year 9999.
    time::OffsetDateTime::from(time).format(format).unwrap_or_default()
}

fn absent(object: &Object) -> Error {
    let names: Vec<&str> = object.fields().iter().map(|field| field.name).collect();
    Error::new(ErrorKind::Config, "InvalidArgument", format!("{} has no field of that name", object.class()))
        .with_hint(format!("The fields are {}.", names.join(", ")))
}

//! The rows of each class of objects.

use std::time::SystemTime;

use cognitoken::binding::{age, in_words, unix_seconds};
use cognitoken::{AwsCredentials, Challenge, CheckState, CodeDelivery, Expected, SessionStatus, Tokens};

use crate::conversation::asked;
use crate::open_verifier::OpenVerifier;
use crate::output::{NamedProfile, Object};

/// A label and its text.
pub type Row = (String, String);

/// The rows of an object that consists of rows alone.
pub(crate) fn plain_rows(object: &Object, now: SystemTime) -> Vec<Row> {
    match object {
        Object::Tokens(tokens) => of_tokens(tokens, now),
        Object::Challenge(challenge) => of_challenge(challenge),
        Object::Device(device) => vec![row("Device key", device.key()), row("Group key", device.group_key())],
        Object::CodeDelivery(delivery) => of_delivery(delivery),
        Object::Session(session) => {
            let known = session.session().fresh().map(|tokens| of_tokens(&tokens, now));
            let mut rows =
                known.unwrap_or_else(|| vec![row("Signed in as", "not known before the first call")]);
            rows.push(row("Store", session.session().place()));
            rows
        }
        Object::Verifier(verifier) => of_verifier(verifier),
        // Those of the first three are in sections.
        Object::DecodedJwt(_) | Object::Check(_) | Object::Report(_) | Object::SsoAttempt(_) => Vec::new(),
        Object::AwsCredentials(credentials) => of_aws_credentials(credentials, now),
        Object::SessionStatus(status) => of_status(status, now),
        Object::Profile(named) => of_profile(named),
    }
}

/// The object in one line: its class, and what tells it from others.
pub fn in_a_line(object: &Object, now: SystemTime) -> String {
    let about = match object {
        Object::Tokens(tokens) => {
            let summary = tokens.summary();
            let who = summary.who.as_deref().unwrap_or("an unnamed user");
            format!("of {who}: {}, {}", summary.expiry(now), renewal(summary.refreshable))
        }
        Object::Challenge(challenge) => {
            // The values are only for the user, because they may contain an address or a number.
            let names: Vec<&str> = challenge.parameters().keys().map(String::as_str).collect();
            let names = if names.is_empty() { "no parameters".to_owned() } else { names.join(", ") };
            format!("{} with {names}", challenge.name())
        }
        Object::Device(device) => device.key().to_owned(),
        Object::CodeDelivery(delivery) => {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
            format!("to {} by {}", shown(&delivery.destination), shown(&delivery.delivery_medium))
        }
        Object::DecodedJwt(_) => "not verified".to_owned(),
        Object::Session(session) => {
            let who = session.session().fresh().and_then(|tokens| tokens.summary().who);
            let who = who.map(|who| format!("of {who}, ")).unwrap_or_default();
            format!("{who}store {}", session.session().place())
        }
        Object::Verifier(verifier) => format!("of {}", verifier.trusted().join(", ")),
        Object::SsoAttempt(_) => String::new(),
        Object::AwsCredentials(credentials) => {
            format!("{}: {}", credentials.access_key_id(), in_words(credentials.expires_at(), now))
        }
        Object::SessionStatus(status) => match &status.who {
            Some(who) => format!("of {who}, store {}", status.place),
            None if status.signed_in => format!("of an unnamed user, store {}", status.place),
            None => format!("nobody, store {}", status.place),
        },
        Object::Check(check) => format!("{} {}", check.name, check.state.as_str()),
        Object::Report(checks) => {
            let bad = checks.iter().filter(|check| check.state == CheckState::Bad).count();
            format!("of {} checks, {bad} bad", checks.len())
        }
        Object::Profile(named) => {
            let client = named.profile.client_id.as_deref().unwrap_or("no client");
            format!("{}: {client}", named.name)
        }
    };
    let space = if about.is_empty() { "" } else { " " };
    format!("<{}{space}{}>", object.class(), about.escape_debug())
}

fn of_tokens(tokens: &Tokens, now: SystemTime) -> Vec<Row> {
    let summary = tokens.summary();
    let mut rows = who(summary.who.as_deref(), summary.username.as_deref(), "an unnamed user");
    rows.extend(summary.user_pool_id.as_deref().map(|pool| row("User pool", pool)));
    rows.extend(summary.issuer.as_deref().map(|issuer| row("Issuer", issuer)));
    rows.push(row("Client ID", &*summary.client_id));
    rows.push(row("Expires", expires(summary.expires_at, now)));
    rows.push(row("Refresh", refresh(summary.refreshable)));
    if tokens.id_token().is_none() {
        rows.push(row("ID token", "none; requests send the access token"));
    }
    rows
}

fn of_aws_credentials(credentials: &AwsCredentials, now: SystemTime) -> Vec<Row> {
    vec![
        row("Access key ID", credentials.access_key_id()),
        row("Identity ID", credentials.identity_id()),
        row("Region", credentials.region().as_str()),
        row("Expires", expires(credentials.expires_at(), now)),
    ]
}

fn of_status(status: &SessionStatus, now: SystemTime) -> Vec<Row> {
    let nobody = if status.signed_in { "an unnamed user" } else { "nobody" };
    let mut rows = who(status.who.as_deref(), status.username.as_deref(), nobody);
    rows.extend(status.user_pool_id.as_deref().map(|pool| row("User pool", pool)));
    rows.extend(status.issuer.as_deref().map(|issuer| row("Issuer", issuer)));
    rows.extend(status.client_id.as_deref().map(|client_id| row("Client ID", client_id)));
    rows.extend(status.expires_at.map(|expires_at| row("Expires", expires(expires_at, now))));
    if status.signed_in {
        rows.push(row("Refresh", refresh(status.refreshable)));
    }
    rows.extend(status.refresh_token_issued_at.map(|issued_at| {
        row("Refresh token", format!("issued {} ({})", time(unix_seconds(issued_at)), age(issued_at, now)))
    }));
    rows.push(row("Store", &*status.place));
    rows.push(row("Protection", &*status.protection));
    rows.extend(status.profile.as_deref().map(|name| row("Profile", name)));
    rows.extend(sources(status));
    rows
}

fn of_profile(NamedProfile { name, is_chosen, profile }: &NamedProfile) -> Vec<Row> {
    let answers = if *is_chosen { " (answers if none is named)" } else { "" };
    let mut rows = vec![row("Profile", format!("{name}{answers}"))];
    let texts = [
        ("Client ID", &profile.client_id),
        ("User name", &profile.username),
        ("Region", &profile.region),
        ("User pool", &profile.user_pool_id),
        ("Domain", &profile.domain),
        ("Endpoint", &profile.endpoint),
    ];
    rows.extend(texts.into_iter().filter_map(|(label, text)| Some(row(label, text.as_deref()?))));
    rows.push(row("Store", profile.store.as_deref().unwrap_or("file")));
    if profile.sso {
        rows.push(row("Sign-in", "on the pool's page"));
    }
    if profile.has_client_secret {
        rows.push(row("Client secret", "kept in the store"));
    }
    rows
}

/// The sources of the values, those of one source together: `client_id, region: the profile work; store: arguments`.
fn sources(status: &SessionStatus) -> Option<Row> {
    let mut by_source: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, source) in &status.sources {
        let source = if source.starts_with("the argument ") { "arguments" } else { source };
        match by_source.iter_mut().find(|(known, _)| *known == source) {
            Some((_, names)) => names.push(name),
            None => by_source.push((source, vec![name])),
        }
    }
    let texts: Vec<String> =
        by_source.into_iter().map(|(source, names)| format!("{}: {source}", names.join(", "))).collect();
    (!texts.is_empty()).then(|| row("Values", texts.join("; ")))
}

fn of_challenge(challenge: &Challenge) -> Vec<Row> {
    let mut rows = vec![
        row("Challenge", challenge.name()),
        row("Question", asked(challenge, &challenge.question())),
        row("User name", challenge.username()),
    ];
    rows.extend(challenge.shown_parameters());
    rows
}

fn of_delivery(delivery: &CodeDelivery) -> Vec<Row> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    let mut rows = vec![
        row("Code sent to", shown(&delivery.destination)),
        row("Sent by", shown(&delivery.delivery_medium)),
    ];
    rows.extend(delivery.attribute_name.as_deref().map(|name| row("Attribute", name)));
    rows
}

fn of_verifier(verifier: &OpenVerifier) -> Vec<Row> {
    let options = verifier.options();
    let listed = |one: &str, several: &str, values: &Option<Vec<String>>| {
        values.as_ref().map(|values| row(if values.len() == 1 { one } else { several }, values.join(", ")))
    };
    let one_of = |label: &str, values: &Option<Vec<String>>| {
        values.as_ref().map(|values| match &values[..] {
            [only] => row(label, only),
            values => row(label, format!("one of {}", values.join(", "))),
        })
    };
    let mut rows = Vec::new();
    rows.extend(listed("User pool", "User pools", &options.user_pool_ids));
    rows.extend(listed("Issuer", "Issuers", &options.issuers));
    rows.extend(match &options.client_ids {
        Some(Expected::Exactly(clients)) => listed("Client ID", "Client IDs", &Some(clients.clone())),
        Some(Expected::Unchecked) | None => Some(row("Client ID", "any")),
    });
    rows.push(match options.token_use {
        Expected::Exactly(token_use) => row("Token use", token_use.as_str()),
        Expected::Unchecked => row("Token use", "any"),
    });
    rows.extend(one_of("Groups", &options.groups));
    rows.extend(one_of("Scopes", &options.scopes));
    if !options.leeway.is_zero() {
        rows.push(row("Leeway", format!("{} s", options.leeway.as_secs_f64())));
    }
    rows.extend(match (&options.jwks, &options.jwks_url) {
        (Some(_), _) => Some(row("Keys", "given")),
        // A query may hold a secret.
        (None, url) => url.as_deref().and_then(|url| url.split('?').next()).map(|url| row("Keys", url)),
    });
    rows
}

fn who(who: Option<&str>, username: Option<&str>, nobody: &str) -> Vec<Row> {
    let mut rows = vec![row("Signed in as", who.unwrap_or(nobody))];
    rows.extend(username.filter(|name| Some(*name) != who).map(|name| row("User name", name)));
    rows
}

pub(crate) fn row(label: &str, text: impl Into<String>) -> Row {
    (label.to_owned(), text.into())
}

fn refresh(refreshable: bool) -> &'static str {
    if refreshable { "possible without a password" } else { "not possible" }
}

fn renewal(refreshable: bool) -> &'static str {
    if refreshable { "refreshable" } else { "not refreshable" }
}

/// The time of an expiry in UTC, and how far away it is: `2026-11-27 13:00:00 UTC (expires in 59 min)`.
pub(crate) fn expires(expires_at: SystemTime, now: SystemTime) -> String {
    format!("{} ({})", time(unix_seconds(expires_at)), in_words(expires_at, now))
}

/// A time in UTC, or the number of seconds if no calendar has it.
pub(crate) fn time(seconds: i64) -> String {
    calendar(seconds).unwrap_or_else(|| format!("{seconds} s after 1970-01-01 UTC"))
}

pub(crate) fn calendar(seconds: i64) -> Option<String> {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    time::OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(format).ok()
}

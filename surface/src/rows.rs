//! The labels and texts that an object shows of itself, as text and as HTML. No secret is in them, except for the secret of
//! an authenticator app that is being set up.

use std::time::SystemTime;

use cognitoken::binding::{age, escape_html, in_words, printable, unix_seconds};
use cognitoken::{
    AwsCredentials, Challenge, Check, CheckState, CodeDelivery, DecodedJwt, SessionStatus, Tokens, TotpSetup,
    Value,
};

use crate::conversation::asked;
use crate::open_verifier::OpenVerifier;
use crate::output::{NamedProfile, Object};

/// A label and its text.
pub type Row = (String, String);

/// The rows of an object. Neither a store nor the network is asked.
pub fn rows(object: &Object, now: SystemTime) -> Vec<Row> {
    match object {
        Object::Tokens(tokens) => of_tokens(tokens, now),
        Object::Challenge(challenge) => of_challenge(challenge),
        Object::Device(device) => vec![row("Device", device.key())],
        Object::CodeDelivery(delivery) => of_delivery(delivery),
        Object::DecodedJwt(decoded) => of_decoded(decoded),
        Object::Session(session) => {
            let known = session.session().fresh().map(|tokens| of_tokens(&tokens, now));
            let mut rows =
                known.unwrap_or_else(|| vec![row("Signed in as", "not known before the first call")]);
            rows.push(row("Store", session.session().place()));
            rows
        }
        Object::Verifier(verifier) => of_verifier(verifier),
        Object::SsoAttempt(_) => Vec::new(),
        Object::AwsCredentials(credentials) => of_aws_credentials(credentials, now),
        Object::SessionStatus(status) => of_status(status, now),
        Object::Check(check) => of_check(check),
        Object::Report(checks) => checks.iter().flat_map(of_check).collect(),
        Object::Profile(named) => of_profile(named),
    }
}

/// The object as lines of text.
pub fn text(object: &Object, now: SystemTime) -> String {
    match object {
        Object::Report(checks) => report(checks),
        _ => aligned(&rows(object, now)),
    }
}

/// Rows as lines of text, the texts below each other.
pub fn aligned(rows: &[Row]) -> String {
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let lines = rows.iter().map(|(label, text)| format!("{:<width$}  {}", printable(label), printable(text)));
    lines.collect::<Vec<_>>().join("\n")
}

/// The checks below the names of their groups, each with its next step below it.
fn report(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or_default();
    let mut lines = Vec::new();
    for group in checks.chunk_by(|one, next| one.group == next.group) {
        lines.extend(group.first().map(|check| check.group.to_owned()));
        for Check { name, state, finding, fix, .. } in group {
            let (name, finding) = (printable(name), printable(finding));
            lines.push(format!("  {:<4}  {name:<width$}  {finding}", state.as_str()));
            lines.extend(
                fix.as_deref()
                    .map(|fix| format!("{:indent$}fix: {}", "", printable(fix), indent = width + 10)),
            );
        }
    }
    lines.join("\n")
}

/// The object as a table of HTML, whose contents are escaped. A report has a table for each group of checks.
pub fn html(object: &Object, now: SystemTime) -> String {
    match object {
        Object::Report(checks) => {
            let groups = checks.chunk_by(|one, next| one.group == next.group).map(|group| {
                let heading = group.first().map(|check| escape_html(check.group)).unwrap_or_default();
                format!("<h4>{heading}</h4>{}", table(&group.iter().flat_map(of_check).collect::<Vec<_>>()))
            });
            groups.collect()
        }
        Object::Challenge(challenge) => {
            let qr_code =
                challenge.totp_setup().map(|setup| format!("<div>{}</div>", TotpSetup::qr_svg(setup)));
            table(&rows(object, now)) + &qr_code.unwrap_or_default()
        }
        _ => table(&rows(object, now)),
    }
}

fn table(rows: &[Row]) -> String {
    let cells = rows.iter().map(|(label, text)| {
        format!(
            "<tr><th style=\"text-align: left\">{}</th><td style=\"text-align: left\">{}</td></tr>",
            escape_html(&printable(label)),
            escape_html(&printable(text))
        )
    });
    format!("<table>{}</table>", cells.collect::<String>())
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
    let issuer = summary.issuer.as_deref();
    let pool = issuer.and_then(|issuer| issuer.rsplit_once('/')).map(|(_, pool)| pool);
    rows.extend(pool.map(|pool| row("User pool", pool)));
    rows.extend(issuer.map(|issuer| row("Issuer", issuer)));
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
        row("Refresh token", format!("of {} ({})", time(unix_seconds(issued_at)), age(issued_at, now)))
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

/// The sources of the values, those of one source together: `client_id, region: the profile work`.
fn sources(status: &SessionStatus) -> Option<Row> {
    let mut by_source: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, source) in &status.sources {
        match by_source.iter_mut().find(|(known, _)| known == source) {
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
    vec![row("Code sent to", shown(&delivery.destination)), row("Sent by", shown(&delivery.delivery_medium))]
}

fn of_decoded(decoded: &DecodedJwt) -> Vec<Row> {
    let claims = decoded.header.iter().chain(&decoded.payload);
    let shown = claims.map(|(name, value)| (name.clone(), claim(name, value)));
    std::iter::once(row("Not verified", "anyone can make a token that says this")).chain(shown).collect()
}

/// A claim for a person. Claims that hold a time: RFC 7519, section 4.1, and Cognito's `auth_time`.
fn claim(name: &str, value: &Value) -> String {
    match (name, value.as_i64(), value) {
        ("exp" | "iat" | "nbf" | "auth_time", Some(seconds), _) => time(seconds),
        (_, _, Value::String(text)) => text.clone(),
        (_, _, value) => value.to_string(),
    }
}

fn of_verifier(verifier: &OpenVerifier) -> Vec<Row> {
    vec![row("Trusted", verifier.trusted().join(", "))]
}

fn of_check(check: &Check) -> Vec<Row> {
    let mut rows = vec![row(&check.name, format!("{}: {}", check.state.as_str(), check.finding))];
    rows.extend(check.fix.as_deref().map(|fix| row("Next step", fix)));
    rows
}

fn who(who: Option<&str>, username: Option<&str>, nobody: &str) -> Vec<Row> {
    let mut rows = vec![row("Signed in as", who.unwrap_or(nobody))];
    rows.extend(username.filter(|name| Some(*name) != who).map(|name| row("User name", name)));
    rows
}

fn row(label: &str, text: impl Into<String>) -> Row {
    (label.to_owned(), text.into())
}

fn refresh(refreshable: bool) -> &'static str {
    if refreshable { "possible without a password" } else { "not possible" }
}

fn renewal(refreshable: bool) -> &'static str {
    if refreshable { "refreshable" } else { "not refreshable" }
}

/// The time of an expiry in UTC, and how far away it is: `2026-11-27 13:00:00 UTC (expires in 59 min)`.
fn expires(expires_at: SystemTime, now: SystemTime) -> String {
    format!("{} ({})", time(unix_seconds(expires_at)), in_words(expires_at, now))
}

/// A time in UTC, or the number of seconds if no calendar has it.
fn time(seconds: i64) -> String {
    let time = time::OffsetDateTime::from_unix_timestamp(seconds);
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    let text = time.ok().and_then(|time| time.format(format).ok());
    text.unwrap_or_else(|| format!("{seconds} s after 1970-01-01 UTC"))
}

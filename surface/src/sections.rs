//! The sections of an object: its rows, below headings where it has several parts.

use std::time::SystemTime;

use cognitoken::binding::{at_unix_seconds, printable};
use cognitoken::{Check, CheckState, Claims, DecodedJwt, Value};

use crate::object_rows::{Row, calendar, expires, plain_rows, row, time};
use crate::output::Object;

/// Rows below a heading, if there is one.
pub(crate) struct Section {
    pub(crate) heading: Option<String>,
    pub(crate) entries: Vec<Entry>,
}

/// A row, or a check with its state and its next step.
pub(crate) struct Entry {
    pub(crate) label: String,
    pub(crate) state: Option<CheckState>,
    pub(crate) text: String,
    pub(crate) fix: Option<String>,
}

/// The sections of an object, from which its text and its HTML are made.
pub(crate) fn sections(object: &Object, now: SystemTime) -> Vec<Section> {
    match object {
        Object::DecodedJwt(decoded) => of_decoded(decoded, now),
        Object::Check(check) => vec![Section { heading: None, entries: vec![Entry::of_check(check)] }],
        Object::Report(checks) => checks
            .chunk_by(|one, next| one.group == next.group)
            .map(|group| Section {
                heading: group.first().map(|check| check.group.to_owned()),
                entries: group.iter().map(Entry::of_check).collect(),
            })
            .collect(),
        _ => vec![Section::plain(plain_rows(object, now))],
    }
}

impl Section {
    fn plain(rows: Vec<Row>) -> Self {
        Self { heading: None, entries: rows.into_iter().map(Entry::of_row).collect() }
    }

    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.entries.into_iter().flat_map(Entry::into_rows).collect()
    }

    fn below(heading: &str, rows: Vec<Row>) -> Self {
        Self { heading: Some(heading.to_owned()), ..Self::plain(rows) }
    }
}

impl Entry {
    fn of_row((label, text): Row) -> Self {
        Self { label: printable(&label), state: None, text: printable(&text), fix: None }
    }

    fn of_check(check: &Check) -> Self {
        Self {
            label: printable(&check.name),
            state: Some(check.state),
            text: printable(&check.finding),
            fix: check.fix.as_deref().map(printable),
        }
    }

    fn into_rows(self) -> Vec<Row> {
        let text = match self.state {
            Some(state) => format!("{}: {}", state.as_str(), self.text),
            None => self.text,
        };
        let fix = self.fix.map(|fix| row("fix", fix));
        std::iter::once((self.label, text)).chain(fix).collect()
    }
}

fn of_decoded(decoded: &DecodedJwt, now: SystemTime) -> Vec<Section> {
    let claims = |claims: &Claims| {
        claims.iter().map(|(name, value)| (name.clone(), claim(name, value, now))).collect()
    };
    vec![
        Section::plain(vec![row("Not verified", "anyone can make a token that says this")]),
        Section::below("header", claims(&decoded.header)),
        Section::below("payload", claims(&decoded.payload)),
        Section::plain(vec![row("signature", "not shown")]),
    ]
}

/// A claim for a person. Claims that hold a time: RFC 7519, section 4.1, and Cognito's `auth_time`.
fn claim(name: &str, value: &Value, now: SystemTime) -> String {
    match (name, value.as_i64(), value) {
        ("exp", Some(seconds), _) if calendar(seconds).is_some() => expires(at_unix_seconds(seconds), now),
        ("exp" | "iat" | "nbf" | "auth_time", Some(seconds), _) => time(seconds),
        (_, _, Value::Array(items)) => listed(items).unwrap_or_else(|| value.to_string()),
        (_, _, value) => plain(value).unwrap_or_else(|| value.to_string()),
    }
}

/// The members of an array that holds no other array and no object.
fn listed(items: &[Value]) -> Option<String> {
    let texts = items.iter().map(plain).collect::<Option<Vec<_>>>()?;
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// A value that is neither an array nor an object.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

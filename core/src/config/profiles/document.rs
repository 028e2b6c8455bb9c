//! The TOML document of profiles. What it says beside them, and its comments, stay as they are.

use std::fmt;
use std::path::Path;

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, Value};

use super::errors::{mend, secret_in_profile, unusable};
use crate::config::profile::{DEFAULT_PROFILE, Profile, is_secret};
use crate::error::Result;

/// The key of the profile that answers if nobody names one.
const CHOSEN: &str = "profile";

/// The key of the table of profiles.
const TABLE: &str = "profiles";

const SSO: &str = "sso";
const HAS_CLIENT_SECRET: &str = "has_client_secret";

pub(super) const HEADER: &str =
    "# The profiles of cognitoken: who signs in, and where. Nothing in this file is a secret.\n";

#[derive(Clone, Default)]
pub(super) struct ProfilesDocument(DocumentMut);

impl ProfilesDocument {
    /// Parses the bytes of the file at `path`, which errors name. Fails if they are not TOML, if what this library reads
    /// has another type, or if a profile holds a secret.
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|fault| {
            let line = line_of(bytes, fault.valid_up_to());
            mend(path, format!("line {line} of {} is not UTF-8", path.display()))
        })?;
        let document = Document::parse(text).map_err(|fault| {
            let line = fault.span().map_or(1, |span| line_of(bytes, span.start));
            mend(path, format!("line {line} of {} is not TOML: {}", path.display(), fault.message().trim()))
        })?;
        check(&document, bytes, path)?;
        Ok(Self(document.into_mut()))
    }

    pub(super) fn names(&self) -> Vec<String> {
        let table = self.table();
        table.into_iter().flat_map(|table| table.iter()).map(|(name, _)| name.to_owned()).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<Profile> {
        let table = self.table()?.get(name)?.as_table_like()?;
        let mut profile = Profile::new();
        for (key, item) in table.iter() {
            if let Some(text) = item.as_str() {
                profile.set_text(key, text.to_owned());
            }
        }
        let truth = |key: &str| table.get(key).and_then(Item::as_bool).unwrap_or_default();
        profile.sso = truth(SSO);
        profile.has_client_secret = truth(HAS_CLIENT_SECRET);
        Some(profile)
    }

    /// Replaces the values of a profile, or adds the profile.
    pub(super) fn set(&mut self, name: &str, profile: &Profile) -> Result<()> {
        self.begin();
        let table = self.table_of(name)?;
        for (key, text) in profile.texts() {
            put(table, key, text.map(Value::from));
        }
        put(table, SSO, profile.sso.then(|| Value::from(true)));
        put(table, HAS_CLIENT_SECRET, profile.has_client_secret.then(|| Value::from(true)));
        Ok(())
    }

    /// Removes a profile; `false` if there was none of this name. If it was the chosen one, `default` is.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        if self.chosen() == name {
            self.0.remove(CHOSEN);
        }
        let table = self.0.get_mut(TABLE).and_then(Item::as_table_like_mut);
        table.is_some_and(|table| table.remove(name).is_some())
    }

    pub(super) fn chosen(&self) -> &str {
        self.0.get(CHOSEN).and_then(Item::as_str).unwrap_or(DEFAULT_PROFILE)
    }

    pub(super) fn choose(&mut self, name: &str) {
        let chosen = (name != DEFAULT_PROFILE).then(|| Value::from(name));
        put(self.0.as_table_mut(), CHOSEN, chosen);
    }

    /// Puts the comment at the beginning of a file without entries: the one that is there, else one of this library.
    fn begin(&mut self) {
        if !self.0.is_empty() {
            return;
        }
        let comment = self.0.trailing().as_str().unwrap_or_default().to_owned();
        let comment =
            if comment.trim().is_empty() { HEADER.to_owned() } else { format!("{}\n", comment.trim_end()) };
        self.0.decor_mut().set_prefix(comment);
        self.0.set_trailing("");
    }

    fn table(&self) -> Option<&dyn TableLike> {
        self.0.get(TABLE)?.as_table_like()
    }

    /// The table of a profile, made where it is missing.
    fn table_of(&mut self, name: &str) -> Result<&mut dyn TableLike> {
        let implicit = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        let profiles = self.0.entry(TABLE).or_insert_with(implicit).as_table_like_mut();
        let entry = profiles.map(|profiles| profiles.entry(name).or_insert(Item::Table(Table::new())));
        entry.and_then(Item::as_table_like_mut).ok_or_else(|| unusable(format!("`{TABLE}` is not a table")))
    }
}

/// The text of the file.
impl fmt::Display for ProfilesDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Sets a value, or removes it. What stands around the earlier value stays: its comment.
fn put(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    match (table.get_mut(key).and_then(Item::as_value_mut), value) {
        (Some(earlier), Some(mut value)) => {
            *value.decor_mut() = earlier.decor().clone();
            *earlier = value;
        }
        (_, Some(value)) => {
            table.insert(key, Item::Value(value));
        }
        (_, None) => {
            table.remove(key);
        }
    }
}

/// Checks the types of what this library reads, and that no profile holds a secret.
fn check(document: &Document<&str>, bytes: &[u8], path: &Path) -> Result<()> {
    let wrong = |item: &Item, what: &str, expected: &str| {
        let line = item.span().map_or(1, |span| line_of(bytes, span.start));
        mend(path, format!("{what} is not {expected}, in line {line} of {}", path.display()))
    };
    if let Some(chosen) = document.get(CHOSEN).filter(|item| !item.is_str()) {
        return Err(wrong(chosen, &format!("`{CHOSEN}`"), "a string"));
    }
    let Some(profiles) = document.get(TABLE) else { return Ok(()) };
    let Some(table) = profiles.as_table_like() else {
        return Err(wrong(profiles, &format!("`{TABLE}`"), "a table"));
    };
    for (name, profile) in table.iter() {
        let Some(values) = profile.as_table_like() else {
            return Err(wrong(profile, &format!("the profile {name:?}"), "a table"));
        };
        for (key, item) in values.iter() {
            let what = format!("`{key}` of the profile {name:?}");
            let is_text = Profile::new().texts().iter().any(|(known, _)| *known == key);
            if is_secret(key) {
                let line = item.span().map_or(1, |span| line_of(bytes, span.start));
                return Err(secret_in_profile(path, &what, line));
            }
            if is_text && !item.is_str() {
                return Err(wrong(item, &what, "a string"));
            }
            if matches!(key, SSO | HAS_CLIENT_SECRET) && !item.is_bool() {
                return Err(wrong(item, &what, "true or false"));
            }
        }
    }
    Ok(())
}

fn line_of(bytes: &[u8], offset: usize) -> usize {
    bytes.iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

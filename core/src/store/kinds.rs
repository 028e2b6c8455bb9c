//! The kinds of store: how each is written in `COGNITO_STORE`, and how it is opened.

#[cfg(feature = "keyring")]
use super::keyring;
use super::open_store::OpenStore;
#[cfg(feature = "redis")]
use super::redis;
use super::{file, memory};
use crate::config::Values;
use crate::error::Result;

/// One kind of store.
pub(super) struct StoreKind {
    /// Its name in messages.
    pub(super) name: &'static str,
    /// The words that choose it, alone or with an address behind a `:`.
    pub(super) words: &'static [&'static str],
    pub(super) address: Address,
    /// The forms that help and error messages list.
    pub(super) forms: &'static [&'static str],
    /// A remark about further forms, after the list.
    pub(super) remark: Option<&'static str>,
    /// The Cargo feature that it is a part of.
    pub(super) feature: Option<&'static str>,
    /// Opens the store at an address, and touches nothing yet; `None` where the feature is switched off.
    pub(super) open: Option<Opener>,
}

/// Opens a store at an address.
type Opener = fn(Option<&str>, &Values) -> Result<OpenStore>;

/// The part that may follow the word of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// Nothing.
    None,
    /// A folder, or nothing: then it is one of the user's own.
    Folder,
    /// The rest of a URL, which may hold a password.
    Url,
}

/// All kinds of store; the first is the default.
pub(super) const KINDS: &[StoreKind] = &[
    StoreKind {
        name: "memory",
        words: &["memory"],
        address: Address::None,
        forms: &["memory"],
        remark: None,
        feature: None,
        open: Some(memory::open),
    },
    StoreKind {
        name: "file",
        words: &["file"],
        address: Address::Folder,
        forms: &["file", "file:<folder>"],
        remark: None,
        feature: None,
        open: Some(file::open),
    },
    StoreKind {
        name: "keyring",
        words: &["keyring"],
        address: Address::None,
        forms: &["keyring"],
        remark: None,
        feature: Some("keyring"),
        #[cfg(feature = "keyring")]
        open: Some(keyring::open),
        #[cfg(not(feature = "keyring"))]
        open: None,
    },
    StoreKind {
        name: "redis",
        words: &[
            "redis",
            "rediss",
            "valkey",
            "valkeys",
            "redis+unix",
            "valkey+unix",
            "unix",
            "redis+sentinel",
            "rediss+sentinel",
            "valkey+sentinel",
            "valkeys+sentinel",
        ],
        address: Address::Url,
        forms: &[
            "redis://<host>",
            "rediss://<host>",
            "redis+sentinel://<host>/<name of the master>",
            "redis+unix://<path of the socket>",
        ],
        remark: Some("valkey:// and valkeys:// mean the same"),
        feature: Some("redis"),
        #[cfg(feature = "redis")]
        open: Some(redis::open),
        #[cfg(not(feature = "redis"))]
        open: None,
    },
];

/// The forms of all stores that this build has, as one sentence: `Choose memory, file, ...`.
pub(super) fn choices(variable: &str) -> String {
    let kinds = || KINDS.iter().filter(|kind| kind.open.is_some());
    let forms: Vec<&str> = kinds().flat_map(|kind| kind.forms).copied().collect();
    let list = match forms.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => forms.concat(),
    };
    let remarks: String =
        kinds().filter_map(|kind| kind.remark).map(|remark| format!("; {remark}")).collect();
    format!("Choose {list} ({variable}){remarks}.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::config::{Environment, SecretsInUse};
    use crate::store::place::StorePlace;

    const KEY: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

    /// The texts that name stores to people, below the folder of the workspace.
    const DOCUMENTS: [&str; 4] =
        ["README.md", "cli/src/options.rs", "python/cognitoken/_session.py", "r/R/session.R"];

    fn values() -> Values {
        let environment = Environment::from_pairs([("COGNITO_STORE_KEY", KEY)], "").unwrap();
        Values::new(&environment, SecretsInUse::default())
    }

    /// A text of this form.
    fn example(form: &str) -> String {
        form.replace("<folder>", "/tmp/tokens")
            .replace("<host>", "host")
            .replace("<name of the master>", "master")
            .replace("<path of the socket>", "/run/redis.sock")
    }

    #[test]
    fn every_form_names_a_store_of_its_kind_that_opens_where_the_build_has_it() {
        for kind in KINDS {
            for form in kind.forms {
                let text = example(form);
                assert!(!text.contains('<'), "{text}");
                let place = StorePlace::parse(&text).unwrap();
                assert_eq!(format!("{place:?}"), kind.name, "{text}");
                match (place.open(&values()), kind.open) {
                    (Ok(opened), Some(_)) => assert!(!opened.store.place().is_empty()),
                    (Err(error), None) => {
                        assert_eq!(error.code(), "StoreLeftOut");
                        assert!(error.hint().unwrap().contains(kind.feature.unwrap()));
                    }
                    (Err(error), _) if cfg!(not(unix)) && text.starts_with("redis+unix:") => {
                        assert!(error.message().contains("Unix socket"), "{error}");
                    }
                    (outcome, _) => panic!("{text}: {:?}", outcome.map(|opened| opened.sealer)),
                }
            }
        }
    }

    #[test]
    fn every_word_is_of_one_kind_and_has_the_address_that_the_kind_allows() {
        let mut seen = BTreeSet::new();
        for kind in KINDS {
            for word in kind.words {
                assert!(seen.insert(word), "{word}");
                let parse = |text: &str| StorePlace::parse(text).map(|place| format!("{place:?}")).ok();
                let (alone, addressed) = (parse(word), parse(&format!("{word}://host")));
                let name = Some(kind.name.to_owned());
                let expected = match kind.address {
                    Address::None => (name, None),
                    Address::Folder => (name.clone(), name),
                    Address::Url => (None, name),
                };
                assert_eq!((alone, addressed), expected, "{word}");
            }
        }
    }

    #[test]
    fn the_choices_are_the_forms_that_this_build_has() {
        let choices = choices("COGNITO_STORE");
        for kind in KINDS {
            for form in kind.forms {
                assert_eq!(choices.contains(form), kind.open.is_some(), "{form}: {choices}");
            }
        }
        #[cfg(all(feature = "keyring", feature = "redis"))]
        assert_eq!(
            choices,
            "Choose memory, file, file:<folder>, keyring, redis://<host>, rediss://<host>, \
             redis+sentinel://<host>/<name of the master> or redis+unix://<path of the socket> (COGNITO_STORE); \
             valkey:// and valkeys:// mean the same."
        );
    }

    #[test]
    fn help_and_documents_name_every_store() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for document in DOCUMENTS {
            let path = workspace.join(document);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{document}: {fault}"));
            for form in KINDS.iter().flat_map(|kind| kind.forms) {
                let beginning = form.split('<').next().unwrap_or(form);
                assert!(text.contains(beginning), "{document} does not name {form}");
            }
        }
    }
}

//! Refusals of a redis server, and failures to reach it, in words.

use std::error::Error as StdError;
use std::sync::Arc;

use redis::{ErrorKind as Fault, RedisError, ServerErrorKind as Refusal};

use crate::error::{Error, ErrorKind};
use crate::http::{explain_tls, tls_error};
use crate::text::presentable;

/// The reason that there is no link.
pub(super) enum Unlinked {
    Fault(RedisError),
    /// A sentinel answers, not a server.
    IsSentinel,
    /// No sentinel knows a master of this name that answers.
    NoMaster(String, RedisError),
}

impl From<RedisError> for Unlinked {
    fn from(fault: RedisError) -> Self {
        Self::Fault(fault)
    }
}

/// The meaning of one kind of answer.
struct Meaning {
    /// The code of the answer, or words of it where it has none of its own.
    told_by: &'static [&'static str],
    code: &'static str,
    complaint: &'static str,
    hint: &'static str,
    retryable: bool,
}

/// The answers that a store has to expect, the first that fits counts. A server before redis 7 puts the code of what a
/// script met in the middle of its answer.
const MEANINGS: &[Meaning] = &[
    Meaning {
        told_by: &["NOAUTH", "WRONGPASS"],
        code: "StoreRefused",
        complaint: "it does not accept who asks",
        hint: "Check the user and the password in the URL of the store (COGNITO_STORE).",
        retryable: false,
    },
    Meaning {
        told_by: &["NOPERM", "unknown command", "can't run this command", "ACL failure in script"],
        code: "StoreForbidden",
        complaint: "its user may not run a command that the store needs, such as EVAL, which runs scripts",
        hint: "Give the user the rights to it: `ACL SETUSER <user> ~cognitoken:* +@read +@write +@scripting +select +role +asking +cluster|slots`.",
        retryable: false,
    },
    Meaning {
        told_by: &["READONLY"],
        code: "StoreReadOnly",
        complaint: "it is a replica, which can be read and not written",
        hint: "Name the primary server in COGNITO_STORE, or the sentinels that know it: \
               redis+sentinel://<host>:<port>/<name of the master>.",
        retryable: false,
    },
    Meaning {
        told_by: &["OOM"],
        code: "StoreFull",
        complaint: "its memory is full (maxmemory)",
        hint: "Give the server more memory, or a `maxmemory-policy` by which it forgets other keys.",
        retryable: false,
    },
    Meaning {
        told_by: &["MISCONF"],
        code: "StoreReadOnly",
        complaint: "it accepts no writes, because it cannot save them to its disk",
        hint: "Look into the server's log, and make room on its disk.",
        retryable: false,
    },
    Meaning {
        told_by: &["NOREPLICAS"],
        code: "StoreReadOnly",
        complaint: "it accepts no writes, because too few of its replicas can be reached",
        hint: "Try again once the replicas are back.",
        retryable: true,
    },
    Meaning {
        told_by: &["CLUSTERDOWN", "MASTERDOWN"],
        code: "StoreUnreachable",
        complaint: "the cluster is down: no server answers for some of its keys",
        hint: "Try again; where it lasts, look at `redis-cli cluster info` on one of its nodes.",
        retryable: true,
    },
    Meaning {
        told_by: &["TRYAGAIN"],
        code: "StoreUnreachable",
        complaint: "the cluster is moving these keys from one server to another",
        hint: "Try again in a while.",
        retryable: true,
    },
    Meaning {
        told_by: &["LOADING"],
        code: "StoreUnreachable",
        complaint: "it is still loading its data",
        hint: "Try again in a while.",
        retryable: true,
    },
    Meaning {
        told_by: &["BUSY"],
        code: "StoreUnreachable",
        complaint: "it is busy with a script of somebody else's",
        hint: "Try again in a while.",
        retryable: true,
    },
    Meaning {
        told_by: &["max number of clients reached"],
        code: "StoreUnreachable",
        complaint: "it has as many clients as it accepts (maxclients)",
        hint: "Try again; where it lasts, look at `redis-cli client list`.",
        retryable: true,
    },
    Meaning {
        told_by: &["DENIED"],
        code: "StoreRefused",
        complaint: "it accepts clients of its own machine alone (protected mode)",
        hint: "Give the server a password, and name it in the URL of the store (COGNITO_STORE).",
        retryable: false,
    },
    Meaning {
        told_by: &[
            "DB index is out of range",
            "SELECT is not allowed in cluster mode",
            "refused to switch database",
        ],
        code: "NoSuchDatabase",
        complaint: "it has no database of this number",
        hint: "Change the number at the end of the URL of the store (COGNITO_STORE): a cluster has database 0 alone.",
        retryable: false,
    },
];

/// Returns whether the server refuses the user or the password.
pub(super) fn is_refused(fault: &RedisError) -> bool {
    fault.kind() == Fault::AuthenticationFailed || matches!(fault.code(), Some("NOAUTH" | "WRONGPASS"))
}

/// Returns whether another connection may succeed: this one is gone, or leads to a server that is no longer the right one.
pub(super) fn is_gone(fault: &RedisError) -> bool {
    fault.is_io_error()
        || fault.is_connection_dropped()
        || fault.is_unrecoverable_error()
        || told_by(fault, "READONLY")
        || is_redirection(fault)
}

/// Returns whether a node of a cluster names another one.
pub(super) fn is_redirection(fault: &RedisError) -> bool {
    matches!(fault.kind(), Fault::Server(Refusal::Moved | Refusal::Ask))
}

/// The error of a missing link to the store at `place`.
pub(super) fn unlinked(place: &str, why: &Unlinked) -> Error {
    match why {
        Unlinked::Fault(fault) => failed(place, fault),
        Unlinked::IsSentinel => error(place, "StoreRefused", "it is a sentinel, which keeps no values")
            .with_hint(
                "Name it as one in COGNITO_STORE, with the name of its master: \
                 redis+sentinel://<host>:<port>/<name of the master>.",
            ),
        Unlinked::NoMaster(master, fault) if fault.kind() == Fault::MasterNameNotFoundBySentinel => {
            let why = format!("its sentinels know no master {master:?} that answers");
            error(place, "StoreUnreachable", &why)
                .with_hint("Check the name behind the host in COGNITO_STORE; `redis-cli sentinel masters` lists them.")
                .with_retryable(true)
        }
        Unlinked::NoMaster(_, fault) if fault.to_string().contains("not point to a sentinel") => {
            error(place, "StoreRefused", "what answers is no sentinel").with_hint(
                "Name the server itself in COGNITO_STORE, redis://<host>:<port>, or the port of a sentinel.",
            )
        }
        Unlinked::NoMaster(_, fault) => failed(place, fault),
    }
}

/// A command that failed at the store at `place`.
pub(super) fn failed(place: &str, fault: &RedisError) -> Error {
    let meaning = if is_refused(fault) {
        MEANINGS.first()
    } else {
        MEANINGS.iter().find(|meaning| meaning.told_by.iter().any(|words| told_by(fault, words)))
    };
    match meaning {
        Some(meaning) => error(place, meaning.code, meaning.complaint)
            .with_hint(meaning.hint)
            .with_retryable(meaning.retryable),
        None => without_tls(place, fault)
            .unwrap_or_else(|| unreachable(place, &presentable(&fault.to_string(), &[]))),
    }
}

/// A connection over TLS that did not come about.
fn without_tls(place: &str, fault: &RedisError) -> Option<Error> {
    // The fault is shared, and does not show what it shares as its source.
    let shared = fault.source()?.downcast_ref::<Arc<dyn StdError + Send + Sync>>()?;
    let trusted = "those of the system, or of SSL_CERT_FILE and SSL_CERT_DIR";
    let explained = explain_tls(tls_error(&**shared)?, "the server", trusted);
    let error = error(place, "StoreUnreachable", &explained.message);
    Some(match explained.hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    })
}

pub(super) fn unreachable(place: &str, why: &str) -> Error {
    error(place, "StoreUnreachable", why)
        .with_hint(
            "Check that the server runs, that this machine reaches it, and whether it speaks TLS (rediss://) or not \
             (redis://).",
        )
        .with_retryable(true)
}

fn error(place: &str, code: &'static str, why: &str) -> Error {
    Error::new(ErrorKind::Store, code, format!("the store {place} failed: {why}"))
}

/// Returns whether the answer has this code, or these words.
fn told_by(fault: &RedisError, words: &str) -> bool {
    if fault.code() == Some(words) {
        return true;
    }
    // What is no answer of the server's is of no interest, whatever words it has.
    if fault.code().is_none() {
        return false;
    }
    let is_code = words.bytes().all(|byte| byte.is_ascii_uppercase());
    let text = fault.to_string();
    if is_code { text.contains(&format!("-{words} ")) } else { text.contains(words) }
}

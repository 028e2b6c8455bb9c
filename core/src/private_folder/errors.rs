//! The errors of a private folder.

use std::path::Path;

use crate::error::{Error, ErrorKind};

/// The error for a folder or file that others can read, own or have put there.
pub(super) fn not_private(path: &Path, problem: &str, hint: String) -> Error {
    let message = format!("{} {problem}", path.display());
    Error::new(ErrorKind::Store, "NotPrivate", message).with_hint(hint)
}

/// The error for an action, such as `write`, that the system refused.
pub(super) fn failed(action: &str, path: &Path, fault: std::io::Error) -> Error {
    let message = format!("cannot {action} {}: {fault}", path.display());
    Error::new(ErrorKind::Store, "StoreUnusable", message).with_hint(
        "Check the folder's owner, mode and free space, or name another one: COGNITO_STORE=file:<folder>.",
    )
    .with_source(fault)
}

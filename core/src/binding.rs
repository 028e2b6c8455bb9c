//! Items for the command and the bindings to other languages, which no other program needs. No part of the public interface:
//! anything here may change or go with any version.

pub use crate::clock::{at_unix_seconds, unix_seconds};
pub use crate::config::{KnownValue, LOG_LEVELS, log_level, variables};
pub use crate::per_process::{PerProcess, Process, after_fork};
pub use crate::summary::{age, expiry as in_words};
pub use crate::text::{escape_html, printable, printable_json};
pub use crate::waits::{Waiting, Waits};

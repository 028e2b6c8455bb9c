//! A folder that is open, as the system's kind of access rights wants it.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use elsewhere::{OpenFolder, make};
#[cfg(unix)]
pub(super) use unix::{OpenFolder, make};

//! A folder that is open, as the system's kind of access rights wants it.

// Tested on every system; used where there are no owners and modes.
#[cfg(any(not(unix), test))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use elsewhere::{OpenFolder, READERS, make};
#[cfg(unix)]
pub(crate) use unix::{OpenFolder, READERS, make};

//! What belongs to one process and does not survive a fork.

use std::sync::OnceLock;

use pyo3::Python;

/// A value that every process has of its own.
///
/// Threads do not survive a fork, and a lock that one of them held stays locked. So a child made by `fork` gets the
/// value anew, and its parent's stays where it is, untouched: dropping it would close or join what is not the child's.
pub(crate) struct PerProcess<T> {
    own: OnceLock<Own<T>>,
}

struct Own<T> {
    process: u32,
    value: T,
    in_child: Box<PerProcess<T>>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self { own: OnceLock::new() }
    }

    /// This process's value, made when it is first asked for. The interpreter is held: no fork falls into the making.
    pub(crate) fn get_or_make<E>(
        &self,
        _py: Python<'_>,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<&T, E> {
        let process = std::process::id();
        let mut place = self;
        loop {
            match place.own.get() {
                Some(own) if own.process == process => return Ok(&own.value),
                Some(own) => place = &own.in_child,
                None => break,
            }
        }
        let own = Own { process, value: make()?, in_child: Box::new(Self::new()) };
        Ok(&place.own.get_or_init(|| own).value)
    }
}

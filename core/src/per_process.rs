//! Values of one process that do not survive a fork.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of forks between the first process that counted them and this one.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// Counts a fork. A binding has the operating system call it in each child (`pthread_atfork`).
///
/// It only adds to an atomic number, which such a handler may do.
pub fn after_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// The identity of a process, different from those that it was forked from and that are forked from it.
///
/// The number that the operating system gives is not enough: a child in a PID namespace of its own has number 1, as
/// its parent may have. If nothing calls [`after_fork`], that number decides alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    number: u32,
    forks: u64,
}

impl Process {
    /// Returns the current process.
    pub fn current() -> Self {
        Self { number: std::process::id(), forks: FORKS.load(Ordering::Relaxed) }
    }
}

/// A value that every process has of its own.
///
/// Threads do not survive a fork, and a lock that one of them held stays locked. So a child made by `fork` gets a new
/// value, and its parent's is left untouched: dropping it would close or join what is not the child's.
#[derive(Debug)]
pub struct PerProcess<T> {
    own: OnceLock<Own<T>>,
}

#[derive(Debug)]
struct Own<T> {
    process: Process,
    value: T,
    in_child: Box<PerProcess<T>>,
}

impl<T> PerProcess<T> {
    /// Creates an empty value: it is made when it is first asked for.
    pub const fn new() -> Self {
        Self { own: OnceLock::new() }
    }

    /// Returns this process's value, if it was made.
    pub fn get(&self) -> Option<&T> {
        let process = Process::current();
        let mut slot = self;
        while let Some(own) = slot.own.get() {
            if own.process == process {
                return Some(&own.value);
            }
            slot = &own.in_child;
        }
        None
    }

    /// Returns this process's value, made when it is first asked for. `make` gets the value of the process that this
    /// one was forked from, and must not wait for a lock in it.
    pub fn get_or_init(&self, make: impl FnOnce(Option<&T>) -> T) -> &T {
        let (slot, parents) = match self.find() {
            Lookup::Own(value) => return value,
            Lookup::Free(slot, parents) => (slot, parents),
        };
        // Made before the slot is claimed: a fork meanwhile leaves the child's slot open.
        slot.claim(make(parents))
    }

    /// Returns this process's value, made when it is first asked for.
    ///
    /// # Errors
    /// The error of `make`; nothing is kept then.
    pub fn get_or_try_init<E>(&self, make: impl FnOnce(Option<&T>) -> Result<T, E>) -> Result<&T, E> {
        match self.find() {
            Lookup::Own(value) => Ok(value),
            Lookup::Free(slot, parents) => make(parents).map(|value| slot.claim(value)),
        }
    }

    fn find(&self) -> Lookup<'_, T> {
        let process = Process::current();
        let mut slot = self;
        let mut parents = None;
        loop {
            match slot.own.get() {
                Some(own) if own.process == process => return Lookup::Own(&own.value),
                Some(own) => (slot, parents) = (&own.in_child, Some(&own.value)),
                None => return Lookup::Free(slot, parents),
            }
        }
    }

    fn claim(&self, value: T) -> &T {
        let own = Own { process: Process::current(), value, in_child: Box::new(Self::new()) };
        &self.own.get_or_init(|| own).value
    }
}

impl<T: Default> PerProcess<T> {
    /// Returns this process's value, the default one at first.
    pub fn own(&self) -> &T {
        self.get_or_init(|_| T::default())
    }
}

/// The outcome of a look-up of this process's value.
enum Lookup<'a, T> {
    Own(&'a T),
    /// Not made yet: its slot, and the value of the process that this one was forked from.
    Free(&'a PerProcess<T>, Option<&'a T>),
}

impl<T> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

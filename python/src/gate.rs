//! The way back into the interpreter, which closes when the interpreter ends.
//!
//! Python up to 3.13 ends a thread that asks for a finalizing interpreter on the spot, by unwinding its stack; where
//! frames of Rust are on it, the process aborts. So every thread that was outside comes back through here, and one
//! that comes too late never returns: the end of the process ends it.

use std::cell::Cell;
use std::ptr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use cognitoken::PerProcess;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// How long the end of the interpreter waits for threads on their way: a matter of microseconds, unless Python code
/// that a thread runs on its way blocks for good.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Of a child made by fork it is another one: its parent's threads are not there to be waited for.
static GATE: PerProcess<Gate> = PerProcess::new();

thread_local! {
    /// How many passes this thread has: who is inside already is never held up.
    static PASSES: Cell<usize> = const { Cell::new(0) };
}

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Default)]
struct State {
    /// The thread that ends the interpreter. It may go on to call this package.
    closed_by: Option<ThreadId>,
    /// Passes that were given and not yet given back.
    passes: usize,
}

impl Gate {
    fn own() -> &'static Self {
        GATE.own()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) {
        self.state().closed_by = None;
    }

    /// Closes, and waits for those who have a pass.
    fn close(&self) {
        let mut state = self.state();
        state.closed_by = Some(thread::current().id());
        let others = |state: &mut State| state.passes > 0;
        drop(self.left.wait_timeout_while(state, LONGEST_WAIT, others));
    }
}

/// The right to be in the interpreter while Rust's frames are on the stack.
struct Pass {
    gate: &'static Gate,
}

impl Pass {
    /// None where the interpreter ends.
    fn get() -> Option<Self> {
        let gate = Gate::own();
        let mut state = gate.state();
        let may_pass = match state.closed_by {
            None => true,
            Some(thread) => thread == thread::current().id() || PASSES.get() > 0,
        };
        may_pass.then(|| {
            state.passes += 1;
            PASSES.set(PASSES.get() + 1);
            Self { gate }
        })
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        PASSES.set(PASSES.get().saturating_sub(1));
        if !ptr::eq(self.gate, Gate::own()) {
            // A fork in between: the parent's gate may be locked for good here.
            return;
        }
        let mut state = self.gate.state();
        state.passes = state.passes.saturating_sub(1);
        self.gate.left.notify_all();
    }
}

fn park_for_ever() -> ! {
    loop {
        thread::park();
    }
}

/// Does some work outside the interpreter.
pub(crate) fn outside<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    let (value, pass) = py.detach(|| {
        let value = work();
        (value, Pass::get().unwrap_or_else(|| park_for_ever()))
    });
    drop(pass);
    value
}

/// Runs Python code for Rust: any of it may leave the interpreter for a moment, and has to come back.
pub(crate) fn inside<T>(py: Python<'_>, work: impl FnOnce() -> T) -> T {
    let pass = Pass::get().unwrap_or_else(|| py.detach(|| park_for_ever()));
    let value = work();
    drop(pass);
    value
}

/// Has the gate close at the end of the interpreter. What was registered later with `atexit` is done before.
pub(crate) fn close_at_exit(py: Python<'_>) -> PyResult<()> {
    Gate::own().open();
    let close = PyCFunction::new_closure(py, Some(c"close_gate"), None, |arguments, _| {
        // Outside: those who have a pass need the interpreter to give it back.
        arguments.py().detach(|| Gate::own().close());
    })?;
    py.import("atexit")?.call_method1("register", (close,))?;
    Ok(())
}

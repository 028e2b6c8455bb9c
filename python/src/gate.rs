//! The gate through which threads reacquire the interpreter lock, and which closes when the interpreter exits.
//!
//! Up to version 3.13, Python ends a thread that attaches to a finalizing interpreter by unwinding its stack; if the
//! stack has Rust frames, the process aborts. Therefore every thread reacquires the lock through the gate, and a thread
//! that is too late blocks until the process ends.

use std::cell::Cell;
use std::ptr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use cognitoken::binding::PerProcess;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// The time that the exit of the interpreter waits for threads with a pass: microseconds, unless Python code that such
/// a thread runs blocks forever.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A child process made by fork has a gate of its own, because the threads of the parent do not exist in it.
static GATE: PerProcess<Gate> = PerProcess::new();

thread_local! {
    /// The number of passes of this thread. A thread that has one is never blocked.
    static PASSES: Cell<usize> = const { Cell::new(0) };
}

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Default)]
struct State {
    /// The thread in which the interpreter exits. It may still call this package.
    closed_by: Option<ThreadId>,
    /// The number of passes in use.
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

    /// Closes the gate and waits until all passes are returned.
    fn close(&self) {
        let mut state = self.state();
        state.closed_by = Some(thread::current().id());
        let others = |state: &mut State| state.passes > 0;
        drop(self.left.wait_timeout_while(state, LONGEST_WAIT, others));
    }
}

/// The permission to hold the interpreter lock while Rust frames are on the stack.
struct Pass {
    gate: &'static Gate,
}

impl Pass {
    /// None if the interpreter is exiting.
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
            // After a fork in between, the gate of the parent may stay locked forever.
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

/// Runs a function without the interpreter lock.
pub(crate) fn outside<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    let (value, pass) = py.detach(|| {
        let value = work();
        (value, Pass::get().unwrap_or_else(|| park_for_ever()))
    });
    drop(pass);
    value
}

/// Runs Python code, which may release and reacquire the interpreter lock.
pub(crate) fn inside<T>(py: Python<'_>, work: impl FnOnce() -> T) -> T {
    let pass = Pass::get().unwrap_or_else(|| py.detach(|| park_for_ever()));
    let value = work();
    drop(pass);
    value
}

/// Runs a function with the interpreter lock in a thread that Python does not know. None if the interpreter is exiting.
pub(crate) fn attach<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let pass = Pass::get()?;
    let value = Python::try_attach(work);
    drop(pass);
    value
}

/// Registers the gate to close when the interpreter exits. Functions registered later with `atexit` run before that.
pub(crate) fn close_at_exit(py: Python<'_>) -> PyResult<()> {
    Gate::own().open();
    let close = PyCFunction::new_closure(py, Some(c"close_gate"), None, |arguments, _| {
        // Without the interpreter lock, which threads need in order to return their passes.
        arguments.py().detach(|| Gate::own().close());
    })?;
    py.import("atexit")?.call_method1("register", (close,))?;
    Ok(())
}

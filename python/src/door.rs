//! The door to every operation: as a call that waits, and as a coroutine.

use cognitoken_surface::{Engine, Host, Reply, Work, prepare};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::awaitable::{Coroutine, Start};
use crate::values::{Arguments, Refusal};
use crate::waiting::Words;
use crate::{exception, gate, log, output};

/// Python, as the engine needs it.
struct Interpreter<'py> {
    py: Python<'py>,
    words: Words,
}

impl<'py> Interpreter<'py> {
    fn new(py: Python<'py>) -> Self {
        Self { py, words: Words::default() }
    }
}

impl Host for Interpreter<'_> {
    type Interrupt = PyErr;

    fn outside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        gate::outside(self.py, work)
    }

    fn check_interrupt(&self) -> PyResult<()> {
        gate::inside(self.py, || self.py.check_signals())
    }

    fn show_wait(&self, words: Option<&str>) -> PyResult<()> {
        self.words.show(self.py, words)
    }
}

/// Carry out an operation. The values are removed from the dict, so that no traceback shows them.
#[pyfunction]
pub(crate) fn call<'py>(
    py: Python<'py>,
    operation: &str,
    values: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let work = prepare(operation, &Arguments::new(operation, values));
    values.clear();
    let reply = match work {
        Ok(work) => finished(py, work)?,
        Err(Refusal::Python(refusal)) => return Err(refusal),
        Err(Refusal::Core(error)) => return Err(exception::from_core(py, &error)),
    };
    output::deliver(py, reply)
}

/// Return the coroutine of an operation. The values are removed from the dict, so that no traceback shows them.
#[pyfunction]
pub(crate) fn coroutine(name: String, operation: String, values: &Bound<'_, PyDict>) -> PyResult<Coroutine> {
    let work = prepare(&operation, &Arguments::new(&operation, values));
    let start = match work {
        // Tokens that are good now may have expired when the coroutine is awaited.
        Ok(Work::Done(Reply { outcome: Ok(_), .. })) => Start::AtHand(operation, values.copy()?.unbind()),
        Ok(work) => Start::Work(work),
        Err(Refusal::Python(refusal)) => {
            values.clear();
            return Err(refusal);
        }
        Err(Refusal::Core(error)) => Start::Work(Work::done(Err(error.into()))),
    };
    values.clear();
    Ok(Coroutine::new(name, start))
}

/// Does the work of a call.
fn finished(py: Python<'_>, work: Work) -> PyResult<Reply> {
    let mut work = work;
    loop {
        match work {
            Work::Done(reply) => {
                log::emit(py)?;
                return Ok(reply);
            }
            Work::Compute(compute) => work = gate::outside(py, compute),
            Work::Wait(future) => return waited(py, future),
        }
    }
}

/// Waits without the interpreter lock. A signal handler that raises, as Ctrl-C does, ends the call.
fn waited(py: Python<'_>, future: impl Future<Output = Reply> + Send) -> PyResult<Reply> {
    let host = Interpreter::new(py);
    let engine = Engine::current().map_err(|error| exception::from_core(py, &error))?;
    log::ask_level(py)?;
    let reply = engine.wait(&host, future);
    if !reply.as_ref().is_ok_and(|reply| reply.outcome.is_ok()) {
        // Unfinished work of the call, such as a request without a response, ends with it.
        engine.release(&host);
    }
    log::emit(py)?;
    reply
}

/// Waits, when the interpreter exits, for requests that must not be interrupted.
#[pyfunction]
fn settle(py: Python<'_>) -> PyResult<()> {
    Engine::finish(&Interpreter::new(py));
    log::emit(py)
}

/// Registers the wait at the exit of the interpreter, before the gate closes.
pub(crate) fn settle_at_exit(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let settle = wrap_pyfunction!(settle, module)?;
    module.py().import("atexit")?.call_method1("register", (settle,))?;
    Ok(())
}

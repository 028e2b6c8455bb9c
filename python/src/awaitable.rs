//! Awaitable calls: objects that behave as the coroutines of `async def` functions.
//!
//! pyo3-async-runtimes is not used, because it attaches to the interpreter during finalization and prints a traceback
//! if the event loop is closed before the result arrives.

use std::convert::Infallible;
use std::ffi::CString;
use std::future::Future;
use std::mem;
use std::sync::{Mutex, PoisonError};

use cognitoken::{Cognito, Result};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyRuntimeError, PyRuntimeWarning};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyNone, PyTuple};
use tokio::task::AbortHandle;

use crate::delivery_thread::{Completion, DeliveryThread};
use crate::exception;
use crate::gate;
use crate::runtime::Engine;
use crate::warnings::warn_of_values;

/// The outcome of a call, converted to a Python object or an exception while the interpreter lock is held.
type Outcome = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

type Start = Box<dyn FnOnce(Python<'_>) -> PyResult<Running> + Send>;

/// Python's None: the result of a call that returns no value.
pub(crate) struct NoneValue;

impl<'py> IntoPyObject<'py> for NoneValue {
    type Target = PyNone;
    type Output = Borrowed<'py, 'py, PyNone>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> std::result::Result<Self::Output, Infallible> {
        Ok(PyNone::get(py))
    }
}

/// A call that starts when it is awaited. Nothing is sent before.
#[pyclass(frozen, module = "cognitoken", name = "coroutine")]
pub(crate) struct Coroutine {
    name: &'static str,
    state: Mutex<State>,
}

enum State {
    Created(Start),
    Running(Running),
    /// In use by another `send` or `throw`, or finished.
    Gone,
}

/// A call in progress, and the iterator of the asyncio future that will hold its result.
struct Running {
    steps: Py<PyAny>,
    task: AbortHandle,
}

impl Drop for Running {
    /// Ends the request, as when its task is cancelled.
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Creates the coroutine of a call of the core, which raises the core's error as an exception.
pub(crate) fn awaitable<T, F>(
    name: &'static str,
    call: impl FnOnce(Cognito) -> F + Send + 'static,
) -> Coroutine
where
    F: Future<Output = Result<T>> + Send + 'static,
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    let start: Start = Box::new(move |py| {
        let event_loop = py.import("asyncio")?.call_method0("get_running_loop")?;
        let future = event_loop.call_method0("create_future")?;
        let steps = future.call_method0("__await__")?.unbind();
        let (event_loop, future) = (event_loop.unbind(), future.unbind());
        let task = Engine::current(py)?.spawn(py, |cognito, delivery_thread| {
            let told = cognito.clone();
            let call = call(cognito);
            let mut resolver = Resolver { delivery_thread, open: Some((event_loop, future)) };
            Box::pin(async move {
                let outcome = call.await;
                resolver.resolve(outcome, told.take_notices());
            })
        })?;
        Ok(Running { steps, task })
    });
    Coroutine { name, state: Mutex::new(State::Created(start)) }
}

#[pymethods]
impl Coroutine {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.send(py, py.None())
    }

    fn send(&self, py: Python<'_>, value: Py<PyAny>) -> PyResult<Py<PyAny>> {
        let running = match self.take() {
            State::Created(start) => gate::inside(py, || start(py))?,
            State::Running(running) => running,
            State::Gone => return Err(self.reused()),
        };
        self.step(py, running, "send", (value,))
    }

    #[pyo3(signature = (*exception))]
    fn throw(&self, py: Python<'_>, exception: Bound<'_, PyTuple>) -> PyResult<Py<PyAny>> {
        match self.take() {
            State::Running(running) => self.step(py, running, "throw", exception),
            State::Created(_) => {
                let thrown = exception.get_item(0)?;
                let thrown = if thrown.is_callable() { thrown.call0()? } else { thrown };
                Err(PyErr::from_value(thrown))
            }
            State::Gone => Err(self.reused()),
        }
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.take() {
            State::Running(running) => running.steps.call_method0(py, "close").map(|_| ()),
            State::Created(_) | State::Gone => Ok(()),
        }
    }

    // An abandoned event loop leaves a reference cycle: this object, its asyncio future, the task and this object.

    fn __traverse__(&self, visit: PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        match self.state.try_lock().as_deref() {
            Ok(State::Running(running)) => visit.call(&running.steps),
            _ => Ok(()),
        }
    }

    fn __clear__(&self) {
        drop(self.take());
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.name
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.name
    }

    fn __repr__(&self) -> String {
        format!("<coroutine object {}>", self.name)
    }
}

impl Coroutine {
    fn take(&self) -> State {
        self.replace(State::Gone)
    }

    fn replace(&self, state: State) -> State {
        mem::replace(&mut *self.state.lock().unwrap_or_else(PoisonError::into_inner), state)
    }

    /// One step of the asyncio future, which yields itself until the result arrives and then raises StopIteration.
    fn step<'py>(
        &self,
        py: Python<'py>,
        running: Running,
        method: &str,
        arguments: impl pyo3::call::PyCallArgs<'py>,
    ) -> PyResult<Py<PyAny>> {
        let waits_for = gate::inside(py, || running.steps.bind(py).call_method1(method, arguments))?.unbind();
        self.replace(State::Running(running));
        Ok(waits_for)
    }

    fn reused(&self) -> PyErr {
        PyRuntimeError::new_err(format!("cannot reuse already awaited {}()", self.name))
    }
}

impl Drop for Coroutine {
    /// Warns of a missing `await`, as Python does.
    fn drop(&mut self) {
        if !matches!(self.take(), State::Created(_)) {
            return;
        }
        Python::try_attach(|py| {
            // An object can be dropped at any time, also while an exception propagates.
            let on_its_way = PyErr::take(py);
            let text =
                CString::new(format!("coroutine '{}' was never awaited", self.name)).unwrap_or_default();
            gate::inside(py, || {
                if let Err(warning) = PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &text, 1) {
                    warning.write_unraisable(py, None);
                }
            });
            if let Some(on_its_way) = on_its_way {
                on_its_way.restore(py);
            }
        });
    }
}

/// Resolves an asyncio future exactly once: with the outcome of the call, or with an error when it is dropped before.
struct Resolver {
    delivery_thread: &'static DeliveryThread,
    open: Option<(Py<PyAny>, Py<PyAny>)>,
}

impl Resolver {
    fn resolve<T>(&mut self, outcome: Result<T>, notices: Vec<String>)
    where
        T: for<'py> IntoPyObject<'py> + Send + 'static,
    {
        self.settle(move |py| {
            warn_of_values(py, notices)?;
            match outcome {
                Ok(value) => value.into_py_any(py),
                Err(error) => Err(exception::from_core(py, &error)),
            }
        });
    }

    fn settle(&mut self, outcome: impl FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send + 'static) {
        if let Some((event_loop, future)) = self.open.take() {
            self.delivery_thread.send(Box::new(FutureCompletion {
                event_loop,
                future,
                outcome: Box::new(outcome),
            }));
        }
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        // Only a panic, or an abort whose result is not used, ends without an outcome.
        self.settle(|_| Err(PyRuntimeError::new_err("the call ended without a result")));
    }
}

struct FutureCompletion {
    event_loop: Py<PyAny>,
    future: Py<PyAny>,
    outcome: Outcome,
}

impl Completion for FutureCompletion {
    fn deliver(self: Box<Self>, py: Python<'_>) {
        let event_loop = self.event_loop.clone_ref(py);
        let completion = Mutex::new(Some(self));
        let settle = PyCFunction::new_closure(py, Some(c"settle"), None, move |arguments, _| {
            let completion = completion.lock().unwrap_or_else(PoisonError::into_inner).take();
            completion.map_or(Ok(()), |completion| {
                gate::inside(arguments.py(), || completion.settle(arguments.py()))
            })
        });
        // A closed event loop refuses the call; nothing waits for the result then.
        let _ = settle.and_then(|settle| event_loop.call_method1(py, "call_soon_threadsafe", (settle,)));
    }
}

impl FutureCompletion {
    /// Sets the result of the future. Called in the thread of the event loop.
    fn settle(self, py: Python<'_>) -> PyResult<()> {
        let future = self.future.bind(py);
        if future.call_method0("done")?.is_truthy()? {
            return Ok(());
        }
        match (self.outcome)(py) {
            Ok(value) => future.call_method1("set_result", (value,))?,
            Err(error) => future.call_method1("set_exception", (error.into_value(py),))?,
        };
        Ok(())
    }
}

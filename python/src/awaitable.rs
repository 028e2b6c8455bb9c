//! Awaitable calls: objects that behave as the coroutines of `async def` functions.
//!
//! pyo3-async-runtimes is not used, because it attaches to the interpreter during finalization and prints a traceback
//! if the event loop is closed before the result arrives.

use std::ffi::CString;
use std::mem;
use std::sync::{Mutex, PoisonError};

use cognitoken_surface::log::silenced;
use cognitoken_surface::{Engine, Reply, Work, prepare};
use pyo3::exceptions::{PyRuntimeError, PyRuntimeWarning, PyStopIteration};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};
use tokio::task::AbortHandle;

use crate::delivery_thread::DeliveryThread;
use crate::values::{Arguments, Refusal};
use crate::{exception, gate, log, output};

/// A call before it is awaited.
pub(crate) enum Start {
    /// Its work.
    Work(Work),
    /// The operation and the values of a call whose result was at hand.
    AtHand(String, Py<PyDict>),
}

/// A call that starts when it is awaited. Nothing is sent before.
#[pyclass(frozen, module = "cognitoken", name = "coroutine")]
pub(crate) struct Coroutine {
    name: String,
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

impl Start {
    fn work(self, py: Python<'_>) -> PyResult<Work> {
        let (operation, values) = match self {
            Self::Work(work) => return Ok(work),
            Self::AtHand(operation, values) => (operation, values.into_bound(py)),
        };
        prepare(&operation, &Arguments::new(&operation, &values)).map_err(|refusal| match refusal {
            Refusal::Python(refusal) => refusal,
            Refusal::Core(error) => exception::from_core(py, &error),
        })
    }
}

/// Starts work in the background, whose result an asyncio future of the running event loop will hold.
fn run(py: Python<'_>, work: Work) -> PyResult<Running> {
    let event_loop = py.import("asyncio")?.call_method0("get_running_loop")?;
    let future = event_loop.call_method0("create_future")?;
    let steps = future.call_method0("__await__")?.unbind();
    log::ask_level(py)?;
    let open = Some((event_loop.unbind(), future.unbind()));
    let mut resolver = Resolver { delivery_thread: DeliveryThread::own()?, open };
    let of_handler = log::is_in_handler();
    let task = async move {
        let reply = match of_handler {
            true => silenced(work.reply()).await,
            false => work.reply().await,
        };
        resolver.resolve(reply);
    };
    let started = Engine::current().and_then(|engine| engine.spawn(task));
    Ok(Running { steps, task: started.map_err(|error| exception::from_core(py, &error))? })
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
            State::Created(start) => match start.work(py)? {
                Work::Done(reply) => {
                    return Err(PyStopIteration::new_err((output::deliver(py, reply)?.unbind(),)));
                }
                work => gate::inside(py, || run(py, work))?,
            },
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
    fn __name__(&self) -> &str {
        &self.name
    }

    #[getter]
    fn __qualname__(&self) -> &str {
        &self.name
    }

    fn __repr__(&self) -> String {
        format!("<coroutine object {}>", self.name)
    }
}

impl Coroutine {
    pub(crate) fn new(name: String, start: Start) -> Self {
        Self { name, state: Mutex::new(State::Created(start)) }
    }

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
        // One without a name is a part of another coroutine, of which Python warns itself.
        if !matches!(self.take(), State::Created(_)) || self.name.is_empty() {
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

/// The outcome of a call, converted to a Python object or an exception while the interpreter lock is held.
type Outcome = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// Resolves an asyncio future exactly once: with the outcome of the call, or with an error when it is dropped before.
struct Resolver {
    delivery_thread: &'static DeliveryThread,
    open: Option<(Py<PyAny>, Py<PyAny>)>,
}

impl Resolver {
    fn resolve(&mut self, reply: Reply) {
        self.settle(Box::new(move |py| {
            log::emit(py)?;
            output::deliver(py, reply).map(Bound::unbind)
        }));
    }

    fn settle(&mut self, outcome: Outcome) {
        if let Some((event_loop, future)) = self.open.take() {
            let completion = Completion { event_loop, future, outcome };
            self.delivery_thread.send(Box::new(move |py| completion.deliver(py)));
        }
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        // Only a panic, or an abort whose result is not used, ends without an outcome.
        self.settle(Box::new(|_| Err(PyRuntimeError::new_err("the call ended without a result"))));
    }
}

struct Completion {
    event_loop: Py<PyAny>,
    future: Py<PyAny>,
    outcome: Outcome,
}

impl Completion {
    /// Has the event loop settle the future.
    fn deliver(self, py: Python<'_>) {
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

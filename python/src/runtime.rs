//! The one door between Python and the core: leaves the interpreter, drives a future, answers Ctrl-C, minds fork.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cognitoken::{Cognito, LONGEST_ANSWER, PerProcess, Result};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::timeout;

use crate::delivery_thread::DeliveryThread;
use crate::exception;
use crate::{gate, warnings};

/// How long a wait leaves Python's signals unseen: well under the 0.2 s in which Ctrl-C is to be answered.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);

/// How long a call that was interrupted waits for the answer that must not be lost: an ordinary refresh is done by then.
const FINISHING: Duration = Duration::from_secs(1);

static ENGINE: PerProcess<Engine> = PerProcess::new();

/// The client object of the program, its forked children included: it keeps apart what is each one's own.
static COGNITO: LazyLock<Cognito> = LazyLock::new(Cognito::new);

pub(crate) fn cognito() -> &'static Cognito {
    &COGNITO
}

/// A call on its way, whatever it is: with a type of its own for each, the machinery that drives them would be built
/// anew for every function of the package.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the calls of one process are driven with.
///
/// The runtime has no threads of its own: the thread that waits drives it, which costs nothing to start and spares
/// every call two changes of thread. Only asyncio, whose thread does not wait, makes it start one: the driver.
pub(crate) struct Engine {
    runtime: Runtime,
    asyncio: OnceLock<DeliveryThread>,
    /// Whether a call was ended by a signal: whoever sent it does not want to wait at the end either.
    interrupted: AtomicBool,
}

impl Engine {
    // The interpreter is held: no fork falls into the making.
    pub(crate) fn current(_py: Python<'_>) -> PyResult<&'static Self> {
        ENGINE.get_or_try_init(|_| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            Ok(Self { runtime, asyncio: OnceLock::new(), interrupted: AtomicBool::new(false) })
        })
    }

    /// Starts a task whose result the delivery thread brings to an event loop.
    pub(crate) fn spawn(
        &'static self,
        py: Python<'_>,
        task: impl FnOnce(Cognito, &'static DeliveryThread) -> Task,
    ) -> PyResult<AbortHandle> {
        let delivery_thread = match self.asyncio.get() {
            Some(delivery_thread) => delivery_thread,
            None => self.start_asyncio(py)?,
        };
        Ok(self.runtime.spawn(task(cognito().clone(), delivery_thread)).abort_handle())
    }

    fn start_asyncio(&'static self, py: Python<'_>) -> PyResult<&'static DeliveryThread> {
        let delivery_thread = DeliveryThread::start(py)?;
        let settle = py.import("cognitoken._cognitoken")?.getattr("_settle")?;
        py.import("atexit")?.call_method1("register", (settle,))?;
        let driver = thread::Builder::new().name("cognitoken-driver".to_owned());
        driver.spawn(|| self.runtime.block_on(pending::<()>()))?;
        Ok(self.asyncio.get_or_init(|| delivery_thread))
    }

    /// Drives the future until it is done or it is time to look for a signal; says whether it is done.
    fn drive(&self, future: Pin<&mut (dyn Future<Output = ()> + Send)>) -> bool {
        self.runtime.block_on(async { timeout(SIGNAL_CHECK, future).await.is_ok() })
    }

    /// Lets what must not be cut off come to its end: first here, for this long; then, where it takes longer, with
    /// the driver, for as long as the process lives. A second signal ends the waiting.
    fn finish(&'static self, py: Python<'_>, limit: Duration) {
        let started = Instant::now();
        while !cognito().is_idle() && started.elapsed() < limit {
            let settled = gate::outside(py, || self.drive(pin!(cognito().idle())));
            if settled || gate::inside(py, || py.check_signals()).is_err() {
                break;
            }
        }
        self.go_on_without_us(py);
    }

    /// Has the driver go on with what must not be cut off, while Python does something else.
    fn go_on_without_us(&'static self, py: Python<'_>) {
        if !cognito().is_idle() && self.asyncio.get().is_none() {
            // Without a thread for it, the next call drives it on.
            let _ = self.start_asyncio(py);
        }
    }

    /// Lets the tasks that look after the connections see what happened while nobody drove the runtime: a connection
    /// that the service closed must not be used again, and one that nobody waits for any more is to be closed.
    fn catch_up(&self) {
        self.runtime.block_on(async {
            // The first turn asks the system what happened, the second one lets the tasks act on it.
            yield_now().await;
            yield_now().await;
        });
    }
}

/// Waits, at the end of the interpreter, for what must not be cut off.
#[pyfunction]
#[pyo3(name = "_settle")]
pub(crate) fn settle(py: Python<'_>) {
    if let Some(engine) = ENGINE.get() {
        let interrupted = engine.interrupted.load(Ordering::Relaxed);
        engine.finish(py, if interrupted { FINISHING } else { LONGEST_ANSWER });
    }
}

/// Waits for a call of the core's, outside the interpreter.
///
/// Raises the core's error as the exception of its kind. A signal handler that raises, as Ctrl-C does, ends the call.
pub(crate) fn wait<T, F>(py: Python<'_>, call: impl FnOnce(Cognito) -> F) -> PyResult<T>
where
    F: Future<Output = Result<T>> + Send,
    T: Send,
{
    let engine = Engine::current(py)?;
    gate::outside(py, || engine.catch_up());
    let outcome = match until_done(py, engine, call(cognito().clone())) {
        Ok(outcome) => outcome.map_err(|error| exception::from_core(py, &error)),
        Err(signal) => {
            engine.interrupted.store(true, Ordering::Relaxed);
            engine.finish(py, FINISHING);
            Err(signal)
        }
    };
    warnings::warn_of_values(py, cognito().take_notices())?;
    if outcome.is_err() {
        // What the call has left behind half-way, such as a request that nobody answers, ends with it.
        gate::outside(py, || engine.catch_up());
        engine.go_on_without_us(py);
    }
    outcome
}

/// Owns the future: when this returns without an outcome, the call is gone.
fn until_done<F>(py: Python<'_>, engine: &Engine, future: F) -> PyResult<F::Output>
where
    F: Future<Output: Send> + Send,
{
    let outcome = Mutex::new(None);
    let keep = |value| *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    let mut work = pin!(async { keep(future.await) });
    loop {
        gate::outside(py, || engine.drive(work.as_mut()));
        if let Some(value) = outcome.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(value);
        }
        gate::inside(py, || py.check_signals())?;
    }
}

//! The engine that runs the core's futures for Python: it releases the interpreter lock, drives a future, responds to
//! Ctrl-C and handles forks.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cognitoken::binding::PerProcess;
use cognitoken::{Cognito, LONGEST_ANSWER, Result};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::timeout;

use crate::delivery_thread::DeliveryThread;
use crate::exception;
use crate::{gate, warnings};

/// The interval of checks for Python signals, well below the 0.2 s within which Ctrl-C takes effect.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);

/// The time that an interrupted call waits for a response that must not be lost, enough for an ordinary refresh.
const FINISHING: Duration = Duration::from_secs(1);

static ENGINE: PerProcess<Engine> = PerProcess::new();

/// The client object of the program, its forked children included: it keeps apart what is each one's own.
static COGNITO: LazyLock<Cognito> = LazyLock::new(Cognito::new);

pub(crate) fn cognito() -> &'static Cognito {
    &COGNITO
}

/// A call in progress. It is boxed because the code that drives it would otherwise be compiled again for each function.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The runtime, transport and threads for the calls of a process.
///
/// The runtime has no threads of its own: the waiting thread drives it, which costs nothing to start and saves two
/// context switches for each call. Only asyncio, whose thread does not wait, starts a thread: the driver.
pub(crate) struct Engine {
    runtime: Runtime,
    asyncio: OnceLock<DeliveryThread>,
    /// `true` if a signal ended a call: the end of the process does not wait then.
    interrupted: AtomicBool,
}

impl Engine {
    // The interpreter lock is held, so that no fork happens meanwhile.
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

    /// Drives the future until it is done or signals have to be checked, and returns whether it is done.
    fn drive(&self, future: Pin<&mut (dyn Future<Output = ()> + Send)>) -> bool {
        self.runtime.block_on(async { timeout(SIGNAL_CHECK, future).await.is_ok() })
    }

    /// Finishes requests that must not be interrupted: here for the given time, then in the driver for as long as the
    /// process lives. A second signal ends the wait.
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

    /// Finishes requests that must not be interrupted in the driver, while Python continues.
    fn go_on_without_us(&'static self, py: Python<'_>) {
        if !cognito().is_idle() && self.asyncio.get().is_none() {
            // If no thread can be started, the next call drives them.
            let _ = self.start_asyncio(py);
        }
    }

    /// Lets the tasks of the connections catch up on events since the runtime was last driven: a connection that the
    /// service closed must not be used again, and one that is no longer needed has to be closed.
    fn catch_up(&self) {
        self.runtime.block_on(async {
            // The first turn polls the system for events, the second one lets the tasks handle them.
            yield_now().await;
            yield_now().await;
        });
    }
}

/// Waits, when the interpreter exits, for requests that must not be interrupted.
#[pyfunction]
#[pyo3(name = "_settle")]
pub(crate) fn settle(py: Python<'_>) {
    if let Some(engine) = ENGINE.get() {
        let interrupted = engine.interrupted.load(Ordering::Relaxed);
        engine.finish(py, if interrupted { FINISHING } else { LONGEST_ANSWER });
    }
}

/// Waits for a call of the core without the interpreter lock.
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
        // Unfinished work of the call, such as a request without a response, ends with it.
        gate::outside(py, || engine.catch_up());
        engine.go_on_without_us(py);
    }
    outcome
}

/// Owns the future: if this returns without an outcome, the call has been dropped.
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

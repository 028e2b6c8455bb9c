//! The core's log, on its way to `logging.getLogger("cognitoken")`.
//!
//! A line is queued by the thread that writes it, which takes no interpreter lock. It is emitted by the thread that waits
//! for a call, or by the delivery thread if none does.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::UNIX_EPOCH;

use cognitoken::binding::PerProcess;
use cognitoken_surface::log::{Level, Line, on_line, set_level, take_lines, without_lines};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::delivery_thread::DeliveryThread;
use crate::gate;

/// The levels of the module `logging`; `TRACE` is below its own.
const LEVELS: [(Level, u8); 4] =
    [(Level::Trace, 5), (Level::Debug, 10), (Level::Info, 20), (Level::Warn, 30)];

/// `true` once a logger was enabled: until then, nothing can be in the queue.
static WAS_ENABLED: AtomicBool = AtomicBool::new(false);

static STATE: PerProcess<State> = PerProcess::new();

thread_local! {
    /// `true` while this thread is in the handlers of the logger.
    static EMITS: Cell<bool> = const { Cell::new(false) };
}

#[derive(Default)]
struct State {
    /// The number of threads that wait for a call, and emit lines meanwhile.
    waiting: AtomicUsize,
    /// `true` if the delivery thread was asked to emit lines, and has not begun.
    asked: AtomicBool,
}

/// A thread that waits for a call.
pub(crate) struct Waiting(&'static State);

impl Waiting {
    pub(crate) fn begin(py: Python<'_>) -> PyResult<Self> {
        ask_level(py)?;
        let state = STATE.own();
        state.waiting.fetch_add(1, Ordering::SeqCst);
        Ok(Self(state))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Asks the logger from which level on it is enabled. If nothing has imported `logging`, nobody can have enabled it.
pub(crate) fn ask_level(py: Python<'_>) -> PyResult<()> {
    static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let modules = MODULES.get_or_try_init(py, || {
        PyResult::Ok(py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?.unbind())
    })?;
    if modules.bind(py).get_item(intern!(py, "logging"))?.is_none() {
        return Ok(());
    }
    let number = gate::inside(py, || {
        module(py)?.call_method0(intern!(py, "enabled_level"))?.extract::<Option<u32>>()
    })?;
    let level = number.and_then(|number| LEVELS.iter().find(|(_, level)| u32::from(*level) >= number));
    let level = level.map(|(level, _)| *level);
    if level.is_some() && !WAS_ENABLED.swap(true, Ordering::Relaxed) {
        on_line(written);
    }
    if level.is_some() {
        // Lines of a refresh in the background come at any time.
        DeliveryThread::own()?;
    }
    set_level(level);
    Ok(())
}

/// Called by the thread that wrote a line.
fn written() {
    let state = STATE.own();
    if state.waiting.load(Ordering::SeqCst) > 0 || state.asked.swap(true, Ordering::SeqCst) {
        return;
    }
    if let Some(delivery_thread) = DeliveryThread::running() {
        // The thread emits lines before any delivery, also before this one, which is none.
        delivery_thread.send(Box::new(|_| ()));
    }
}

/// Returns whether this thread is in the handlers of the logger.
pub(crate) fn is_in_handler() -> bool {
    EMITS.get()
}

/// Emits the lines that are in the queue.
pub(crate) fn emit(py: Python<'_>) -> PyResult<()> {
    if !WAS_ENABLED.load(Ordering::Relaxed) || is_in_handler() {
        return Ok(());
    }
    STATE.own().asked.store(false, Ordering::SeqCst);
    let lines = take_lines();
    if lines.is_empty() {
        return Ok(());
    }
    let records: Vec<_> = lines.into_iter().map(record).collect();
    EMITS.set(true);
    // A handler that itself calls the package would never come to an end with lines about its own calls.
    let emitted = without_lines(|| {
        gate::inside(py, || module(py)?.call_method1(intern!(py, "emit"), (records,)).map(drop))
    });
    EMITS.set(false);
    emitted
}

/// Emits the lines that are in the queue, where nobody waits to whom an exception could be raised.
pub(crate) fn emit_or_report(py: Python<'_>) {
    if let Err(exception) = emit(py) {
        exception.write_unraisable(py, None);
    }
}

/// The name of the logger, the level, the message and the time of a line.
fn record(line: Line) -> (String, u8, String, f64) {
    let level = LEVELS.iter().find(|(level, _)| *level == line.level).map_or(0, |(_, number)| *number);
    let created = line.time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    (line.target.replace("::", "."), level, line.text, created)
}

fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    py.import("cognitoken._logging")
}

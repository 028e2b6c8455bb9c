//! The core's log, on its way to `logging.getLogger("cognitoken")`.
//!
//! A line is queued by the thread that writes it, which takes no interpreter lock. It is emitted by the thread that made the
//! call, before the call returns, or by a thread for the purpose if no call ends soon after it.
//!
//! The thread that waits for a call emits nothing meanwhile, and neither does the delivery thread: a handler may wait for a
//! lock whose holder waits for this very call.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use cognitoken::binding::PerProcess;
use cognitoken_surface::log::{Level, Line, on_line, set_level, take_lines, without_lines};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::{gate, waiting};

/// The levels of the module `logging`; `TRACE` is below its own.
const LEVELS: [(Level, u8); 4] =
    [(Level::Trace, 5), (Level::Debug, 10), (Level::Info, 20), (Level::Warn, 30)];

/// The time that a line waits for the end of the call that it is about.
const PATIENCE: Duration = Duration::from_millis(50);

/// `true` once a logger was enabled: until then, nothing can be in the queue.
static WAS_ENABLED: AtomicBool = AtomicBool::new(false);

/// Wakes the thread that emits the lines of calls that take long, and of refreshes in the background.
static WAKE: PerProcess<SyncSender<()>> = PerProcess::new();

thread_local! {
    /// `true` while this thread is in the handlers of the logger.
    static EMITS: Cell<bool> = const { Cell::new(false) };
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
    if level.is_some() {
        WAKE.get_or_try_init(|_| start())?;
        WAS_ENABLED.store(true, Ordering::Relaxed);
    }
    set_level(level);
    Ok(())
}

fn start() -> PyResult<SyncSender<()>> {
    on_line(|| {
        // A full channel has woken the thread already.
        let _ = WAKE.get().map(|wake| wake.try_send(()));
    });
    let (wake, woken) = sync_channel(1);
    thread::Builder::new().name("cognitoken-log".to_owned()).spawn(move || emit_late(&woken))?;
    Ok(wake)
}

fn emit_late(woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        thread::sleep(PATIENCE);
        let emitted = gate::attach(|py| {
            if let Err(exception) = emit(py) {
                exception.write_unraisable(py, None);
            }
        });
        if emitted.is_none() {
            // The interpreter exits.
            return;
        }
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
    let lines = take_lines();
    if lines.is_empty() {
        return Ok(());
    }
    let records: Vec<_> = lines.into_iter().map(record).collect();
    let room = waiting::make_room(py);
    EMITS.set(true);
    // A handler that itself calls the package would never come to an end with lines about its own calls.
    let emitted = without_lines(|| {
        gate::inside(py, || module(py)?.call_method1(intern!(py, "emit"), (records,)).map(drop))
    });
    EMITS.set(false);
    drop(room);
    emitted
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

//! The words for what a call waits for, at the terminal or in a notebook.

use std::cell::{OnceCell, RefCell};
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cognitoken::binding::PerProcess;
use cognitoken_surface::{WaitLine, columns_of_stderr, terminal_has_lines};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::gate;

/// The line of the terminal. A child made by fork has one of its own, because a thread that it does not have may use
/// that of its parent.
static TERMINAL: PerProcess<Mutex<Terminal>> = PerProcess::new();

#[derive(Default)]
struct Terminal {
    line: WaitLine,
    /// The number of threads that write to the terminal themselves. Nothing is shown meanwhile.
    writers: usize,
}

/// The words that one call shows.
#[derive(Default)]
pub(crate) struct Words {
    place: OnceCell<Place>,
    shown: RefCell<Option<String>>,
}

enum Place {
    Nowhere,
    Terminal,
    /// An object with a method that shows words, or nothing for None.
    Notebook(Py<PyAny>),
}

impl Words {
    /// Shows the words, or nothing any more.
    ///
    /// # Errors
    /// The exception of a signal handler, such as KeyboardInterrupt.
    pub(crate) fn show(&self, py: Python<'_>, words: Option<&str>) -> PyResult<()> {
        match self.place(py)? {
            Place::Nowhere => {}
            Place::Terminal => show_at_terminal(py, words),
            Place::Notebook(notebook) => {
                if self.shown.borrow().as_deref() != words {
                    let shown = gate::inside(py, || notebook.call_method1(py, "show", (words,)));
                    let _ = unless_interrupt(py, shown)?;
                    *self.shown.borrow_mut() = words.map(str::to_owned);
                }
            }
        }
        Ok(())
    }

    fn place(&self, py: Python<'_>) -> PyResult<&Place> {
        if let Some(place) = self.place.get() {
            return Ok(place);
        }
        let place = gate::inside(py, || py.import("cognitoken._waiting")?.call_method0("place"));
        let place = match unless_interrupt(py, place)? {
            Some(place) if place.is_exact_instance_of::<pyo3::types::PyBool>() => {
                if place.is_truthy()? && terminal_has_lines() { Place::Terminal } else { Place::Nowhere }
            }
            Some(notebook) => Place::Notebook(notebook.unbind()),
            None => Place::Nowhere,
        };
        Ok(self.place.get_or_init(|| place))
    }
}

/// A call does not fail because its words cannot be shown.
fn unless_interrupt<T>(py: Python<'_>, outcome: PyResult<T>) -> PyResult<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_instance_of::<PyException>(py) => Ok(None),
        Err(interrupt) => Err(interrupt),
    }
}

// A terminal may stop the output of a program for as long as it likes: other threads go on meanwhile.

fn show_at_terminal(py: Python<'_>, words: Option<&str>) {
    gate::outside(py, || {
        let mut terminal = terminal();
        if terminal.writers == 0 {
            write(&terminal.line.show(words, columns_of_stderr()));
        }
    });
}

/// Takes the line away until the result is dropped, because something else is written to the terminal.
pub(crate) fn make_room(py: Python<'_>) -> Room {
    gate::outside(py, || {
        let mut terminal = terminal();
        terminal.writers += 1;
        write(&terminal.line.erase());
    });
    Room
}

/// The time in which no words are shown at the terminal.
#[must_use = "the words come back when it is dropped"]
pub(crate) struct Room;

impl Drop for Room {
    fn drop(&mut self) {
        let mut terminal = terminal();
        terminal.writers = terminal.writers.saturating_sub(1);
    }
}

fn write(text: &str) {
    if !text.is_empty() {
        let mut stderr = std::io::stderr().lock();
        // Nothing can be reported if standard error is closed.
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }
}

fn terminal() -> MutexGuard<'static, Terminal> {
    TERMINAL.own().lock().unwrap_or_else(PoisonError::into_inner)
}

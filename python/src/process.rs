//! Initialization of the module in a process: the interpreter check and the handler that counts forks.

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;

/// The id of the main interpreter.
const MAIN_INTERPRETER: i64 = 0;

/// Refuses an interpreter other than the main one, because types, connections and the delivery thread are global and
/// belong to one interpreter.
pub(crate) fn refuse_subinterpreters(_py: Python<'_>) -> PyResult<()> {
    // SAFETY: this thread is attached to the interpreter that it asks for; the number is read, and nothing kept.
    let number = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    if number == MAIN_INTERPRETER {
        return Ok(());
    }
    Err(PyImportError::new_err(format!(
        "cognitoken works in the main interpreter alone, and this is subinterpreter {number}. Import it in the main \
         interpreter, or use threads or processes."
    )))
}

/// Registers the handler that counts forks, which the process id does not always reveal.
#[cfg(unix)]
pub(crate) fn count_forks() {
    use std::sync::Once;

    extern "C" fn after_fork() {
        cognitoken::binding::after_fork();
    }

    static COUNTED: Once = Once::new();
    COUNTED.call_once(|| {
        // SAFETY: the function adds to an atomic number, which is allowed in a child made by fork, and it stays where
        // it is for as long as the process lives: Python never unloads an extension module. Where there is no memory
        // for it, the process's number decides alone.
        unsafe { libc::pthread_atfork(None, None, Some(after_fork)) };
    });
}

#[cfg(not(unix))]
pub(crate) fn count_forks() {}

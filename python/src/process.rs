//! What is settled once, when the module is loaded into a process: which interpreter it serves, and who counts forks.

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;

/// The number of the interpreter that a process begins with.
const MAIN_INTERPRETER: i64 = 0;

/// Refuses an interpreter other than the main one: the types, the connections and the thread that serves asyncio are
/// the process's, and belong to one interpreter.
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

/// Has forks counted, of which the process's number alone does not always tell.
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

//! The `cognitoken` command of the wheel.

use std::ffi::OsString;
use std::io::Write;

use pyo3::prelude::*;

use crate::gate;

/// Run the ``cognitoken`` command.
///
/// Parameters
/// ----------
/// arguments : list of str
///     The name of the command and its arguments, as in ``sys.argv``.
///
/// Returns
/// -------
/// int
///     The exit code: 0 ok, 1 failed, 2 usage, 3 challenge needed, 4 not authorized, 5 network.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
    // Python's own handler would only take a note of Ctrl-C, and no Python code runs here that could see it.
    let signal = py.import("_signal")?;
    signal.call_method1("signal", (signal.getattr("SIGINT")?, signal.getattr("SIG_DFL")?))?;
    Ok(gate::outside(py, || {
        let code = cognitoken_cli::run(arguments);
        // Python does not know of Rust's buffer. Where stdout is closed, the command has said so already.
        let _ = std::io::stdout().flush();
        code
    }))
}

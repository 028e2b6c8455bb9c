//! The native half of the Python package `cognitoken`: one door to the operations of the surface, and conversion.

mod awaitable;
mod command;
mod conversation;
mod delivery_thread;
mod door;
mod exception;
mod gate;
mod handle;
mod json;
mod log;
mod output;
mod parameters;
mod process;
mod values;
mod waiting;
mod warnings;

use pyo3::prelude::*;

/// The native half of cognitoken. Import the package ``cognitoken`` instead.
// A function and not a module of exports: those would be made before anything could refuse the interpreter.
#[pymodule]
fn _cognitoken(module: &Bound<'_, PyModule>) -> PyResult<()> {
    process::refuse_subinterpreters(module.py())?;
    process::count_forks();
    gate::close_at_exit(module.py())?;
    door::settle_at_exit(module)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<conversation::Conversation>()?;
    module.add_class::<handle::Handle>()?;
    module.add_function(wrap_pyfunction!(command::run_command, module)?)?;
    module.add_function(wrap_pyfunction!(conversation::conversation, module)?)?;
    module.add_function(wrap_pyfunction!(door::call, module)?)?;
    module.add_function(wrap_pyfunction!(door::coroutine, module)?)?;
    module.add_function(wrap_pyfunction!(output::register, module)?)?;
    module.add_function(wrap_pyfunction!(parameters::parameters, module)?)?;
    module.add_function(wrap_pyfunction!(values::register_any, module)?)
}

//! The native half of the Python package `cognitoken`: it extracts, leaves the interpreter, calls the core, converts.

mod account;
mod awaitable;
mod challenge;
mod client;
mod client_credentials;
mod command;
mod delivery_thread;
mod device;
mod exception;
mod gate;
mod html;
mod json;
mod jwt;
mod process;
mod refresh;
mod runtime;
mod scopes;
mod session;
mod sign_in;
mod sign_up;
mod sso;
mod text;
mod tokens;
mod verifier;
mod warnings;

use pyo3::prelude::*;

/// The native half of cognitoken. Import the package ``cognitoken`` instead.
// A function and not a module of exports: those would be made before anything could refuse the interpreter.
#[pymodule]
fn _cognitoken(module: &Bound<'_, PyModule>) -> PyResult<()> {
    process::refuse_subinterpreters(module.py())?;
    process::count_forks();
    gate::close_at_exit(module.py())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ANY", Py::new(module.py(), verifier::Any)?)?;
    add_classes(module)?;
    add_functions(module)
}

fn add_classes(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<account::CodeDelivery>()?;
    module.add_class::<challenge::Challenge>()?;
    module.add_class::<device::Device>()?;
    module.add_class::<jwt::DecodedJwt>()?;
    module.add_class::<session::Session>()?;
    module.add_class::<sign_in::SignIn>()?;
    module.add_class::<sso::SsoAttempt>()?;
    module.add_class::<sso::SsoSignIn>()?;
    module.add_class::<tokens::Tokens>()?;
    module.add_class::<verifier::Verifier>()
}

fn add_functions(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(account::confirm_forgot_password, module)?)?;
    module.add_function(wrap_pyfunction!(account::confirm_forgot_password_async, module)?)?;
    module.add_function(wrap_pyfunction!(account::forgot_password, module)?)?;
    module.add_function(wrap_pyfunction!(account::forgot_password_async, module)?)?;
    module.add_function(wrap_pyfunction!(client_credentials::client_credentials, module)?)?;
    module.add_function(wrap_pyfunction!(client_credentials::client_credentials_async, module)?)?;
    module.add_function(wrap_pyfunction!(command::run_command, module)?)?;
    module.add_function(wrap_pyfunction!(jwt::decode, module)?)?;
    module.add_function(wrap_pyfunction!(refresh::refresh, module)?)?;
    module.add_function(wrap_pyfunction!(refresh::refresh_async, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::settle, module)?)?;
    module.add_function(wrap_pyfunction!(sign_up::confirm_sign_up, module)?)?;
    module.add_function(wrap_pyfunction!(sign_up::confirm_sign_up_async, module)?)?;
    module.add_function(wrap_pyfunction!(sign_up::resend_confirmation_code, module)?)?;
    module.add_function(wrap_pyfunction!(sign_up::resend_confirmation_code_async, module)?)?;
    module.add_function(wrap_pyfunction!(sso::likely_remote, module)?)?;
    module.add_function(wrap_pyfunction!(sso::logout_url, module)?)
}

//! The native half of the Python package `cognitoken`: it extracts, leaves the interpreter, calls the core, converts.

mod awaitable;
mod challenge;
mod command;
mod courier;
mod exception;
mod html;
mod json;
mod jwt;
mod process;
mod runtime;
mod sign_in;
mod tokens;
mod verifier;

/// The native half of cognitoken. Import the package ``cognitoken`` instead.
#[pyo3::pymodule]
mod _cognitoken {
    #[pymodule_export]
    use crate::challenge::Challenge;
    #[pymodule_export]
    use crate::command::run_command;
    #[pymodule_export]
    use crate::jwt::{DecodedJwt, decode};
    #[pymodule_export]
    use crate::sign_in::{login, login_async, refresh, refresh_async};
    #[pymodule_export]
    use crate::tokens::Tokens;
    #[pymodule_export]
    use crate::verifier::Verifier;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

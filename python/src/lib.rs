//! The native half of the Python package `cognitoken`: it extracts, leaves the interpreter, calls the core, converts.

mod account;
mod awaitable;
mod challenge;
mod client;
mod client_credentials;
mod command;
mod courier;
mod device;
mod exception;
mod html;
mod json;
mod jwt;
mod notices;
mod refresh;
mod runtime;
mod scopes;
mod session;
mod sign_in;
mod sign_up;
mod sso;
mod tokens;
mod verifier;

/// The native half of cognitoken. Import the package ``cognitoken`` instead.
#[pyo3::pymodule]
mod _cognitoken {
    #[pymodule_export]
    use crate::account::{
        CodeDelivery, confirm_forgot_password, confirm_forgot_password_async, forgot_password,
        forgot_password_async,
    };
    #[pymodule_export]
    use crate::challenge::Challenge;
    #[pymodule_export]
    use crate::client_credentials::{client_credentials, client_credentials_async};
    #[pymodule_export]
    use crate::command::run_command;
    #[pymodule_export]
    use crate::device::Device;
    #[pymodule_export]
    use crate::jwt::{DecodedJwt, decode};
    #[pymodule_export]
    use crate::refresh::{refresh, refresh_async};
    #[pymodule_export]
    use crate::runtime::settle;
    #[pymodule_export]
    use crate::session::Session;
    #[pymodule_export]
    use crate::sign_in::{login, login_async};
    #[pymodule_export]
    use crate::sign_up::{
        confirm_sign_up, confirm_sign_up_async, resend_confirmation_code, resend_confirmation_code_async,
    };
    #[pymodule_export]
    use crate::sso::{SsoAttempt, likely_remote, login_sso, login_sso_async, logout_url};
    #[pymodule_export]
    use crate::tokens::Tokens;
    #[pymodule_export]
    use crate::verifier::Verifier;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

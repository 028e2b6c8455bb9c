//! The values that a person typed.

use cognitoken::Password;

/// The values that a person typed because a session lacked them.
pub struct Typed {
    pub(crate) username: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) password: Option<Password>,
}

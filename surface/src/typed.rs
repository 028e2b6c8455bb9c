//! The values that a person typed.

use cognitoken::Password;

/// What a person typed because a session lacked it.
pub struct Typed {
    pub(crate) username: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) password: Option<Password>,
}

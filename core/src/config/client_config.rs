//! The app client that every request of a call is made from.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::region::Region;
use super::user_pool_id::UserPoolId;
use crate::secret::ClientSecret;

/// An app client and its pool, with nothing missing.
#[derive(Debug, Clone)]
pub(crate) struct ClientConfig {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<ClientSecret>,
    pub(crate) user_pool_id: Option<UserPoolId>,
    pub(crate) endpoint: Url,
    pub(crate) timeout: Duration,
    /// The name of the profile that the client is of.
    pub(crate) profile: Option<Arc<str>>,
    pub(crate) from_dotenv: FromDotEnv,
}

/// The values of a client that only a `.env` file names, which may be a stranger's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FromDotEnv {
    /// The address of the service.
    pub(crate) endpoint: bool,
    /// The client's id, its pool or its region.
    pub(crate) client: bool,
}

/// A client and the region to call.
pub(crate) struct Located {
    pub(crate) config: ClientConfig,
    pub(crate) region: Region,
}

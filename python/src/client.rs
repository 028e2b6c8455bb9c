//! The arguments for the app client and its pool.

use cognitoken::{ClientValues, Error, Result, timeout_from_seconds};

#[derive(Default)]
pub(crate) struct Client {
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) user_pool_id: Option<String>,
    pub(crate) endpoint: Option<String>,
    /// In seconds; `None` for calls that send nothing, or have a limit of their own.
    pub(crate) timeout: Option<f64>,
}

impl TryFrom<Client> for ClientValues {
    type Error = Error;

    fn try_from(client: Client) -> Result<Self> {
        Ok(Self {
            client_id: client.client_id,
            client_secret: client.client_secret.map(Into::into),
            region: client.region,
            user_pool_id: client.user_pool_id,
            endpoint: client.endpoint,
            timeout: client.timeout.map(timeout_from_seconds).transpose()?,
        })
    }
}

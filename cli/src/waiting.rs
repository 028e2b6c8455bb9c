//! Futures, driven to their end on this thread.

use std::sync::OnceLock;

use cognitoken::{Error, ErrorKind};
use tokio::runtime::{Builder, Runtime};

/// One for the whole command: connections live as long as the runtime that they were made in.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Drives one future to its end.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = match RUNTIME.get() {
        Some(runtime) => runtime,
        None => {
            let made = Builder::new_current_thread().enable_all().build().map_err(|why| {
                let message = format!("the network could not be set up: {why}");
                Error::new(ErrorKind::Network, "RuntimeFailed", message)
            })?;
            RUNTIME.get_or_init(|| made)
        }
    };
    Ok(runtime.block_on(future))
}

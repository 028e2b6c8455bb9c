//! Numbers that nobody can guess.

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// Fresh random bytes.
///
/// # Errors
/// [`ErrorKind::Config`], code `RandomSourceFailed`, where the machine has none to give.
pub(crate) fn random_bytes<const LENGTH: usize>() -> Result<Zeroizing<[u8; LENGTH]>> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    rand::fill(&mut bytes[..]).map_err(|_| {
        Error::new(ErrorKind::Config, "RandomSourceFailed", "the operating system gave no random numbers")
    })?;
    Ok(bytes)
}

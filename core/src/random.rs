//! Random numbers for secrets.

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// Fresh random bytes, from the operating system's own generator: aws-lc's would first measure the processor's jitter,
/// which takes 40 ms in a new process, longer than all the rest of a sign-in.
///
/// # Errors
/// [`ErrorKind::Config`], code `RandomSourceFailed`, if the operating system provides none.
pub(crate) fn random_bytes<const LENGTH: usize>() -> Result<Zeroizing<[u8; LENGTH]>> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    getrandom::fill(&mut bytes[..]).map_err(|_| {
        Error::new(ErrorKind::Config, "RandomSourceFailed", "the operating system returned no random numbers")
    })?;
    Ok(bytes)
}

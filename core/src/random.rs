//! Numbers that nobody can guess.

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// Fresh random bytes, from the operating system's own generator: aws-lc's would first measure the processor's jitter,
/// which takes 40 ms in a new process, longer than all the rest of a sign-in.
///
/// # Errors
/// [`ErrorKind::Local`], code `RandomSourceFailed`, where the operating system has none.
pub(crate) fn random_bytes<const LENGTH: usize>() -> Result<Zeroizing<[u8; LENGTH]>> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    getrandom::fill(&mut bytes[..]).map_err(|fault| {
        let message = format!("the operating system returned no random numbers: {fault}");
        Error::new(ErrorKind::Local, "RandomSourceFailed", message).with_source(fault)
    })?;
    Ok(bytes)
}

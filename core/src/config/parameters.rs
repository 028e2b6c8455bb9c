//! Names and values that a caller gives beside those of a request, under the service's own names.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};

/// The hint for a parameter that no argument sets.
pub(crate) const LEAVE_OUT: &str = "Leave it out.";

/// Collects names and values; of several values of one name, the last one counts.
pub(crate) fn pairs(
    given: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
) -> BTreeMap<String, String> {
    given.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// Checks that none of the given parameters is one that the request sets itself. `reserved` holds the names of those,
/// each with the hint for whoever gives it.
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidParameter`, which names the parameter.
pub(crate) fn check_parameters<'a>(
    given: impl IntoIterator<Item = &'a String>,
    reserved: &[(&str, &'static str)],
) -> Result<()> {
    for given in given {
        if let Some((name, hint)) = reserved.iter().find(|(name, _)| name == given) {
            let message = format!("`parameters` contains {name}, which the request sets itself");
            return Err(Error::new(ErrorKind::Config, "InvalidParameter", message).with_hint(*hint));
        }
    }
    Ok(())
}

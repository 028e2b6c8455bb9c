//! Names and values, as a caller gives them.

use std::collections::BTreeMap;

/// Collects names and values; of several values of one name, the last one counts.
pub(crate) fn pairs(
    given: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
) -> BTreeMap<String, String> {
    given.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

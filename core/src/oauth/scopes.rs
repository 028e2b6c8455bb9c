//! Lists of scopes, as callers write them.

/// Splits entries at white space: a caller may write several scopes into one entry, as OAuth itself does.
pub(crate) fn words(entries: Vec<String>) -> Vec<String> {
    entries.iter().flat_map(|entry| entry.split_whitespace()).map(str::to_owned).collect()
}

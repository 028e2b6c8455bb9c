//! Values that are given: an empty one is an absent one.

/// The argument without the white space around it; `None` where nothing is left.
pub(crate) fn present(argument: Option<String>) -> Option<String> {
    argument.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

//! The access that other users may have to a folder.

/// The access that other users may have to a folder and its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Openness {
    /// None.
    Closed,
    /// They may read what is no secret, and change nothing.
    Readable,
    /// Any: everything in the folder that counts is sealed, with a key that is not beside it. The system opens a folder
    /// that it provides for a group, such as a Kubernetes volume (`fsGroup`), and may own it.
    Sealed,
}

//! The reference of parameters against the document.

use std::path::Path;

use cognitoken_surface::reference::reference;

#[test]
fn the_reference_is_that_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/parameters.md");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    let document = std::fs::read_to_string(&path).unwrap();
    assert!(document == reference(), "run UPDATE_REFERENCE=1 cargo test -p cognitoken-surface reference");
}

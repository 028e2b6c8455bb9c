//! The contenders in Rust: values as JSON on standard input, seconds for one call as JSON on standard output.

mod measure;
mod srp;
mod tokens;

use std::io::Read as _;

use serde_json::Value;

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("values on standard input");
    let given: Value = serde_json::from_str(&text).expect("values in JSON");
    let measured = match std::env::args().nth(1).as_deref() {
        Some("srp") => srp::measure(&given),
        Some("decode") => tokens::decode(&given),
        Some("verify") => tokens::verify(&given),
        other => panic!("no such row: {other:?}"),
    };
    println!("{measured}");
}

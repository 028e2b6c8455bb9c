//! Devices: what ConfirmDevice is told, and the proof that follows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognitoken::known_answers::{Subject, identity_hash, pad, verifier};

use crate::vector::{Vector, from_hex, to_hex};
use crate::{Outcome, srp_user};

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    let [group, user, password] =
        ["device_group_key", "device_key", "device_password"].map(|name| vector.need_text(name));
    let subject = Subject { group, user, password };
    match vector.need_text("kind") {
        "identity_hash" => vector.compare_bytes("identity_hash", &identity_hash(subject)),
        "verifier" => confirm(vector, subject),
        "sign" => srp_user::prove(vector, subject),
        kind => panic!("no test knows the kind {kind}"),
    }
    Outcome::Ran
}

fn confirm(vector: &Vector<'_>, subject: Subject<'_>) {
    if let Some(random) = vector.text("password_random_hex") {
        vector.compare_text("device_password", &STANDARD.encode(from_hex(random)));
    }
    if let Some(random) = vector.text("salt_random_hex") {
        vector.compare_bytes("salt", &pad(random).unwrap());
    }
    let salt = to_hex(&vector.need_bytes("salt"));
    vector.compare_bytes("password_verifier", &verifier(subject, &salt).unwrap());
}

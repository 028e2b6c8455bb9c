//! The proof of a user's password, whole or its last step alone.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cognitoken::UserPoolId;
use cognitoken::known_answers::{Exchange, Subject, identity_hash, sign, signature_of};

use crate::Outcome;
use crate::vector::{Vector, plain};

/// As forgiving as the libraries that some answers come from; ours is not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    match vector.need_text("kind") {
        "user" => {
            let [group, user, password] =
                ["pool_name", "user_id_for_srp", "password"].map(|name| vector.need_text(name));
            prove(vector, Subject { group, user, password });
        }
        "sign_only" => {
            let [group, user, secret_block] =
                ["pool_name", "user_id_for_srp", "secret_block_b64"].map(|name| vector.need_text(name));
            let secret_block = LENIENT.decode(secret_block).unwrap();
            let key = vector.need_bytes("hkdf");
            let signature = sign(&key, group, user, &secret_block, vector.need_text("timestamp"));
            vector.compare_text("signature_b64", &signature);
        }
        kind => panic!("no test knows the kind {kind}"),
    }
    Outcome::Ran
}

pub(crate) fn prove(vector: &Vector<'_>, subject: Subject<'_>) {
    if let Some(user_pool_id) = vector.text("pool_id") {
        assert_eq!(UserPoolId::parse(user_pool_id).unwrap().name(), subject.group);
    }
    vector.compare(
        "identity_concat",
        vector.text("identity_concat"),
        &format!("{}{}", subject.group, subject.user),
    );
    vector.compare_bytes("identity_hash", &identity_hash(subject));

    let private = vector.need_integer("a");
    // As they stand: an odd number of digits and leading zeros are part of what is tested.
    let [salt, server_public] = ["salt_hex", "B_hex"].map(|name| vector.need_text(name));
    let exchange = Exchange::with_private(&private, subject, salt, server_public).unwrap();
    vector.compare_integer("A", &exchange.public);
    vector.compare_integer("u", &exchange.scrambler);
    vector.compare_integer("x", &exchange.private_key);
    vector.compare_integer("S", &exchange.shared_secret);
    vector.compare_bytes("hkdf", &exchange.session_key);
    assert_eq!(plain(&exchange.public), exchange.public, "it is sent in its shortest form");

    if let Some(expected) = vector.text("signature_b64") {
        let [secret_block, timestamp] = ["secret_block_b64", "timestamp"].map(|name| vector.need_text(name));
        let signature =
            signature_of(&private, subject, salt, server_public, secret_block, timestamp).unwrap();
        vector.compare("signature", Some(expected), &signature);
    }
}

//! The service's side: what it keeps, what it sends, and the key that it arrives at.

use cognitoken::known_answers::{Subject, group, scrambler, session_key, verifier};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U3072};

use crate::Outcome;
use crate::vector::{Vector, to_hex};

type Element = FixedMontyForm<{ U3072::LIMBS }>;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    if let Some(password) = vector.text("password") {
        let [group, user] = ["pool_name", "user_id_for_srp"].map(|name| vector.need_text(name));
        let verifier = verifier(Subject { group, user, password }, vector.need_text("salt_hex")).unwrap();
        vector.compare_integer("verifier_out", &to_hex(&verifier));
    }
    if let Some(private) = vector.integer("b") {
        agree(vector, &integer(&private));
    }
    Outcome::Ran
}

/// Computes the key as a service does, which never sees the password; `u` and the key derivation are the library's.
fn agree(vector: &Vector<'_>, private: &U3072) {
    let group = group();
    let params = FixedMontyParams::new_vartime(Odd::new(integer(&group.modulus)).unwrap());
    let element = |digits: &str| Element::new(&integer(digits), &params);
    let verifier = element(&vector.need_integer("verifier"));
    let public = element(&group.multiplier) * verifier + element(&group.generator).pow(private);
    let public = digits(&public);
    vector.compare_integer("B", &public);

    let client_public = vector.need_integer("A");
    let scrambler = scrambler(&client_public, &public).unwrap();
    let shared = (element(&client_public) * verifier.pow(&integer(&scrambler))).pow(private);
    vector.compare_integer("S", &digits(&shared));
    vector.compare_bytes("hkdf", &session_key(&scrambler, &digits(&shared)).unwrap());
}

fn integer(digits: &str) -> U3072 {
    U3072::from_str_radix_vartime(digits, 16).expect("a number of the group")
}

fn digits(element: &Element) -> String {
    crate::vector::plain(&format!("{:x}", element.retrieve()))
}

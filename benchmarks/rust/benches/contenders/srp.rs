//! The arithmetic of one sign-in by Secure Remote Password: the public key, and the signature for the server's.

use std::collections::HashMap;
use std::time::SystemTime;

use aws_cognito_srp::{SrpClient, User};
use cognitoken::known_answers::{Subject, prove_with_fresh_key, signature_of, timestamp};
use serde_json::{Value, json};

use crate::{Answer, Call, text};

pub(crate) fn prepare(name: &str, given: &Value) -> Call {
    let value = |name: &str| text(given, name);
    let (pool, user, password) = (value("pool"), value("user"), value("password"));
    let (salt, srp_b, block) = (value("salt"), value("srp_b"), value("secret_block"));
    match name {
        "cognitoken" => Box::new(move || {
            let subject = Subject { group: group_of(&pool), user: &user, password: &password };
            let time = SystemTime::now();
            let (public, signature) =
                prove_with_fresh_key(subject, &salt, &srp_b, &block, time).expect("a proof");
            Answer::Proof([public, signature, timestamp(time).expect("a time stamp")])
        }),
        "aws-cognito-srp" => Box::new(move || {
            let client = SrpClient::new(User::new(&pool, &user, &password), "client", None);
            let public = client.get_auth_parameters().a;
            let proof = client.verify(&block, &user, &salt, &srp_b).expect("a proof");
            Answer::Proof([public, proof.password_claim_signature, proof.timestamp])
        }),
        "cognito_srp" => Box::new(move || {
            let client = cognito_srp::SrpClient::new(&user, &password, &pool, "client", None);
            let mut first = client.get_auth_params().expect("SRP_A");
            let asked =
                [("SECRET_BLOCK", &block), ("USER_ID_FOR_SRP", &user), ("SALT", &salt), ("SRP_B", &srp_b)];
            let asked = asked.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            let mut second = client.process_challenge(asked).expect("a proof");
            let taken = |from: &mut HashMap<String, String>, name: &str| from.remove(name).expect("a value");
            let signature = taken(&mut second, "PASSWORD_CLAIM_SIGNATURE");
            Answer::Proof([taken(&mut first, "SRP_A"), signature, taken(&mut second, "TIMESTAMP")])
        }),
        _ => panic!("no such contender: {name}"),
    }
}

/// Compares our signature with each known answer of a whole proof; gives their number.
pub(crate) fn check_vectors(file: &Value) -> Value {
    let vectors = file["vectors"].as_array().expect("vectors");
    let signed = |vector: &Value| vector["signature_b64"].is_string() && vector["a_hex"].is_string();
    let whole: Vec<&Value> =
        vectors.iter().filter(|vector| vector["kind"] == "user" && signed(vector)).collect();
    for vector in &whole {
        let value = |name: &str| text(vector, name);
        let (pool, user, password) = (value("pool_name"), value("user_id_for_srp"), value("password"));
        let subject = Subject { group: &pool, user: &user, password: &password };
        let (salt, srp_b, block) = (value("salt_hex"), value("B_hex"), value("secret_block_b64"));
        let signature = signature_of(&value("a_hex"), subject, &salt, &srp_b, &block, &value("timestamp"));
        assert_eq!(signature.expect("a signature"), value("signature_b64"), "{}", vector["id"]);
    }
    json!(whole.len())
}

fn group_of(pool: &str) -> &str {
    pool.split_once('_').map_or(pool, |(_, name)| name)
}

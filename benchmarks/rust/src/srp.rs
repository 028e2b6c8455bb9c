//! The arithmetic of one sign-in.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::SystemTime;

use aws_cognito_srp::{SrpClient, User};
use cognitoken::known_answers::{Subject, prove_with_fresh_key};
use serde_json::Value;

use crate::measure::{Contender, in_turns, text};

const SECRET_BLOCK: &str = "c2VjcmV0";

pub fn measure(given: &Value) -> Value {
    let (pool, username, password) = (text(given, "pool"), text(given, "username"), text(given, "password"));
    let (salt, srp_b) = (text(given, "salt"), text(given, "srp_b"));
    let ours = || {
        let subject = Subject { group: pool.split_once('_').map_or(pool, |(_, name)| name), user: username, password };
        prove_with_fresh_key(subject, salt, srp_b, SECRET_BLOCK, SystemTime::now()).expect("a proof")
    };
    let aws_cognito_srp = || {
        let client = SrpClient::new(User::new(pool, username, password), "client", None);
        let a = client.get_auth_parameters().a;
        (a, client.verify(SECRET_BLOCK, username, salt, srp_b).expect("a proof").password_claim_signature)
    };
    let cognito_srp = || {
        let client = ::cognito_srp::SrpClient::new(username, password, pool, "client", None);
        let mut first = client.get_auth_params().expect("SRP_A");
        let asked = [("SECRET_BLOCK", SECRET_BLOCK), ("USER_ID_FOR_SRP", username), ("SALT", salt), ("SRP_B", srp_b)];
        let asked: HashMap<String, String> =
            asked.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut second = client.process_challenge(asked).expect("a proof");
        let taken = |from: &mut HashMap<String, String>, name: &str| from.remove(name).expect("a parameter");
        (taken(&mut first, "SRP_A"), taken(&mut second, "PASSWORD_CLAIM_SIGNATURE"))
    };
    for (public, signature) in [ours(), aws_cognito_srp(), cognito_srp()] {
        assert!(public.len() >= 760 && !signature.is_empty());
    }
    let contenders: [Contender<'_>; 3] = [
        ("cognitoken (Rust)", Box::new(move || drop(black_box(ours())))),
        ("cognito_srp (Rust)", Box::new(move || drop(black_box(cognito_srp())))),
        ("aws-cognito-srp (Rust)", Box::new(move || drop(black_box(aws_cognito_srp())))),
    ];
    in_turns(given, &contenders)
}

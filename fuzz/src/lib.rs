//! The fuzz targets as plain functions: each takes any bytes, and panics where a property does not hold.
//!
//! `core/tests/fuzz_corpus` runs them over the committed corpus, so that every test run holds what fuzzing found.

mod configuration;
mod requests;
mod service;
mod sign_in_page;
#[path = "../../core/tests/jwt/signing.rs"]
#[allow(dead_code, reason = "shared with the tests of the verifier, which need other parts of it")]
mod signing;
mod stored;
mod token;

pub use configuration::{config, dotenv};
pub use service::{api_answers, challenges, domain_answers, identity_pool_answers, srp_answers};
pub use sign_in_page::redirect;
pub use stored::{bundle, store_entry};
pub use token::{decode, jwks, verify_claims, verify_token};

/// One target: any bytes.
pub type Target = fn(&[u8]);

/// Every target by its name: that of its folder in the corpus, and of its program in `fuzz_targets`.
pub const TARGETS: [(&str, Target); 14] = [
    ("api_answers", api_answers),
    ("bundle", bundle),
    ("challenges", challenges),
    ("config", config),
    ("decode", decode),
    ("domain_answers", domain_answers),
    ("dotenv", dotenv),
    ("identity_pool_answers", identity_pool_answers),
    ("jwks", jwks),
    ("redirect", redirect),
    ("srp_answers", srp_answers),
    ("store_entry", store_entry),
    ("verify_claims", verify_claims),
    ("verify_token", verify_token),
];

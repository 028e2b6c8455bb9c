//! The parameters of requests that are no secrets.

/// The parameters whose values are no secrets: names, public keys, conditions.
const PUBLIC: [&str; 8] = [
    "USERNAME",
    "TIMESTAMP",
    "DEVICE_KEY",
    "CHALLENGE_NAME",
    "PREFERRED_CHALLENGE",
    "SRP_A",
    "TARGET_ACR_VALUES",
    "MAX_AGE",
];

/// Returns whether the value of this parameter is no secret.
pub(super) fn is_public(name: &str) -> bool {
    PUBLIC.contains(&name)
}

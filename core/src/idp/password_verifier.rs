//! PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER: proving a password without sending it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::parameters::{Parameters, entry, required};
use crate::error::Result;
use crate::secret::Password;
use crate::srp::{Credentials, EphemeralKey, ServerValues};
use crate::tokens::Device;

/// A prover for one challenge: its parameters, its name, and the service's time.
pub(super) struct Prover<'a> {
    pub(super) parameters: &'a BTreeMap<String, String>,
    pub(super) challenge: &'a str,
    pub(super) server_time: SystemTime,
}

impl Prover<'_> {
    /// The proof of a user's password. `pool` is the pool's name without its region.
    pub(super) fn prove_password(
        &self,
        key: &EphemeralKey,
        pool: &str,
        password: &Password,
    ) -> Result<Parameters> {
        let user = self.required("USER_ID_FOR_SRP")?;
        self.prove(key, &Credentials { group: pool, user, password: password.expose() })
    }

    /// The proof of a device that the pool remembers.
    pub(super) fn prove_device(&self, key: &EphemeralKey, device: &Device) -> Result<Parameters> {
        let credentials = Credentials {
            group: device.group_key(),
            user: device.key(),
            password: device.password().expose(),
        };
        self.prove(key, &credentials)
    }

    fn prove(&self, key: &EphemeralKey, credentials: &Credentials<'_>) -> Result<Parameters> {
        let secret_block = self.required("SECRET_BLOCK")?;
        let values =
            ServerValues { salt: self.required("SALT")?, srp_b: self.required("SRP_B")?, secret_block };
        let proof = key.prove(credentials, &values, self.server_time)?;
        Ok(Parameters::from([
            entry("PASSWORD_CLAIM_SECRET_BLOCK", secret_block),
            entry("PASSWORD_CLAIM_SIGNATURE", &proof.signature),
            entry("TIMESTAMP", &proof.timestamp),
        ]))
    }

    fn required(&self, name: &str) -> Result<&str> {
        required(self.parameters, self.challenge, name)
    }
}

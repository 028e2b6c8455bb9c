//! A verifier that a language holds on to.

use cognitoken::binding::PerProcess;
use cognitoken::{Result, Verifier, VerifierOptions};

use crate::engine::cognito;

/// A verifier, made anew in a forked child: a thread that fetches keys does not exist there.
#[derive(Debug)]
pub struct OpenVerifier {
    options: VerifierOptions,
    own: PerProcess<Verifier>,
}

impl OpenVerifier {
    /// Opens a verifier.
    ///
    /// # Errors
    /// The configuration error of the options.
    pub(crate) fn new(options: VerifierOptions) -> Result<Self> {
        let verifier = Self { options, own: PerProcess::new() };
        verifier.own()?;
        Ok(verifier)
    }

    /// The issuers or the pools that are trusted.
    pub fn trusted(&self) -> &[String] {
        self.options.issuers.as_deref().or(self.options.user_pool_ids.as_deref()).unwrap_or_default()
    }

    /// The options, with the values of the environment.
    pub(crate) fn options(&self) -> &VerifierOptions {
        &self.options
    }

    /// The verifier of this process.
    pub(crate) fn own(&self) -> Result<&Verifier> {
        self.own.get_or_try_init(|_| cognito().verifier(self.options.clone()))
    }
}

//! Values that must not be seen: each has a type of its own, prints as `[redacted]` and is wiped when dropped.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        #[allow(unreachable_pub, reason = "not every one of them leaves the crate")]
        pub struct $name(SecretString);

        #[allow(unreachable_pub, reason = "not every one of them leaves the crate")]
        impl $name {
            /// Wraps the value. Only [`expose`](Self::expose) returns it.
            pub fn new(value: impl Into<String>) -> Self {
                Self(SecretString::from(value.into()))
            }

            /// Returns the value itself, which must go nowhere but into a request.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }
    )+};
}

#[cfg(feature = "sso")]
pub(crate) use secrets;

secrets! {
    /// A user's password.
    Password;
    /// The secret of an app client.
    ClientSecret;
    /// The seed of a time-based one-time password (RFC 6238), in base32 or as an `otpauth://` address.
    TotpSecret;
    /// A JWT that says who the user is: the token that most services behind Cognito expect.
    IdToken;
    /// A JWT that says what its bearer may do.
    AccessToken;
    /// An opaque token to get new tokens with, good for days to years.
    RefreshToken;
    /// The secret half of AWS credentials, which signs requests.
    SecretAccessKey;
    /// The part of temporary AWS credentials that says whose they are and until when.
    AwsSessionToken;
    /// The opaque value that ties the answers of one sign-in together, good for minutes.
    ChallengeSession;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_names_the_type_and_hides_the_value() {
        let password = Password::new("correct horse");
        assert_eq!(format!("{password:?}"), "Password([redacted])");
        assert_eq!(password.expose(), "correct horse");
    }
}

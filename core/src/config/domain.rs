//! The pool's domain: where its sign-in page and its OAuth endpoints are.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::client_authentication::ClientAuthentication;
use super::domain_url::{VARIABLE, check_base, parse};
use super::region::Region;
use super::values::{Values, explicit_way, missing};
use super::variables::find as find_variable;
use crate::address::parse_service_url;
use crate::error::{Error, ErrorKind, Result};

/// A pool's domain, and how the app client proves itself there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Domain {
    #[serde(deserialize_with = "stored_base")]
    base: Url,
    authentication: ClientAuthentication,
}

impl Domain {
    /// Takes the domain from the argument or the environment.
    pub(crate) fn resolve(
        argument: Option<String>,
        values: &Values,
        region: &Region,
        authentication: ClientAuthentication,
    ) -> Result<Self> {
        let text = values.text(argument, VARIABLE).ok_or_else(|| absent(values))?;
        Ok(Self { base: parse(&text, region)?, authentication })
    }

    pub(crate) fn authentication(&self) -> ClientAuthentication {
        self.authentication
    }

    /// The domain's address, in the form that an argument takes.
    pub(crate) fn address(&self) -> String {
        self.base.to_string()
    }

    pub(crate) fn is_at_the_same_place_as(&self, other: &Self) -> bool {
        self.base == other.base
    }

    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
    #[cfg(feature = "sso")]
    pub(crate) fn authorize_endpoint(&self) -> Url {
        self.at("/oauth2/authorize")
    }

    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
    pub(crate) fn token_endpoint(&self) -> Url {
        self.at("/oauth2/token")
    }

    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html>
    pub(crate) fn revocation_endpoint(&self) -> Url {
        self.at("/oauth2/revoke")
    }

    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html>
    #[cfg(feature = "sso")]
    pub(crate) fn logout_endpoint(&self) -> Url {
        self.at("/logout")
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }
}

/// A stored domain is checked as any other: tokens are sent there.
fn stored_base<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Url, D::Error> {
    let text = String::deserialize(deserializer)?;
    let base = parse_service_url("the domain of the stored tokens", &text);
    base.and_then(|base| check_base(&base).map(|()| base)).map_err(|error| D::Error::custom(error.message()))
}

fn absent(values: &Values) -> Error {
    let error = missing("domain of the user pool", VARIABLE);
    let Some(variable) = find_variable(VARIABLE).filter(|_| values.environment().has(VARIABLE)) else {
        return error;
    };
    let message = format!("{VARIABLE} in .env is not used: not every secret of this call comes from .env");
    Error::new(ErrorKind::Config, "MissingValue", message).with_hint(format!(
        "If you trust it, {} A .env file that came from elsewhere must not say where your sign-in goes.",
        explicit_way(variable)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, SecretsInUse};

    fn values(process: &[(&str, &str)], dotenv: &str) -> Values {
        let environment = Environment::from_pairs(process.iter().copied(), dotenv).unwrap();
        Values::new(&environment, SecretsInUse::of(&environment, &[("COGNITO_CLIENT_SECRET", false)]))
    }

    fn token_endpoint(text: &str, region: &str) -> Result<String> {
        let region = Region::parse(region).unwrap();
        let domain =
            Domain::resolve(Some(text.to_owned()), &values(&[], ""), &region, ClientAuthentication::Basic)?;
        Ok(domain.token_endpoint().to_string())
    }

    #[test]
    fn a_prefix_a_host_and_an_address_all_lead_to_the_endpoints() {
        for (text, expected) in [
            ("my-app", "https://my-app.auth.eu-west-1.amazoncognito.com/oauth2/token"),
            (" my-app\n", "https://my-app.auth.eu-west-1.amazoncognito.com/oauth2/token"),
            ("auth.example.com", "https://auth.example.com/oauth2/token"),
            ("auth.example.com/", "https://auth.example.com/oauth2/token"),
            ("auth.example.com:8443", "https://auth.example.com:8443/oauth2/token"),
            ("https://auth.example.com", "https://auth.example.com/oauth2/token"),
            ("http://127.0.0.1:4566/", "http://127.0.0.1:4566/oauth2/token"),
        ] {
            assert_eq!(token_endpoint(text, "eu-west-1").unwrap(), expected);
        }
        let gov = token_endpoint("my-app", "us-gov-west-1").unwrap();
        assert_eq!(gov, "https://my-app.auth-fips.us-gov-west-1.amazoncognito.com/oauth2/token");
    }

    #[test]
    fn what_is_not_a_domain_is_refused_without_being_shown() {
        for (text, code) in [
            ("My-App", "InvalidDomain"),
            ("-hunter2", "InvalidDomain"),
            ("hunter2!", "InvalidDomain"),
            ("hunter2/path", "InvalidDomain"),
            ("https://auth.example.com/oauth2/token", "InvalidDomain"),
            ("auth.example.com?hunter2", "InvalidDomain"),
            (&"a".repeat(64), "InvalidDomain"),
            ("ada:hunter2@auth.example.com", "InvalidUrl"),
            ("ftp://auth.example.com", "InvalidUrl"),
            ("http://auth.example.com", "InsecureUrl"),
        ] {
            let error = token_endpoint(text, "eu-west-1").unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code), "{text}");
            assert!(error.message().contains("COGNITO_DOMAIN"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn a_domain_from_dotenv_counts_only_beside_its_own_secret() {
        let region = Region::parse("eu-west-1").unwrap();
        let resolve = |dotenv: &str, process: &[(&str, &str)]| {
            Domain::resolve(None, &values(process, dotenv), &region, ClientAuthentication::Basic)
        };
        assert!(resolve("COGNITO_DOMAIN=my-app\nCOGNITO_CLIENT_SECRET=x", &[]).is_ok());
        assert!(resolve("", &[("COGNITO_DOMAIN", "my-app")]).is_ok());
        let ignored = resolve("COGNITO_DOMAIN=my-app", &[]).unwrap_err();
        assert_eq!(ignored.code(), "MissingValue");
        assert!(ignored.message().contains("COGNITO_DOMAIN in .env is not used"), "{ignored}");
        let missing = resolve("", &[]).unwrap_err();
        assert_eq!((missing.kind(), missing.code()), (ErrorKind::Config, "MissingValue"));
        assert!(missing.message().contains("COGNITO_DOMAIN is not set"), "{missing}");
    }
}

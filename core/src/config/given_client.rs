//! The app client as a caller names it, with nothing filled in: what narrows a choice among stored sign-ins.

use url::Url;

use super::endpoints::region_of_service;
use super::gathered_client::GatheredClient;
use super::region::Region;
use super::region_variables::is_of_machine;
use super::user_pool_id::UserPoolId;

/// The client as arguments and environment name it. What is absent is not given, and contradicts nothing: neither the
/// default region nor that of the machine (`AWS_REGION`) is in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct GivenClient {
    pub(crate) client_id: Option<String>,
    pub(crate) user_pool_id: Option<UserPoolId>,
    pub(crate) endpoint: Option<Url>,
    pub(crate) region: Option<Region>,
}

impl From<GatheredClient> for GivenClient {
    fn from(gathered: GatheredClient) -> Self {
        let region = gathered.region.filter(|given| !is_of_machine(given.source));
        Self {
            client_id: gathered.client_id.map(|given| given.value),
            user_pool_id: gathered.user_pool_id.map(|given| given.value),
            endpoint: gathered.endpoint.map(|given| given.value),
            region: region.map(|given| given.value),
        }
    }
}

impl GivenClient {
    /// Returns whether nothing that is given contradicts a client at this service, of this pool.
    pub(crate) fn fits(&self, service: &str, client_id: &str, user_pool_id: Option<&str>) -> bool {
        let same_client = self.client_id.as_ref().is_none_or(|given| given == client_id);
        let same_pool = match (&self.user_pool_id, user_pool_id) {
            (Some(given), Some(found)) => given.to_string() == found,
            _ => true,
        };
        let same_place = match &self.endpoint {
            Some(given) => given.as_str() == service,
            None => self.region.as_ref().is_none_or(|given| may_be_in(given, service, user_pool_id)),
        };
        same_client && same_pool && same_place
    }
}

/// Returns whether the service or the pool may be in this region. A pool's replica answers in a second one.
fn may_be_in(region: &Region, service: &str, user_pool_id: Option<&str>) -> bool {
    let of_service = Url::parse(service).ok().and_then(|url| region_of_service(&url));
    let of_pool = user_pool_id.and_then(|id| UserPoolId::parse(id).ok()).map(|pool| pool.region().clone());
    let told: Vec<Region> = [of_service, of_pool].into_iter().flatten().collect();
    told.is_empty() || told.contains(region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ClientValues, Environment, SecretsInUse, Values};

    const IRELAND: &str = "https://cognito-idp.eu-west-1.amazonaws.com/";
    const LOCAL: &str = "http://127.0.0.1:4566/";

    fn given(process: &[(&str, &str)]) -> GivenClient {
        let environment = Environment::from_pairs(process.iter().copied(), "").unwrap();
        let values = Values::new(&environment, SecretsInUse::default());
        ClientValues::default().gather(&values).unwrap().into()
    }

    #[test]
    fn what_is_not_given_contradicts_nothing() {
        for nothing in [&[][..], &[("AWS_REGION", "us-west-2")], &[("AWS_DEFAULT_REGION", "us-west-2")]] {
            for service in [IRELAND, LOCAL] {
                assert!(
                    given(nothing).fits(service, "client", Some("eu-west-1_Pool")),
                    "{nothing:?} {service}"
                );
                assert!(given(nothing).fits(service, "client", None));
            }
        }
    }

    #[test]
    fn each_value_that_is_given_narrows() {
        for (name, value, fits) in [
            ("COGNITO_CLIENT_ID", "client", true),
            ("COGNITO_CLIENT_ID", "other", false),
            ("COGNITO_USER_POOL_ID", "eu-west-1_Pool", true),
            ("COGNITO_USER_POOL_ID", "eu-west-1_Other", false),
            ("COGNITO_REGION", "eu-west-1", true),
            ("COGNITO_REGION", "us-east-1", false),
            ("COGNITO_ENDPOINT", IRELAND, true),
            ("COGNITO_ENDPOINT", LOCAL, false),
        ] {
            let given = given(&[(name, value)]);
            assert_eq!(given.fits(IRELAND, "client", Some("eu-west-1_Pool")), fits, "{name}={value}");
        }
    }

    #[test]
    fn a_region_says_nothing_of_an_address_that_is_in_none() {
        let given = given(&[("COGNITO_REGION", "us-east-1")]);
        assert!(given.fits(LOCAL, "client", None));
        assert!(!given.fits(LOCAL, "client", Some("eu-west-1_Pool")));
        assert!(given.fits(IRELAND, "client", Some("us-east-1_Pool")), "a replica of this pool");
    }
}

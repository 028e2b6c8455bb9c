//! AWS's own addresses of Cognito, by region.

use url::Url;

use super::partitions::{partition_of, partitions};
use super::region::Region;
use crate::address::parse_service_url;
use crate::error::Result;

/// The name of the API in the host name of its endpoints.
const API: &str = "cognito-idp";

/// The name of the API of identity pools in the host name of its endpoints.
const IDENTITY_API: &str = "cognito-identity";

/// The domain of the endpoints that are reached by IPv4 and IPv6 alike.
const DUAL_STACK_SUFFIX: &str = "api.aws";

/// The endpoint of the API in a region.
pub(crate) fn service_endpoint(region: &Region) -> Result<Url> {
    endpoint_of(API, region)
}

/// The endpoint of the API of identity pools in a region.
pub(crate) fn identity_endpoint(region: &Region) -> Result<Url> {
    endpoint_of(IDENTITY_API, region)
}

fn endpoint_of(api: &str, region: &Region) -> Result<Url> {
    parse_service_url("the region", &format!("https://{api}.{region}.{}/", region.dns_suffix()))
}

/// The region of AWS's own endpoint of the API; `None` for any other address.
pub(crate) fn region_of_service(url: &Url) -> Option<Region> {
    let name = url.host_str()?.strip_prefix(API)?.strip_prefix('.')?.split('.').next()?;
    let region = Region::from_exact(name)?;
    service_endpoint(&region).ok().filter(|own| own == url).map(|_| region)
}

/// The host of a user pool's domain that is a prefix of AWS's own.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html>
pub(super) fn domain_host(prefix: &str, region: &Region) -> String {
    let partition = partition_of(region.as_str());
    format!("{prefix}.{}.{region}.{}", partition.domain_service, partition.domain_suffix)
}

/// Returns whether the host is under one of AWS's own domains.
pub(crate) fn is_of_aws(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let is_under = |suffix: &str| host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    is_under(DUAL_STACK_SUFFIX)
        || partitions().any(|partition| is_under(partition.api_suffix) || is_under(partition.domain_suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn each_partition_has_its_endpoint_and_its_domains() {
        for partition in partitions() {
            let region = Region::parse(&partition.some_region()).unwrap();
            let endpoint = service_endpoint(&region).unwrap();
            assert_eq!(endpoint.as_str(), format!("https://cognito-idp.{region}.{}/", partition.api_suffix));
            assert_eq!(region_of_service(&endpoint), Some(region.clone()));
            assert!(is_of_aws(&endpoint), "{endpoint}");
            let identity = identity_endpoint(&region).unwrap();
            assert_eq!(
                identity.as_str(),
                format!("https://cognito-identity.{region}.{}/", partition.api_suffix)
            );
            let domain = url(&format!("https://{}", domain_host("my-app", &region)));
            assert!(is_of_aws(&domain), "{domain}");
        }
    }

    #[test]
    fn pool_domains_of_the_documented_regions() {
        for (region, host) in [
            ("eu-west-1", "my-app.auth.eu-west-1.amazoncognito.com"),
            ("us-gov-west-1", "my-app.auth-fips.us-gov-west-1.amazoncognito.com"),
            ("cn-north-1", "my-app.auth.cn-north-1.amazoncognito.com.cn"),
        ] {
            assert_eq!(domain_host("my-app", &Region::parse(region).unwrap()), host);
        }
    }

    #[test]
    fn only_the_services_own_address_has_a_region() {
        let region = |text: &str| region_of_service(&url(text)).map(|region| region.to_string());
        assert_eq!(region("https://cognito-idp.eu-west-1.amazonaws.com/").as_deref(), Some("eu-west-1"));
        assert_eq!(region("https://cognito-idp.cn-north-1.amazonaws.com.cn/").as_deref(), Some("cn-north-1"));
        for other in [
            "http://127.0.0.1:4566/",
            "https://cognito-idp.eu-west-1.amazonaws.com.evil.example/",
            "https://cognito-idp.eu-west-1.evil.example/",
            "http://cognito-idp.eu-west-1.amazonaws.com/",
            "https://cognito-idp.eu-west-1.amazonaws.com/path",
            "https://cognito-idp.cn-north-1.amazonaws.com/",
        ] {
            assert_eq!(region(other), None, "{other}");
        }
    }

    #[test]
    fn a_host_that_only_looks_like_one_of_aws_is_not() {
        assert!(is_of_aws(&url("https://vpce-1.cognito-idp.eu-west-1.vpce.amazonaws.com/")));
        assert!(is_of_aws(&url("https://cognito-idp.eu-west-1.api.aws/")));
        for text in ["https://evilamazonaws.com/", "https://amazonaws.com.evil.example/", "http://localhost/"]
        {
            assert!(!is_of_aws(&url(text)), "{text}");
        }
    }
}

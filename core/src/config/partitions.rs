//! The partitions of AWS: the domain names that their services are under.

/// The domain names of one partition.
pub(super) struct Partition {
    /// The start of the names of the partition's regions.
    region_prefix: &'static str,
    /// The domain that the API is under: `cognito-idp.<region>.<api_suffix>`.
    pub(super) api_suffix: &'static str,
    /// The name of the service that serves the domains of user pools.
    pub(super) domain_service: &'static str,
    /// The domain that those are under: `<prefix>.<domain_service>.<region>.<domain_suffix>`.
    pub(super) domain_suffix: &'static str,
}

const fn partition(
    region_prefix: &'static str,
    api_suffix: &'static str,
    domain_service: &'static str,
    domain_suffix: &'static str,
) -> Partition {
    Partition { region_prefix, api_suffix, domain_service, domain_suffix }
}

/// The partition of all regions that no other partition has.
static COMMERCIAL: Partition = partition("", "amazonaws.com", "auth", "amazoncognito.com");

/// The other partitions. botocore's `partitions.json` is where AWS publishes the suffixes of the API.
static OTHERS: &[Partition] = &[
    partition("cn-", "amazonaws.com.cn", "auth", "amazoncognito.com.cn"),
    // GovCloud has FIPS endpoints alone.
    // <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html>
    partition("us-gov-", "amazonaws.com", "auth-fips", "amazoncognito.com"),
    partition("eusc-", "amazonaws.eu", "auth", "amazoncognito.com"),
    partition("us-iso-", "c2s.ic.gov", "auth", "amazoncognito.com"),
    partition("us-isob-", "sc2s.sgov.gov", "auth", "amazoncognito.com"),
    partition("us-isof-", "csp.hci.ic.gov", "auth", "amazoncognito.com"),
    partition("eu-isoe-", "cloud.adc-e.uk", "auth", "amazoncognito.com"),
];

/// All partitions.
pub(super) fn partitions() -> impl Iterator<Item = &'static Partition> {
    OTHERS.iter().chain([&COMMERCIAL])
}

/// The partition of the region of this name.
pub(super) fn partition_of(region: &str) -> &'static Partition {
    OTHERS.iter().find(|partition| region.starts_with(partition.region_prefix)).unwrap_or(&COMMERCIAL)
}

#[cfg(test)]
impl Partition {
    /// The name that a region of the partition may have.
    pub(super) fn some_region(&self) -> String {
        format!("{}{}north-1", self.region_prefix, if self.region_prefix.is_empty() { "us-" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_regions_of_its_own() {
        for partition in partitions() {
            let found = partition_of(&partition.some_region());
            assert_eq!(found.region_prefix, partition.region_prefix);
        }
    }
}

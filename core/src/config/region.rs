//! AWS regions, as far as Cognito's addresses depend on them.

use std::fmt;

use super::partitions::partition_of;
use crate::error::{Error, ErrorKind, Result};

/// Longer than the name of any region, with room to spare, in bytes.
const LONGEST_NAME: usize = 32;

/// The name of an AWS region, such as `us-east-1`.
///
/// Only the form is checked, so that a region which opens tomorrow works today.
///
/// ```
/// use cognitoken::Region;
/// let region = Region::parse("cn-north-1")?;
/// assert_eq!(region.dns_suffix(), "amazonaws.com.cn");
/// # Ok::<(), cognitoken::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region(String);

impl Region {
    /// Takes a region's name; white space around it is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidRegion`, unless the name is of the form of `us-east-1`: words of lower-case
    /// letters and a number at the end, joined by `-`.
    pub fn parse(text: &str) -> Result<Self> {
        let name = text.trim();
        if let Some(region) = Self::from_exact(name) {
            return Ok(region);
        }
        // The value is not shown: arguments given in the wrong order put a password here.
        let message =
            format!("the region ({} characters) is not the name of an AWS region", name.chars().count());
        Err(Error::new(ErrorKind::Config, "InvalidRegion", message)
            .with_hint("Give the region's short name, such as us-east-1 (COGNITO_REGION)."))
    }

    pub(super) fn from_exact(name: &str) -> Option<Self> {
        is_region_name(name).then(|| Self(name.to_owned()))
    }

    /// The region's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain that the region's services are under, such as `amazonaws.com`.
    pub fn dns_suffix(&self) -> &'static str {
        partition_of(&self.0).api_suffix
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_region_name(name: &str) -> bool {
    let Some((words, number)) = name.rsplit_once('-') else { return false };
    let is_word = |word: &str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    name.len() <= LONGEST_NAME
        && words.contains('-')
        && words.split('-').all(is_word)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_dns_suffix() {
        for (region, suffix) in [
            ("us-east-1", "amazonaws.com"),
            ("ap-southeast-5", "amazonaws.com"),
            ("us-gov-west-1", "amazonaws.com"),
            ("cn-northwest-1", "amazonaws.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu"),
            ("us-iso-east-1", "c2s.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov"),
            ("us-isof-south-1", "csp.hci.ic.gov"),
            ("eu-isoe-west-1", "cloud.adc-e.uk"),
        ] {
            assert_eq!(Region::parse(region).unwrap().dns_suffix(), suffix, "{region}");
        }
    }

    #[test]
    fn what_is_not_a_region_is_refused_without_being_shown() {
        for text in [
            "",
            "us",
            "us-east",
            "us-1",
            "us-east-",
            "us--east-1",
            "US-EAST-1",
            "us_east_1",
            "us-east-1a",
            "-us-east-1",
            "us-east-1/",
            "us-east-1.example.com",
            "us-east-1\n-2",
            "us-ea\u{0301}st-1",
            "foo-central-bar",
            "us-east-111111111111111111111111111",
        ] {
            let error = Region::parse(text).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidRegion"), "{text:?}");
            assert!(text.is_empty() || !error.message().contains(text), "{text:?}");
            assert!(error.hint().unwrap().contains("us-east-1"));
        }
    }

    #[test]
    fn white_space_around_a_pasted_name_is_dropped() {
        assert_eq!(Region::parse(" us-east-1\n").unwrap().as_str(), "us-east-1");
    }
}

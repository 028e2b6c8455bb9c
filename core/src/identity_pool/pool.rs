//! The id of an identity pool, and the place of the pool.

use url::Url;

use crate::config::Region;
use crate::error::{Error, ErrorKind, Result};

/// The lengths of the groups of digits in a uuid.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

pub(super) const HINT: &str = "Copy the identity pool's id, <region>:<uuid>, such as \
                               us-east-1:12345678-dcba-1234-abcd-1234567890ab. A user pool's id, <region>_<id>, is another.";

/// An identity pool, where it is called, and the role that is wanted of it.
#[derive(Debug, Clone)]
pub(crate) struct IdentityPool {
    pub(crate) id: String,
    pub(crate) region: Region,
    pub(crate) role_arn: Option<String>,
    pub(crate) endpoint: Url,
}

/// The region of an identity pool id.
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidIdentityPoolId`, unless it is a region, `:`, and a uuid.
pub(super) fn region_of(id: &str) -> Result<Region> {
    let Some((region, uuid)) = id.split_once(':') else {
        return Err(invalid("it has no `:`"));
    };
    if region.trim() != region {
        return Err(invalid("there is white space in it"));
    }
    let Ok(region) = Region::parse(region) else {
        return Err(invalid("what stands before the `:` is not the name of an AWS region"));
    };
    if !is_uuid(uuid) {
        return Err(invalid("what follows the `:` is not a uuid"));
    }
    Ok(region)
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    groups.iter().map(|group| group.len()).eq(UUID_GROUPS)
        && groups.iter().all(|group| group.bytes().all(is_digit))
}

/// The value is not shown: arguments given in the wrong order put a password here.
fn invalid(reason: &str) -> Error {
    let message = format!("the identity pool id is not of the form <region>:<uuid>: {reason}");
    Error::new(ErrorKind::Config, "InvalidIdentityPoolId", message).with_hint(HINT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_identity_pool_id_is_refused_with_the_form_and_without_being_shown() {
        for text in [
            "us-east-1",
            "us-east-1_AbCdEfGhI",
            ":12345678-dcba-1234-abcd-1234567890ab",
            "us-east-1:",
            "us-east-1:12345678",
            "us-east-1:12345678-dcba-1234-abcd-1234567890a",
            "us-east-1:12345678-DCBA-1234-abcd-1234567890ab",
            "us-east-1:12345678-dcbg-1234-abcd-1234567890ab",
            "us-east-1:12345678dcba-1234-abcd-1234-567890ab",
            "us-east-1 :12345678-dcba-1234-abcd-1234567890ab",
            "evil.example/:12345678-dcba-1234-abcd-1234567890ab",
            "us-east-1:12345678-dcba-1234-abcd-1234567890ab/../x",
            "hunter2",
        ] {
            let error = region_of(text).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidIdentityPoolId"), "{text}");
            assert!(!error.message().contains(text), "{text}");
            assert!(error.hint().unwrap().contains("<region>:<uuid>"));
        }
    }
}

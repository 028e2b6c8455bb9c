//! The ARN of a role.

use crate::error::{Error, ErrorKind, Result};

/// The API's own limit, in bytes.
const LONGEST_ARN: usize = 2048;

const ACCOUNT_DIGITS: usize = 12;

/// Checks that a text is the ARN of a role: `arn:<partition>:iam::<account>:role/<path and name>`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidRoleArn`.
pub(super) fn check_role_arn(arn: &str) -> Result<()> {
    if is_role_arn(arn) {
        return Ok(());
    }
    // The value is not shown: arguments given in the wrong order put a password here.
    let message = "`custom_role_arn` is not the ARN of a role, arn:<partition>:iam::<account>:role/<name>";
    Err(Error::new(ErrorKind::Config, "InvalidRoleArn", message)
        .with_hint("Copy the role's ARN, such as arn:aws:iam::123456789012:role/analysts."))
}

fn is_role_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else { return false };
    let is_partition = partition == "aws"
        || partition.strip_prefix("aws-").is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        });
    let is_account = account.len() == ACCOUNT_DIGITS && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_role = resource.strip_prefix("role/").is_some_and(|name| {
        !name.is_empty()
            && !name.ends_with('/')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte))
    });
    arn.len() <= LONGEST_ARN && is_partition && is_account && is_role
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_of_a_role_is_taken_and_any_other_text_is_not() {
        for arn in [
            "arn:aws:iam::123456789012:role/analysts",
            "arn:aws-cn:iam::123456789012:role/path/to/A_b+c=d,e.f@g-h",
            "arn:aws-us-gov:iam::123456789012:role/x",
            "arn:aws-iso-b:iam::123456789012:role/x",
        ] {
            assert!(check_role_arn(arn).is_ok(), "{arn}");
        }
        for arn in [
            "analysts",
            "arn:aws:iam::123456789012:user/ada",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/x/",
            "arn:aws:iam::12345678901:role/x",
            "arn:aws:iam:us-east-1:123456789012:role/x",
            "arn:aws:sts::123456789012:assumed-role/x/y",
            "arn:aws-:iam::123456789012:role/x",
            "arn:aws:iam::123456789012:role/x y",
        ] {
            let error = check_role_arn(arn).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidRoleArn"), "{arn}");
            assert!(!error.message().contains(arn) || arn == "analysts");
        }
    }
}

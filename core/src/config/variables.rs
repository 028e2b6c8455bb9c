//! The environment variables that this library reads, in one table.

/// The use of a variable's value, which decides whether a `.env` file may give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Names a user.
    User,
    /// Names an app client and its pool.
    Client,
    /// Proves who asks: a password, a client secret, a refresh token, the secret of an authenticator app.
    Secret,
    /// Names a file that holds the value of another variable. Never taken from a `.env` file: its author would choose
    /// which file of the user's is read and sent.
    SecretFile,
    /// Names a host that secrets are sent to.
    Host,
    /// Names the place where tokens rest.
    Store,
    /// Decides which tokens are believed.
    TrustAnchor,
    /// Seals tokens that rest somewhere.
    StoreKey,
    /// Seals a sign-in on its way to another machine, which exists before any `.env` file is read.
    BundleKey,
    /// Is given out as the token.
    FixedToken,
    /// Selects one of the user's own profiles.
    Profile,
    /// Selects what a program tells about its work.
    Log,
}

impl Class {
    /// Returns whether the value itself must not be shown.
    pub(crate) fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::StoreKey | Self::BundleKey | Self::FixedToken)
    }

    /// Returns whether the value is an address.
    pub(crate) fn is_address(self) -> bool {
        matches!(self, Self::Host | Self::TrustAnchor)
    }
}

/// A variable, and the words for giving its value explicitly.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    /// The argument that gives the same value; `None` where the environment is the only other way.
    pub(crate) argument: Option<&'static str>,
    /// The variable whose value is in the file that this one names.
    pub(crate) file_of: Option<&'static str>,
    /// `true` if a person who signs in knows the value, and can be asked for it.
    pub(crate) is_known_to_a_person: bool,
}

const fn variable(name: &'static str, class: Class, argument: Option<&'static str>) -> Variable {
    Variable { name, class, argument, file_of: None, is_known_to_a_person: false }
}

/// A variable whose value a person who signs in knows.
const fn known(name: &'static str, class: Class, argument: &'static str) -> Variable {
    Variable { is_known_to_a_person: true, ..variable(name, class, Some(argument)) }
}

const fn file_of(variable: &'static str, name: &'static str, argument: Option<&'static str>) -> Variable {
    Variable {
        name,
        class: Class::SecretFile,
        argument,
        file_of: Some(variable),
        is_known_to_a_person: false,
    }
}

/// All variables. No other variable is read through [`Environment`](super::Environment).
pub(crate) const VARIABLES: &[Variable] = &[
    known("COGNITO_USER_NAME", Class::User, "username"),
    known("COGNITO_PASSWORD", Class::Secret, "password"),
    file_of("COGNITO_PASSWORD", "COGNITO_PASSWORD_FILE", Some("password")),
    known("COGNITO_CLIENT_ID", Class::Client, "client_id"),
    variable("COGNITO_CLIENT_SECRET", Class::Secret, Some("client_secret")),
    file_of("COGNITO_CLIENT_SECRET", "COGNITO_CLIENT_SECRET_FILE", Some("client_secret")),
    variable("COGNITO_REGION", Class::Client, Some("region")),
    variable("AWS_REGION", Class::Client, Some("region")),
    variable("AWS_DEFAULT_REGION", Class::Client, Some("region")),
    variable("COGNITO_USER_POOL_ID", Class::Client, Some("user_pool_id")),
    variable("COGNITO_DOMAIN", Class::Host, Some("domain")),
    variable("COGNITO_REFRESH_TOKEN", Class::Secret, Some("refresh_token")),
    file_of("COGNITO_REFRESH_TOKEN", "COGNITO_REFRESH_TOKEN_FILE", Some("refresh_token")),
    variable("COGNITO_DEVICE_KEY", Class::User, Some("device")),
    variable("COGNITO_TOTP_SECRET", Class::Secret, Some("totp_secret")),
    file_of("COGNITO_TOTP_SECRET", "COGNITO_TOTP_SECRET_FILE", Some("totp_secret")),
    variable("COGNITO_ID_TOKEN", Class::FixedToken, Some("id_token")),
    variable("COGNITO_STORE", Class::Store, Some("store")),
    variable("COGNITO_STORE_KEY", Class::StoreKey, None),
    file_of("COGNITO_STORE_KEY", "COGNITO_STORE_KEY_FILE", None),
    variable("COGNITO_BUNDLE_KEY", Class::BundleKey, None),
    file_of("COGNITO_BUNDLE_KEY", "COGNITO_BUNDLE_KEY_FILE", None),
    variable("COGNITO_PROFILE", Class::Profile, Some("profile")),
    variable("COGNITO_LOG", Class::Log, None),
    variable("COGNITO_ENDPOINT", Class::Host, Some("endpoint")),
    variable("COGNITO_ISSUER", Class::TrustAnchor, Some("issuer")),
    variable("COGNITO_JWKS_URL", Class::TrustAnchor, Some("jwks_url")),
    variable("APLOS_API_URL", Class::Host, None),
];

/// The variable of this name.
pub(crate) fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

/// The variable that names a file with the value of this one.
pub(super) fn file_variable(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.file_of == Some(name))
}

/// The names of all variables, each with the argument that gives the same value.
pub fn variables() -> Vec<(&'static str, Option<&'static str>)> {
    VARIABLES.iter().map(|variable| (variable.name, variable.argument)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once() {
        for variable in VARIABLES {
            let of_this_name = VARIABLES.iter().filter(|other| other.name == variable.name);
            assert_eq!(of_this_name.count(), 1, "{}", variable.name);
            assert_eq!(find(variable.name).map(|found| found.class), Some(variable.class));
        }
    }

    #[test]
    fn each_secret_and_key_may_come_from_a_file_and_nothing_else_may() {
        for variable in VARIABLES {
            let may = matches!(variable.class, Class::Secret | Class::StoreKey | Class::BundleKey);
            let file = file_variable(variable.name);
            assert_eq!(file.is_some(), may, "{}", variable.name);
            let Some(file) = file else { continue };
            assert_eq!(file.name, format!("{}_FILE", variable.name));
            assert_eq!((file.class, file.argument), (Class::SecretFile, variable.argument));
        }
    }

    /// The names in a text that begin as this library's own do.
    fn own_names(text: &str) -> impl Iterator<Item = &str> {
        text.split(|character: char| {
            !(character.is_ascii_uppercase() || matches!(character, '_' | '0'..='9'))
        })
        .filter(|word| word.starts_with("COGNITO_") && word.len() > "COGNITO_".len())
    }

    fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn no_source_names_a_variable_that_is_not_in_the_table() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let is_rust = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "rs");
        for path in sources(&folder).into_iter().filter(is_rust) {
            let text = std::fs::read_to_string(&path).unwrap();
            let shipped = text.split("#[cfg(test)]").next().unwrap();
            for name in own_names(shipped) {
                assert!(find(name).is_some(), "{name} in {}", path.display());
            }
        }
    }

    #[test]
    fn the_readme_lists_the_variables_of_the_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
        // A packaged crate has no README beside it.
        let Ok(readme) = std::fs::read_to_string(path) else { return };
        let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
        for variable in VARIABLES {
            let name = format!("`{}`", variable.name);
            assert!(rows.iter().any(|row| row.contains(&name)), "README.md has no row for {name}");
        }
        for name in own_names(&readme) {
            assert!(find(name).is_some(), "README.md names {name}");
        }
    }
}

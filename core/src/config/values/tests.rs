use super::*;

fn environment(process: &[(&str, &str)], dotenv: &str) -> Environment {
    Environment::from_pairs(process.iter().copied(), dotenv).unwrap()
}

fn values(process: &[(&str, &str)], dotenv: &str, argument: bool) -> Values {
    let environment = environment(process, dotenv);
    let used = [("COGNITO_PASSWORD", argument), ("COGNITO_CLIENT_SECRET", false)];
    Values::new(&environment, SecretsInUse::of(&environment, &used))
}

#[test]
fn the_hint_names_a_profile_where_one_may_hold_the_value() {
    let hint = |what: &str, variable: &str| missing(what, variable).hint().unwrap().to_owned();
    assert!(
        hint("client id", "COGNITO_CLIENT_ID").contains("keep it in a profile with `cognitoken configure`")
    );
    assert!(!hint("password", "COGNITO_PASSWORD").contains("profile"));
}

#[test]
fn a_host_from_dotenv_counts_only_where_every_secret_in_use_comes_from_there() {
    let host = "COGNITO_ENDPOINT=https://example.com";
    let own_secret = format!("{host}\nCOGNITO_PASSWORD=x");
    let decoy = format!("{host}\nCOGNITO_REFRESH_TOKEN=x");
    let get = |values: &Values| values.get("COGNITO_ENDPOINT").map(str::to_owned);
    assert_eq!(get(&values(&[], host, false)), None);
    assert_eq!(get(&values(&[], &own_secret, false)).as_deref(), Some("https://example.com"));
    assert_eq!(get(&values(&[], &own_secret, true)), None);
    assert_eq!(get(&values(&[("COGNITO_PASSWORD", "mine")], &own_secret, false)), None);
    assert_eq!(get(&values(&[("COGNITO_CLIENT_SECRET", "mine")], &own_secret, false)), None);
    // A secret that the call does not use proves nothing.
    assert_eq!(get(&values(&[], &decoy, false)), None);
    assert_eq!(get(&values(&[], &decoy, true)), None);
    let mine = values(&[("COGNITO_ENDPOINT", "https://mine.example")], "", true);
    assert_eq!(get(&mine).as_deref(), Some("https://mine.example"));
}

#[test]
fn each_class_has_its_rule() {
    let dotenv: String = variables::VARIABLES
        .iter()
        .map(|variable| {
            format!("{}={}\n", variable.name, if variable.class == Class::Store { "file:x" } else { "v" })
        })
        .collect();
    let whole = environment(&[], &dotenv);
    let used = SecretsInUse::of(&whole, &[("COGNITO_PASSWORD", false)]);
    let typed = used.and_elsewhere(true);
    for variable in variables::VARIABLES {
        let counts = |values: &Values| values.get(variable.name).is_some();
        let (plain, with_typed) = (Values::new(&whole, used), Values::new(&whole, typed));
        let believed = Values::for_what_is_believed(&whole, used, false);
        let (is_whole, is_typed, is_believed) = match variable.class {
            Class::User | Class::Client | Class::Secret | Class::Profile | Class::Log => (true, true, true),
            Class::Host | Class::Store | Class::StoreKey => (true, false, true),
            Class::TrustAnchor | Class::FixedToken => (false, false, true),
            Class::BundleKey | Class::SecretFile => (false, false, false),
        };
        assert_eq!(counts(&plain), is_whole, "{}", variable.name);
        assert_eq!(counts(&with_typed), is_typed, "{}", variable.name);
        assert_eq!(counts(&believed), is_believed, "{}", variable.name);
    }
}

#[test]
fn what_is_left_out_is_told_once_with_the_way_to_give_it() {
    let values =
        values(&[("COGNITO_PASSWORD", "mine")], "COGNITO_ENDPOINT=https://x\nCOGNITO_DOMAIN=x", false);
    assert!(values.take_left_out().is_empty(), "nobody asked yet");
    assert_eq!(values.get("COGNITO_ENDPOINT"), None);
    let told = values.take_left_out();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("COGNITO_ENDPOINT in .env is not used"), "{told:?}");
    assert!(told[0].contains("give `endpoint`, or set COGNITO_ENDPOINT in the environment"), "{told:?}");
    assert!(values.take_left_out().is_empty());
}

#[test]
fn a_key_from_dotenv_seals_only_what_rests_where_the_same_file_says() {
    let key = |store: &str, process: &[(&str, &str)]| {
        let dotenv = format!("COGNITO_STORE_KEY=k\nCOGNITO_PASSWORD=p\n{store}");
        values(process, &dotenv, false).get("COGNITO_STORE_KEY").is_some()
    };
    assert!(key("COGNITO_STORE=redis://theirs", &[]));
    assert!(key("COGNITO_STORE=file:theirs", &[]));
    assert!(!key("COGNITO_STORE=file", &[]), "the user's own folder");
    assert!(!key("COGNITO_STORE=keyring", &[]));
    assert!(!key("", &[]));
    assert!(!key("COGNITO_STORE=redis://theirs", &[("COGNITO_STORE", "redis://mine")]));
}

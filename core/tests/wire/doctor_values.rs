//! The doctor's findings about values and the store, without a service.

use cognitoken::{CheckState, ClientValues, Cognito, Environment, SessionRequest, SignInRequest};

use super::cognito::{ALIAS, CLIENT, EXPIRES_AT, POOL, cognito_at, id_token, tokens};
use super::doctor::{fix, named, of};
use super::outcome::Done as _;
use super::service::Service;

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn from(process: &[(&str, &str)], dotenv: &str) -> SessionRequest {
    SessionRequest::new(Environment::from_pairs(process.iter().copied(), dotenv).unwrap())
}

async fn look(request: &SessionRequest) -> Vec<cognitoken::Check> {
    Cognito::new().doctor(request, false).await
}

#[tokio::test]
async fn each_value_is_told_with_the_place_that_it_comes_from() {
    let mut request = from(
        &[("COGNITO_USER_NAME", ALIAS), ("COGNITO_REGION", "eu-west-1"), ("AWS_REGION", "eu-west-2")],
        &format!("COGNITO_CLIENT_ID={CLIENT}\nCOGNITO_USER_NAME=other\nCOGNITO_PASSWORD=x"),
    );
    let checks = look(&request).await;
    for (name, finding) in [
        ("COGNITO_USER_NAME", format!("{ALIAS}, from the environment")),
        ("COGNITO_CLIENT_ID", format!("{CLIENT}, from .env")),
        ("COGNITO_PASSWORD", "set (hidden), from .env".to_owned()),
        ("COGNITO_REGION", "eu-west-1, from the environment".to_owned()),
        ("AWS_REGION", "from the environment, and not used: COGNITO_REGION takes precedence".to_owned()),
        ("region", "eu-west-1, by COGNITO_REGION".to_owned()),
        ("endpoint", "https://cognito-idp.eu-west-1.amazonaws.com/, by the region".to_owned()),
    ] {
        assert_eq!(named(&checks, name).finding, finding);
    }
    let absent = &named(&checks, "not set").finding;
    assert!(absent.contains("COGNITO_CLIENT_SECRET") && !absent.contains("COGNITO_USER_NAME"), "{absent}");
    assert_eq!(named(&checks, "app client").state, CheckState::Note, "the pool is not known");

    request.sign_in.username = Some("grace".into());
    request.sign_in.client.user_pool_id = Some("eu-west-1_AbC".into());
    request.sign_in.client.region = Some("  ".into());
    let checks = look(&request).await;
    let user = named(&checks, "COGNITO_USER_NAME");
    assert!(
        user.state == CheckState::Note && user.finding.contains("the value of the environment is not used")
    );
    assert_eq!(named(&checks, "COGNITO_USER_POOL_ID").finding, "given as an argument");
    let region = &named(&checks, "COGNITO_REGION").finding;
    assert!(region.starts_with("eu-west-1,"), "an empty argument is an absent one: {region}");
    assert_eq!(named(&checks, "app client").finding, format!("{CLIENT} of pool eu-west-1_AbC"));
}

#[tokio::test]
async fn a_region_is_told_with_what_it_follows_from() {
    let client = ("COGNITO_CLIENT_ID", CLIENT);
    for (variable, region) in [
        (client, "us-east-1, by the default"),
        (("COGNITO_USER_POOL_ID", "sa-east-1_AbC"), "sa-east-1, by the user pool's id"),
        (("AWS_DEFAULT_REGION", "eu-west-3"), "eu-west-3, by AWS_DEFAULT_REGION"),
        (
            ("APLOS_API_URL", "https://a.example"),
            "us-east-1, by the default, unless APLOS_API_URL names another",
        ),
    ] {
        let checks = look(&from(&[variable], "")).await;
        assert_eq!(named(&checks, "region").finding, region);
    }
}

#[tokio::test]
async fn no_secret_is_shown_nor_how_long_it_is() {
    const SECRET: &str = "sentinel-that-nobody-sees";
    let names = [
        "COGNITO_PASSWORD",
        "COGNITO_CLIENT_SECRET",
        "COGNITO_REFRESH_TOKEN",
        "COGNITO_TOTP_SECRET",
        "COGNITO_ID_TOKEN",
        "COGNITO_STORE_KEY",
        "COGNITO_BUNDLE_KEY",
    ];
    // And where a secret was put in the wrong place, as arguments in the wrong order do.
    let misplaced = [
        ("COGNITO_CLIENT_ID", format!("{SECRET} ")),
        ("COGNITO_USER_POOL_ID", SECRET.to_owned()),
        ("COGNITO_REGION", SECRET.to_owned()),
        ("COGNITO_DOMAIN", format!("{SECRET}!")),
        ("COGNITO_STORE", SECRET.to_owned()),
        ("COGNITO_ENDPOINT", format!("https://ada:{SECRET}@host")),
        ("COGNITO_ISSUER", format!("https://ada:{SECRET}@host")),
        ("COGNITO_JWKS_URL", format!("ada:{SECRET}@host")),
        ("APLOS_API_URL", SECRET.to_owned()),
    ];
    let everything = names.map(|name| (name, SECRET.to_owned())).into_iter().chain(misplaced);
    for variable in everything {
        for in_dotenv in [false, true] {
            let request = match in_dotenv {
                false => from(&[(variable.0, &variable.1)], ""),
                true => from(&[], &format!("{}='{}'\nCOGNITO_TOTP_SECRET={SECRET}", variable.0, variable.1)),
            };
            let checks = look(&request).await;
            let shown = format!("{checks:?} {request:?}");
            assert!(!shown.contains("sentinel-"), "{}: {shown}", variable.0);
            let told = &named(&checks, variable.0).finding;
            let tells_length = told.contains(&SECRET.len().to_string());
            assert!(!names.contains(&variable.0) || !tells_length, "{told}");
        }
    }
    let client = ClientValues {
        client_secret: Some(SECRET.into()),
        client_id: Some(CLIENT.into()),
        ..ClientValues::default()
    };
    let sign_in = SignInRequest {
        password: Some(SECRET.into()),
        totp_secret: Some(SECRET.into()),
        client,
        ..SignInRequest::new(Environment::empty())
    };
    let checks = look(&SessionRequest { refresh_token: Some(SECRET.into()), ..of(sign_in) }).await;
    assert!(!format!("{checks:?}").contains("sentinel-"));
    for name in &names[..4] {
        assert_eq!(named(&checks, name).finding, "given as an argument");
    }
}

#[tokio::test]
async fn a_host_of_a_strangers_dotenv_is_told_with_why_it_is_left_out() {
    let hosts = "COGNITO_ENDPOINT=https://theirs.example\nAPLOS_API_URL=https://theirs.example";
    let mine = [("COGNITO_PASSWORD", "mine"), ("COGNITO_CLIENT_ID", CLIENT)];
    let checks = look(&from(&mine, hosts)).await;
    for name in ["COGNITO_ENDPOINT", "APLOS_API_URL"] {
        let check = named(&checks, name);
        assert_eq!(check.state, CheckState::Note);
        assert_eq!(check.finding, "https://theirs.example, from .env, and not used");
        assert!(fix(check).contains(&format!("set {name} in the environment")), "{check:?}");
    }
    assert_eq!(
        named(&checks, "endpoint").finding,
        "https://cognito-idp.us-east-1.amazonaws.com/, by the region"
    );

    let own = look(&from(&mine[1..], &format!("{hosts}\nCOGNITO_PASSWORD=theirs"))).await;
    assert_eq!(named(&own, "COGNITO_ENDPOINT").finding, "https://theirs.example, from .env");
    assert!(named(&own, "endpoint").finding.starts_with("https://theirs.example/"));
}

#[tokio::test]
async fn what_a_strangers_dotenv_wants_believed_is_told_with_why_it_is_left_out() {
    let anchors = [
        ("COGNITO_ISSUER", "https://theirs.example", "give `issuer`"),
        ("COGNITO_JWKS_URL", "https://theirs.example/keys", "give `jwks_url`"),
    ];
    for (name, value, way) in anchors {
        let checks = look(&from(&[("COGNITO_CLIENT_ID", CLIENT)], &format!("{name}={value}"))).await;
        let check = named(&checks, name);
        assert_eq!(check.state, CheckState::Note);
        assert_eq!(check.finding, format!("{value}, from .env, and not used"));
        assert!(fix(check).contains(way), "{check:?}");
    }
}

#[tokio::test]
async fn a_region_other_than_the_pool_s_is_told_as_a_replica() {
    let replica = [("COGNITO_REGION", "eu-west-1"), ("COGNITO_USER_POOL_ID", POOL)];
    for with_client in [true, false] {
        let mut variables = replica.to_vec();
        variables.extend(with_client.then_some(("COGNITO_CLIENT_ID", CLIENT)));
        let checks = look(&from(&variables, "")).await;
        let check = named(&checks, "region");
        assert_eq!(check.state, CheckState::Note);
        assert!(
            check.finding.contains("eu-west-1, by COGNITO_REGION") && check.finding.contains(POOL),
            "{check:?}"
        );
        assert!(fix(check).contains("set COGNITO_REGION to us-east-1"), "{check:?}");
        assert!(named(&checks, "endpoint").finding.starts_with("https://cognito-idp.eu-west-1."));
    }
    let machine = [("AWS_REGION", "eu-west-1"), ("COGNITO_USER_POOL_ID", POOL)];
    let checks = look(&from(&machine, "")).await;
    assert_eq!(named(&checks, "region").finding, "us-east-1, by the user pool's id");
    let unused = "from the environment, and not used: the region in the user pool's id takes precedence";
    assert_eq!(named(&checks, "AWS_REGION").finding, unused);
}

#[tokio::test]
async fn nobody_to_sign_in_as_is_told() {
    let nobody = look(&from(&[], "")).await;
    let check = named(&nobody, "app client");
    assert!(check.state == CheckState::Bad && fix(check).contains("COGNITO_CLIENT_ID"), "{check:?}");
}

#[tokio::test]
async fn a_malformed_value_is_told_where_it_is_used_and_where_it_was_found() {
    for (name, value, code) in [
        ("COGNITO_CLIENT_ID", "no client", "InvalidClientId"),
        ("COGNITO_USER_POOL_ID", "no-pool", "InvalidUserPoolId"),
        ("COGNITO_REGION", "nowhere", "InvalidRegion"),
        ("COGNITO_ENDPOINT", "http://example.com", "InsecureUrl"),
        ("COGNITO_JWKS_URL", "keys", "InvalidUrl"),
        ("COGNITO_DOMAIN", "No Prefix", "InvalidDomain"),
        ("COGNITO_STORE_KEY", "short", "InvalidKey"),
        ("COGNITO_BUNDLE_KEY", "short", "InvalidKey"),
    ] {
        let checks = look(&from(&[(name, value)], "")).await;
        let check = named(&checks, name);
        assert_eq!(check.state, CheckState::Bad, "{check:?}");
        assert!(
            check.finding.contains(code) && check.finding.ends_with("found in the environment"),
            "{check:?}"
        );
        assert!(check.fix.is_some());
    }
}

#[tokio::test]
async fn a_fixed_id_token_is_told_and_whether_it_is_still_good() {
    let request = from(&[("COGNITO_ID_TOKEN", &id_token())], "");
    let expires_at = u64::try_from(EXPIRES_AT).unwrap();
    for (now, state, told) in [
        (expires_at - 1, CheckState::Note, "only this token is returned"),
        (expires_at + 7200, CheckState::Bad, "expired 2 h ago"),
    ] {
        let checks = cognito_at(now).doctor(&request, false).await;
        let check = named(&checks, "COGNITO_ID_TOKEN");
        assert!(check.state == state && check.finding.contains(told), "{check:?}");
        assert!(!check.finding.contains(&id_token()));
    }
}

/// A session of Ada's that is kept in this folder.
fn stored(service: &Service, folder: &std::path::Path) -> SessionRequest {
    let environment = Environment::from_pairs([("COGNITO_STORE_KEY", KEY)], "").unwrap();
    let sign_in = SignInRequest { environment, ..super::cognito::request(service) };
    SessionRequest { store: Some(format!("file:{}", folder.display())), ..of(sign_in) }
}

#[tokio::test]
async fn the_store_is_told_with_its_place_its_protection_and_who_is_in_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("tokens");
    let service = Service::that_says([tokens()]).await;
    let request = stored(&service, &folder);
    let checks = look(&request).await;
    assert!(named(&checks, "store").finding.contains(&folder.display().to_string()));
    assert!(named(&checks, "protection").finding.contains("sealed with the key in COGNITO_STORE_KEY"));
    assert_eq!(named(&checks, "stored").finding, "no tokens are stored");

    let session = Cognito::new().session(request.clone()).unwrap();
    session.sign_in().await.done().unwrap();
    let told = look(&request).await;
    let stored = &named(&told, "stored").finding;
    assert!(stored.contains(ALIAS) && stored.contains(CLIENT), "{stored}");
    assert_eq!(service.operations(), ["InitiateAuth"]);

    let name = |entry: std::fs::DirEntry| entry.path();
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| name(entry.unwrap()));
    let entry = entries.into_iter().find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    std::fs::write(&entry, "{").unwrap();
    let told = look(&request).await;
    let damaged = named(&told, "entry");
    assert!(damaged.state == CheckState::Note && damaged.finding.contains("damaged"), "{damaged:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_store_that_others_can_read_or_that_cannot_be_used_is_told_with_its_fix() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("tokens");
    let service = Service::unasked().await;
    // Without a key: what is sealed may lie in an open folder.
    let request = SessionRequest {
        store: Some(format!("file:{}", folder.display())),
        ..of(super::cognito::request(&service))
    };
    look(&request).await;
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let open = look(&request).await;
    let check = named(&open, "store");
    assert!(check.state == CheckState::Bad && check.finding.contains("NotPrivate"), "{check:?}");
    assert!(fix(check).contains("chmod 700"), "{check:?}");

    let file = place.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let nowhere = look(&stored(&service, &file.join("below"))).await;
    assert_eq!(named(&nowhere, "store").state, CheckState::Bad);

    let unknown = SessionRequest { store: Some("postgres://ada:hunter2@host".into()), ..request };
    let unknown = look(&unknown).await;
    assert!(named(&unknown, "store").finding.contains("InvalidStore"));
    assert!(!format!("{unknown:?}").contains("hunter2"));
}

//! Secrets in files that variables of the process name, as containers have them.

use cognitoken::{
    CheckState, ClientCredentialsRequest, ClientValues, Cognito, Environment, Error, ErrorKind, Flow,
    RefreshRequest, SessionRequest, SignInRequest,
};

use super::cognito::{
    ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, POOL, REFRESH_TOKEN, USERNAME, challenge, cognito_at,
    secret_hash, tokens,
};
use super::doctor::{fix, named};
use super::domain::client_token;
use super::outcome::{Done as _, sign_in};
use super::service::Service;
use super::srp_server::SrpServer;

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// The secret of RFC 6238, appendix B: at 1 111 111 109 seconds its code is 081804.
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A moment when the service's tokens are good.
const ISSUED_AT: u64 = 1_700_000_000;

/// A folder of secrets, as `/run/secrets` is one.
struct Secrets(tempfile::TempDir);

impl Secrets {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The path of a file with this content.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn not_there(&self) -> String {
        self.0.path().join("not-there").to_str().unwrap().to_owned()
    }
}

fn environment(process: &[(&str, &str)], dotenv: &str) -> Environment {
    Environment::from_pairs(process.iter().copied(), dotenv).unwrap()
}

/// A sign-in of Ada's at this service, but for her password.
fn request(service: &Service, process: &[(&str, &str)], dotenv: &str) -> SignInRequest {
    let client = ClientValues {
        client_id: Some(CLIENT.into()),
        endpoint: Some(service.endpoint()),
        ..ClientValues::default()
    };
    SignInRequest { username: Some(ALIAS.into()), client, ..SignInRequest::new(environment(process, dotenv)) }
}

/// The error of a sign-in that nothing is sent in.
async fn refused(process: &[(&str, &str)]) -> Error {
    let service = Service::unasked().await;
    let error = sign_in(&Cognito::new(), request(&service, process, "")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(service.calls().is_empty() && error.hint().is_some());
    error
}

#[tokio::test]
async fn a_password_keeps_its_blanks_and_a_client_secret_loses_them() {
    let secrets = Secrets::new();
    let password = secrets.file("password", format!("\u{feff} {PASSWORD} \r\n"));
    let client_secret = secrets.file("client-secret", format!(" {CLIENT_SECRET}\t\n\n"));
    let service = Service::that_says([tokens()]).await;
    let process = [("COGNITO_PASSWORD_FILE", &*password), ("COGNITO_CLIENT_SECRET_FILE", &*client_secret)];
    let cognito = Cognito::new();
    sign_in(&cognito, request(&service, &process, "")).await.unwrap();
    let call = &service.calls()[0];
    assert_eq!(call.parameter("PASSWORD"), format!(" {PASSWORD} "));
    assert_eq!(call.parameter("SECRET_HASH"), secret_hash(ALIAS));
    assert!(cognito.take_notices().is_empty());
}

#[tokio::test]
async fn srp_proves_a_password_from_a_file() {
    let secrets = Secrets::new();
    let password = secrets.file("password", format!("{PASSWORD}\n"));
    let client_secret = secrets.file("client-secret", CLIENT_SECRET);
    let process = [
        ("COGNITO_PASSWORD_FILE", &*password),
        ("COGNITO_CLIENT_SECRET_FILE", &*client_secret),
        ("COGNITO_USER_POOL_ID", POOL),
    ];
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    sign_in(&Cognito::new(), request(&service, &process, "")).await.unwrap();
    assert_eq!(service.calls()[1].parameter("SECRET_HASH"), secret_hash(USERNAME));
}

#[tokio::test]
async fn a_refresh_token_comes_from_a_file() {
    let secrets = Secrets::new();
    let token = secrets.file("refresh-token", format!("{REFRESH_TOKEN}\n"));
    let service = Service::that_says([tokens(), tokens()]).await;
    let endpoint = service.endpoint();
    let process = [
        ("COGNITO_REFRESH_TOKEN_FILE", &*token),
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_ENDPOINT", &endpoint),
    ];
    let environment = environment(&process, "");
    Cognito::new().refresh(RefreshRequest::new(environment.clone())).await.unwrap();
    let session = Cognito::new().session(SessionRequest::new(environment)).unwrap();
    session.tokens().await.done().unwrap();
    for call in service.calls() {
        assert_eq!(call.body()["RefreshToken"], REFRESH_TOKEN);
    }
    assert_eq!(service.operations(), ["GetTokensFromRefreshToken"; 2]);
}

#[tokio::test]
async fn the_secret_of_an_authenticator_app_comes_from_a_file() {
    let secrets = Secrets::new();
    let secret = secrets.file("totp", format!("{TOTP_SECRET}\n"));
    let asks = challenge("SOFTWARE_TOKEN_MFA", &serde_json::json!({"USER_ID_FOR_SRP": USERNAME}))
        .with_header("date", "Fri, 18 Mar 2005 01:58:29 GMT");
    let service = Service::that_says([asks, tokens()]).await;
    let process = [("COGNITO_TOTP_SECRET_FILE", &*secret), ("COGNITO_PASSWORD", PASSWORD)];
    sign_in(&cognito_at(1_111_111_109), request(&service, &process, "")).await.unwrap();
    assert_eq!(service.calls()[1].parameter("SOFTWARE_TOKEN_MFA_CODE"), "081804");
}

#[tokio::test]
async fn client_credentials_use_a_secret_from_a_file() {
    let secrets = Secrets::new();
    let secret = secrets.file("client-secret", format!("{CLIENT_SECRET}\n"));
    let domain = Service::that_says([client_token("a")]).await;
    let endpoint = domain.endpoint();
    let process = [
        ("COGNITO_CLIENT_SECRET_FILE", &*secret),
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_DOMAIN", &endpoint),
    ];
    let request = ClientCredentialsRequest::new(environment(&process, ""));
    Cognito::new().client_credentials(request).await.unwrap();
    assert_eq!(domain.calls().len(), 1);
}

#[tokio::test]
async fn keys_come_from_files() {
    let secrets = Secrets::new();
    let key = secrets.file("key", format!("{KEY}\n"));
    let store = Some(format!("file:{}", secrets.0.path().join("tokens").display()));
    let in_files = environment(&[("COGNITO_STORE_KEY_FILE", &key), ("COGNITO_BUNDLE_KEY_FILE", &key)], "");
    let given = environment(&[("COGNITO_STORE_KEY", KEY), ("COGNITO_BUNDLE_KEY", KEY)], "");
    let service = Service::that_says([tokens()]).await;
    let open = |environment: &Environment| {
        let sign_in = SignInRequest {
            environment: environment.clone(),
            password: Some(PASSWORD.into()),
            ..request(&service, &[], "")
        };
        let session =
            SessionRequest { sign_in, store: store.clone(), ..SessionRequest::new(environment.clone()) };
        cognito_at(ISSUED_AT).session(session).unwrap()
    };
    let session = open(&in_files);
    session.tokens().await.done().unwrap();
    assert!(session.status().await.unwrap().protection.contains("sealed"));
    let bundle = session.export(&in_files).await.unwrap();
    // The key is the same one, however it is given.
    open(&given).tokens().await.done().unwrap();
    assert_eq!(service.operations(), ["InitiateAuth"]);
    open(&given).import(&bundle, &given).await.unwrap();

    let short = secrets.file("short", "short");
    for name in ["COGNITO_STORE_KEY_FILE", "COGNITO_BUNDLE_KEY_FILE"] {
        let environment = environment(&[(name, &short)], "");
        let request = SessionRequest { store: store.clone(), ..SessionRequest::new(environment.clone()) };
        let error = match Cognito::new().session(request) {
            Err(error) => error,
            Ok(session) => session.export(&environment).await.unwrap_err(),
        };
        assert_eq!(error.code(), "InvalidKey");
        assert!(error.message().starts_with(name), "{error}");
    }
}

#[tokio::test]
async fn a_secret_that_is_given_twice_is_refused() {
    let secrets = Secrets::new();
    let file = secrets.file("secret", PASSWORD);
    for name in ["COGNITO_PASSWORD", "COGNITO_CLIENT_SECRET", "COGNITO_TOTP_SECRET"] {
        let file_name = format!("{name}_FILE");
        let mut process = vec![(name, PASSWORD), (&*file_name, &*file)];
        process.extend((name != "COGNITO_PASSWORD").then_some(("COGNITO_PASSWORD", PASSWORD)));
        let error = refused(&process).await;
        assert_eq!(error.code(), "ConflictingValues");
        assert!(error.message().contains(&format!("{name} and {file_name}")), "{error}");
    }
    // An argument takes precedence over both, and the environment over `.env`.
    let both = [("COGNITO_PASSWORD", "other"), ("COGNITO_PASSWORD_FILE", &*file)];
    let service = Service::that_says((0..4).map(|_| tokens())).await;
    let cognito = Cognito::new();
    let by_argument =
        SignInRequest { password: Some(PASSWORD.into()), ..request(&service, &both, "COGNITO_PASSWORD=x") };
    sign_in(&cognito, by_argument).await.unwrap();
    for (process, dotenv) in [
        (&both[1..], "COGNITO_PASSWORD=of-dotenv".to_owned()),
        (&[("COGNITO_PASSWORD", PASSWORD)][..], format!("COGNITO_PASSWORD_FILE={file}")),
        (&[("COGNITO_PASSWORD", ""), ("COGNITO_PASSWORD_FILE", &*file)], String::new()),
    ] {
        sign_in(&cognito, request(&service, process, &dotenv)).await.unwrap();
    }
    assert!(service.calls().iter().all(|call| call.parameter("PASSWORD") == PASSWORD));
    assert!(cognito.take_notices().is_empty());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_where_its_secret_is_wanted() {
    let secrets = Secrets::new();
    let folder = secrets.0.path().to_str().unwrap();
    let latin = secrets.file("latin", b"hunter2\xe4");
    let large = secrets.file("large", "hunter2 ".repeat(17 * 1024));
    for path in [&*secrets.not_there(), folder, &latin, &large] {
        for name in ["COGNITO_PASSWORD_FILE", "COGNITO_CLIENT_SECRET_FILE", "COGNITO_TOTP_SECRET_FILE"] {
            let mut process = vec![(name, path)];
            process.extend((name != "COGNITO_PASSWORD_FILE").then_some(("COGNITO_PASSWORD", PASSWORD)));
            let error = refused(&process).await;
            assert_eq!(error.code(), "SecretFileUnreadable");
            assert!(error.message().contains(name) && error.message().contains(path), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
    let not_there = secrets.not_there();
    let process = [("COGNITO_REFRESH_TOKEN_FILE", &*not_there), ("COGNITO_CLIENT_ID", CLIENT)];
    let error = Cognito::new().refresh(RefreshRequest::new(environment(&process, ""))).await.unwrap_err();
    assert_eq!(error.code(), "SecretFileUnreadable");

    // A refresh wants no password, and an argument is enough.
    let service = Service::that_says([tokens(), tokens()]).await;
    let process = [("COGNITO_PASSWORD_FILE", &*not_there), ("COGNITO_BUNDLE_KEY_FILE", &*not_there)];
    let given = SignInRequest { password: Some(PASSWORD.into()), ..request(&service, &process, "") };
    let client = given.client.clone();
    sign_in(&Cognito::new(), given).await.unwrap();
    let refresh = RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        client,
        ..RefreshRequest::new(environment(&process, ""))
    };
    Cognito::new().refresh(refresh).await.unwrap();
}

#[tokio::test]
async fn a_session_reads_the_password_when_it_signs_in() {
    let secrets = Secrets::new();
    let store = Some(format!("file:{}", secrets.0.path().join("tokens").display()));
    let password = secrets.file("password", PASSWORD);
    let process = [("COGNITO_PASSWORD_FILE", &*password)];
    let service = Service::that_says([tokens()]).await;
    let open = || {
        let sign_in = request(&service, &process, "");
        let session =
            SessionRequest { sign_in, store: store.clone(), ..SessionRequest::new(Environment::empty()) };
        cognito_at(ISSUED_AT).session(session).unwrap()
    };
    open().tokens().await.done().unwrap();
    std::fs::remove_file(&password).unwrap();
    open().tokens().await.done().unwrap();
    std::fs::remove_dir_all(secrets.0.path().join("tokens")).unwrap();
    let error = open().tokens().await.done().unwrap_err();
    assert_eq!(error.code(), "SecretFileUnreadable", "{error}");
    assert_eq!(service.operations(), ["InitiateAuth"]);
}

#[tokio::test]
async fn an_empty_file_gives_no_value() {
    let secrets = Secrets::new();
    let empty = secrets.file("empty", " \n");
    let error = refused(&[("COGNITO_PASSWORD_FILE", &empty)]).await;
    assert_eq!(error.code(), "MissingValue");
    assert!(error.message().contains("the file in COGNITO_PASSWORD_FILE is empty"), "{error}");
    let service = Service::that_says([tokens()]).await;
    let process = [("COGNITO_CLIENT_SECRET_FILE", &*empty), ("COGNITO_PASSWORD", PASSWORD)];
    sign_in(&Cognito::new(), request(&service, &process, "")).await.unwrap();
    assert!(service.calls()[0].parameter("SECRET_HASH").is_null());
}

#[tokio::test]
async fn dotenv_names_no_file_whose_content_is_sent() {
    let secrets = Secrets::new();
    let mine = secrets.file("id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----");
    let stranger = Service::unasked().await;
    let named: String = ["PASSWORD", "CLIENT_SECRET", "REFRESH_TOKEN", "TOTP_SECRET"]
        .iter()
        .map(|secret| format!("COGNITO_{secret}_FILE={mine}\n"))
        .collect();
    let dotenv = format!(
        "COGNITO_ENDPOINT={0}\nCOGNITO_DOMAIN={0}\nCOGNITO_CLIENT_ID={CLIENT}\nCOGNITO_USER_NAME=theirs\n{named}",
        stranger.endpoint()
    );
    let theirs = environment(&[], &dotenv);
    assert!(!theirs.has("COGNITO_PASSWORD"));
    let cognito = Cognito::new();
    let flow = SignInRequest { flow: Flow::Password, ..SignInRequest::new(theirs.clone()) };
    let refusals = [
        ("COGNITO_PASSWORD_FILE", sign_in(&cognito, flow).await.unwrap_err()),
        (
            "COGNITO_REFRESH_TOKEN_FILE",
            cognito.refresh(RefreshRequest::new(theirs.clone())).await.unwrap_err(),
        ),
    ];
    for (name, error) in refusals {
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert!(error.message().contains(&format!("{name} in .env is not used")), "{error}");
        assert!(error.hint().unwrap().contains(&format!("set {name} in the environment")), "{error:?}");
    }
    let told = cognito.take_notices();
    assert!(
        told.iter().any(|told| told.starts_with("COGNITO_PASSWORD_FILE in .env is not used")),
        "{told:?}"
    );
    let request = ClientCredentialsRequest::new(theirs.clone());
    assert_eq!(cognito.client_credentials(request).await.unwrap_err().kind(), ErrorKind::Config);
    let session = cognito.session(SessionRequest::new(theirs)).unwrap();
    assert_eq!(session.tokens().await.done().unwrap_err().kind(), ErrorKind::Config);
    assert!(stranger.calls().is_empty());
}

#[tokio::test]
async fn a_secret_from_a_file_of_mine_goes_to_no_host_of_dotenv() {
    let secrets = Secrets::new();
    let stranger = Service::unasked().await;
    let mine = secrets.file("mine", TOTP_SECRET);
    let dotenv = format!(
        "COGNITO_ENDPOINT={}\nCOGNITO_CLIENT_ID={CLIENT}\nCOGNITO_USER_NAME={ALIAS}\nCOGNITO_PASSWORD=theirs\n",
        stranger.endpoint()
    );
    for name in ["COGNITO_PASSWORD_FILE", "COGNITO_CLIENT_SECRET_FILE", "COGNITO_TOTP_SECRET_FILE"] {
        let client = ClientValues { timeout: Some(std::time::Duration::ZERO), ..ClientValues::default() };
        let request = SignInRequest {
            client,
            flow: Flow::Password,
            ..SignInRequest::new(environment(&[(name, &mine)], &dotenv))
        };
        let error = sign_in(&Cognito::new(), request).await.unwrap_err();
        assert!(error.message().starts_with("cognito-idp.us-east-1.amazonaws.com"), "{name}: {error}");
    }
    assert!(stranger.calls().is_empty());
}

async fn look(process: &[(&str, &str)], dotenv: &str) -> Vec<cognitoken::Check> {
    Cognito::new().doctor(&SessionRequest::new(environment(process, dotenv)), false).await
}

#[tokio::test]
async fn the_doctor_tells_of_a_file_whether_it_can_be_read_and_never_its_content() {
    let secrets = Secrets::new();
    let (secret, empty) = (secrets.file("secret", "sentinel-a"), secrets.file("empty", "\n"));
    let not_there = secrets.not_there();
    let process = [
        ("COGNITO_PASSWORD_FILE", &*secret),
        ("COGNITO_CLIENT_SECRET_FILE", &*empty),
        ("COGNITO_REFRESH_TOKEN_FILE", &*not_there),
        ("COGNITO_TOTP_SECRET_FILE", &*secret),
        ("COGNITO_TOTP_SECRET", "sentinel-b"),
        ("COGNITO_STORE_KEY_FILE", &*secret),
    ];
    let checks =
        look(&process, &format!("COGNITO_BUNDLE_KEY_FILE={secret}\nCOGNITO_PASSWORD=sentinel-c")).await;
    for (name, state, finding) in [
        ("COGNITO_PASSWORD_FILE", CheckState::Good, "set, from the environment"),
        ("COGNITO_PASSWORD", CheckState::Good, "not used: COGNITO_PASSWORD_FILE takes precedence"),
        ("COGNITO_CLIENT_SECRET_FILE", CheckState::Note, "set, from the environment: the file is empty"),
        ("COGNITO_REFRESH_TOKEN_FILE", CheckState::Bad, "(SecretFileUnreadable); found in the environment"),
        ("COGNITO_TOTP_SECRET_FILE", CheckState::Bad, "(ConflictingValues); found in the environment"),
        ("COGNITO_STORE_KEY_FILE", CheckState::Bad, "(InvalidKey); found in the environment"),
        ("COGNITO_BUNDLE_KEY_FILE", CheckState::Note, "set, from .env, and not used"),
    ] {
        let check = named(&checks, name);
        assert_eq!(check.state, state, "{check:?}");
        assert!(check.finding.ends_with(finding), "{check:?}");
    }
    assert!(fix(named(&checks, "COGNITO_BUNDLE_KEY_FILE")).contains("which of your files"));
    assert!(!format!("{checks:?}").contains("sentinel-"), "{checks:?}");

    let request = SessionRequest {
        sign_in: SignInRequest {
            password: Some(PASSWORD.into()),
            ..SignInRequest::new(environment(&process[..1], ""))
        },
        ..SessionRequest::new(Environment::empty())
    };
    let checks = Cognito::new().doctor(&request, false).await;
    let check = named(&checks, "COGNITO_PASSWORD_FILE");
    assert_eq!(check.finding, "given as an argument; the value of the environment is not used");
}

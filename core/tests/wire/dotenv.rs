//! The values that a `.env` file in somebody else's folder may give, and those that it must not.

use cognitoken::{
    Answer, ClientCredentialsRequest, ClientValues, Clock, Cognito, Environment, ErrorKind, Flow,
    PendingChallenges, RefreshRequest, Session, SessionRequest, SignInRequest, SsoRequest, Step,
    VerifierOptions,
};
use serde_json::json;

use super::cognito::{
    ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, POOL, REFRESH_TOKEN, USERNAME, challenge, cognito_at, jwt, tokens,
};
use super::outcome::{Done as _, challenge_to, sign_in};
use super::service::{Reply, Service};

/// A line that gives the file a secret of its own.
const DECOY: &str = "COGNITO_REFRESH_TOKEN=bait\n";
const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn environment(process: &[(&str, &str)], dotenv: &str) -> Environment {
    Environment::from_pairs(process.iter().copied(), dotenv).unwrap()
}

fn sign_in_with(environment: Environment) -> SignInRequest {
    let client = ClientValues { timeout: Some(std::time::Duration::ZERO), ..ClientValues::default() };
    SignInRequest { client, ..SignInRequest::new(environment) }
}

/// Everything that a sign-in at this service needs, as the lines of a file.
fn whole(service: &Service) -> String {
    let endpoint = service.endpoint();
    format!(
        "COGNITO_ENDPOINT={endpoint}\nCOGNITO_CLIENT_ID={CLIENT}\nCOGNITO_USER_NAME={ALIAS}\nCOGNITO_PASSWORD={PASSWORD}\n"
    )
}

#[tokio::test]
async fn a_password_is_not_sent_to_a_client_that_only_the_file_names() {
    for (process, dotenv) in [
        (vec![], format!("COGNITO_CLIENT_ID={CLIENT}")),
        (vec![], format!("COGNITO_CLIENT_ID={CLIENT}\nCOGNITO_REGION=eu-west-1\n{DECOY}")),
        (vec![("COGNITO_CLIENT_ID", CLIENT)], "COGNITO_REGION=eu-west-1".to_owned()),
        (vec![("COGNITO_CLIENT_ID", CLIENT)], "AWS_REGION=eu-west-1".to_owned()),
    ] {
        for flow in [Flow::Auto, Flow::UserAuth] {
            let request = SignInRequest {
                username: Some(ALIAS.into()),
                password: Some(PASSWORD.into()),
                flow,
                ..sign_in_with(environment(&process, &dotenv))
            };
            let cognito = Cognito::new();
            let error = sign_in(&cognito, request.clone()).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "UntrustedClient"), "{dotenv}");
            assert!(error.hint().unwrap().contains("COGNITO_USER_POOL_ID"));
            // SRP proves it without sending it; and a person may choose.
            let with_pool = environment(
                &process,
                &dotenv.replace("COGNITO_REGION=eu-west-1", "").replace("AWS_REGION=eu-west-1", ""),
            );
            let client = ClientValues { user_pool_id: Some(POOL.into()), ..request.client.clone() };
            let by_srp = SignInRequest { client, environment: with_pool, ..request.clone() };
            assert_eq!(sign_in(&cognito, by_srp).await.unwrap_err().kind(), ErrorKind::RequestTimeout);
            let chosen = SignInRequest { flow: Flow::Password, ..request };
            assert_eq!(sign_in(&cognito, chosen).await.unwrap_err().kind(), ErrorKind::RequestTimeout);
        }
    }
}

#[tokio::test]
async fn a_whole_file_of_ones_own_is_believed() {
    let service = Service::that_says([tokens()]).await;
    let cognito = Cognito::new();
    sign_in(&cognito, SignInRequest::new(environment(&[], &whole(&service)))).await.unwrap();
    assert_eq!(service.calls()[0].parameter("PASSWORD"), PASSWORD);
    assert!(cognito.take_notices().is_empty());
}

#[tokio::test]
async fn a_secret_that_the_call_does_not_use_makes_no_host_trusted() {
    let stranger = Service::unasked().await;
    let dotenv = format!("COGNITO_ENDPOINT={}\n{DECOY}", stranger.endpoint());
    let cognito = Cognito::new();
    let request = SignInRequest {
        username: Some(ALIAS.into()),
        flow: Flow::Custom,
        ..sign_in_with(environment(&[("COGNITO_CLIENT_ID", CLIENT)], &dotenv))
    };
    let error = sign_in(&cognito, request).await.unwrap_err();
    assert!(error.message().starts_with("cognito-idp.us-east-1.amazonaws.com"), "{error}");
    let told = cognito.take_notices();
    assert!(told.len() == 1 && told[0].starts_with("COGNITO_ENDPOINT in .env is not used"), "{told:?}");
    assert!(told[0].contains("set COGNITO_ENDPOINT in the environment"));
    assert!(cognito.take_notices().is_empty() && stranger.calls().is_empty());
}

#[tokio::test]
async fn no_secret_of_mine_beside_those_of_the_file_goes_to_its_host() {
    let stranger = Service::unasked().await;
    let file = whole(&stranger);
    for mine in ["COGNITO_TOTP_SECRET", "COGNITO_CLIENT_SECRET", "COGNITO_PASSWORD"] {
        let request = sign_in_with(environment(&[(mine, TOTP_SECRET)], &file));
        let error = sign_in(&Cognito::new(), SignInRequest { flow: Flow::Password, ..request }).await;
        let error = error.unwrap_err();
        assert!(error.message().starts_with("cognito-idp.us-east-1.amazonaws.com"), "{mine}: {error}");
    }
    let mine = RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        client: ClientValues { timeout: Some(std::time::Duration::ZERO), ..ClientValues::default() },
        ..RefreshRequest::new(environment(&[], &format!("{file}{DECOY}")))
    };
    assert_eq!(Cognito::new().refresh(mine).await.unwrap_err().kind(), ErrorKind::RequestTimeout);
    let domain = format!("COGNITO_DOMAIN={}\n{DECOY}COGNITO_PASSWORD=bait", stranger.endpoint());
    let mine = [("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_CLIENT_SECRET", CLIENT_SECRET)];
    let request = ClientCredentialsRequest::new(environment(&mine, &domain));
    let error = Cognito::new().client_credentials(request).await.unwrap_err();
    assert!(error.message().contains("COGNITO_DOMAIN in .env is not used"), "{error}");
    assert!(stranger.calls().is_empty());
}

#[tokio::test]
async fn nobody_is_sent_to_a_sign_in_page_of_the_file() {
    let dotenv =
        format!("COGNITO_DOMAIN=theirs\nCOGNITO_CLIENT_ID={CLIENT}\nCOGNITO_CLIENT_SECRET=x\n{DECOY}");
    let request = SsoRequest::new(environment(&[], &dotenv));
    let error = Cognito::new().start_sso(request).await.unwrap_err();
    assert_eq!(error.code(), "MissingValue");
    assert!(error.message().contains("COGNITO_DOMAIN in .env is not used"), "{error}");
    assert!(error.hint().unwrap().contains("give `domain`"), "{error:?}");
}

#[tokio::test]
async fn no_answer_is_given_to_a_host_that_only_the_file_names() {
    let asks = || challenge("CUSTOM_CHALLENGE", &json!({"question": "the password, once more"}));
    let service = Service::that_says([asks()]).await;
    let request = SignInRequest::new(environment(&[], &whole(&service)));
    let asked = challenge_to(&Cognito::new(), request).await;
    let host = service.endpoint().replace("http://", "").trim_end_matches('/').to_owned();
    assert_eq!(asked.host(), host);
    let folder = tempfile::tempdir().unwrap();
    PendingChallenges::new(folder.path().join("c"), Clock::system()).keep(&asked).await.unwrap();
    let kept = PendingChallenges::new(folder.path().join("c"), Clock::system());
    let kept = kept.find(None, None, &environment(&[("COGNITO_PASSWORD", "mine")], "")).await.unwrap();
    for challenge in [&asked, &kept] {
        assert_eq!(challenge.check_host().unwrap_err().code(), "UntrustedHost");
        let refused = Cognito::new().respond(challenge, Answer::text("mine")).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::Config, "UntrustedHost"));
        assert!(refused.message().contains(&host), "{refused}");
    }
    assert_eq!(service.calls().len(), 1);
}

#[tokio::test]
async fn a_code_is_made_for_a_time_near_ours_whatever_the_service_says() {
    let asks = || challenge("SOFTWARE_TOKEN_MFA", &json!({"USER_ID_FOR_SRP": USERNAME}));
    let mut codes = Vec::new();
    for date in ["Tue, 14 Nov 2023 22:13:20 GMT", "Wed, 14 Nov 2029 22:13:20 GMT"] {
        let service = Service::that_says([asks().with_header("date", date), tokens()]).await;
        let cognito = cognito_at(1_700_000_000);
        let request =
            SignInRequest { totp_secret: Some(TOTP_SECRET.into()), ..super::cognito::request(&service) };
        sign_in(&cognito, request).await.unwrap();
        let code = service.calls()[1].body()["ChallengeResponses"]["SOFTWARE_TOKEN_MFA_CODE"].clone();
        codes.push(code);
        let told = cognito.take_notices();
        assert_eq!(told.len(), usize::from(date.contains("2029")), "{told:?}");
        assert!(told.iter().all(|told| told.contains("more than a day")));
    }
    assert_eq!(codes[0], codes[1]);
}

/// A session in a folder with this file; its tokens would rest in memory where the file does not count.
fn session(process: &[(&str, &str)], dotenv: &str) -> cognitoken::Result<Session> {
    Cognito::new().session(SessionRequest::new(environment(process, dotenv)))
}

#[tokio::test]
async fn tokens_do_not_rest_where_only_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = folder.path().join("theirs");
    let service = Service::that_says([tokens()]).await;
    let store = format!("COGNITO_STORE=file:{}\nCOGNITO_STORE_KEY={KEY}\n", theirs.display());
    for (process, more) in [
        (vec![], String::new()),
        (vec![("COGNITO_PASSWORD", PASSWORD)], DECOY.to_owned()),
        (vec![("COGNITO_REFRESH_TOKEN", REFRESH_TOKEN)], whole(&service)),
        (vec![("COGNITO_CLIENT_SECRET", CLIENT_SECRET)], whole(&service)),
    ] {
        let error = session(&process, &format!("{store}{more}")).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "UntrustedStore"), "{process:?}");
        assert!(error.hint().unwrap().contains("give `store`"), "{error:?}");
    }
    // Given as arguments, they are mine too.
    let typed = SessionRequest {
        sign_in: SignInRequest {
            password: Some(PASSWORD.into()),
            ..SignInRequest::new(environment(&[], &format!("{store}{}", whole(&service))))
        },
        ..SessionRequest::new(Environment::empty())
    };
    assert_eq!(Cognito::new().session(typed).unwrap_err().code(), "UntrustedStore");
    // All of it theirs: their tokens may rest there, and mine still may not.
    let all_theirs = session(&[], &format!("{store}{}", whole(&service))).unwrap();
    assert_eq!(all_theirs.check_keeps().unwrap_err().code(), "UntrustedStore");
    let mine = sign_in(&Cognito::new(), super::cognito::request(&service)).await.unwrap();
    let error = all_theirs.keep(mine).await.unwrap_err();
    assert_eq!(error.code(), "UntrustedStore");
    assert!(!theirs.exists());
}

#[tokio::test]
async fn a_key_or_a_token_of_the_file_takes_no_place_of_mine() {
    let fixed = jwt(&json!({"token_use": "id", "exp": 4_102_444_800_u32, "cognito:username": "theirs"}));
    let token = format!("COGNITO_ID_TOKEN={fixed}\n");
    for (process, more) in [
        (vec![("COGNITO_USER_NAME", ALIAS)], DECOY),
        (vec![("COGNITO_CLIENT_ID", CLIENT)], DECOY),
        (vec![("COGNITO_PASSWORD", PASSWORD)], DECOY),
        (vec![("COGNITO_STORE", "memory")], DECOY),
        (vec![], ""),
    ] {
        let cognito = Cognito::new();
        let request = SessionRequest::new(environment(&process, &format!("{token}{more}")));
        let session = cognito.session(request).unwrap();
        let error = session.id_token().await.done().unwrap_err();
        assert_ne!(error.code(), "FixedToken", "{process:?}");
        let told = cognito.take_notices();
        assert!(told.iter().any(|told| told.starts_with("COGNITO_ID_TOKEN in .env is not used")), "{told:?}");
    }
    // A store that was there before may hold my sign-in.
    let shell = SessionRequest {
        default_store: Some("file:/nowhere".into()),
        ..SessionRequest::new(environment(&[], &format!("{token}{DECOY}")))
    };
    assert!(Cognito::new().session(shell).unwrap().check_keeps().is_ok(), "no fixed token");
    let whole = session(&[], &format!("{token}{DECOY}")).unwrap();
    assert_eq!(whole.id_token().await.done().unwrap().expose(), fixed, "a file that is the source of all");

    let bundle = session(&[], "").unwrap();
    let theirs = environment(&[], &format!("COGNITO_BUNDLE_KEY={KEY}\n{DECOY}COGNITO_PASSWORD=x"));
    let error = bundle.export(&theirs).await.unwrap_err();
    assert!(error.message().contains("COGNITO_BUNDLE_KEY in .env is not used"), "{error}");
    let error = bundle.import("cognitoken-bundle-1.AAAA", &theirs).await.unwrap_err();
    assert!(error.message().contains("COGNITO_BUNDLE_KEY in .env is not used"), "{error}");
}

#[test]
fn a_verifier_that_is_told_anything_takes_no_anchor_from_the_file() {
    let anchors = "COGNITO_ISSUER=https://theirs.example\nCOGNITO_JWKS_URL=https://theirs.example/keys\n";
    let whole = format!(
        "{anchors}{DECOY}COGNITO_PASSWORD=x\nCOGNITO_USER_POOL_ID={POOL}\nCOGNITO_CLIENT_ID={CLIENT}"
    );
    let bare = || VerifierOptions::new();
    let pool = || bare().with_user_pool_id(POOL);
    let client = || bare().with_client_id(CLIENT);
    let any = || bare().any_client();
    for options in [
        pool().with_environment(&environment(&[], &whole)),
        client().with_environment(&environment(&[], &whole)),
        any().with_environment(&environment(&[], &whole)),
        bare().with_environment(&environment(&[("COGNITO_USER_POOL_ID", POOL)], &whole)),
        bare().with_environment(&environment(&[("COGNITO_CLIENT_ID", CLIENT)], &whole)),
        bare().with_environment(&environment(&[("COGNITO_PASSWORD", "mine")], &whole)),
        bare().with_environment(&environment(&[], anchors)),
    ] {
        assert_eq!((&options.issuers, &options.jwks_url), (&None, &None));
        assert_eq!(options.notices.len(), 2, "{:?}", options.notices);
    }
    let own = bare().with_environment(&environment(&[], &whole));
    assert_eq!(own.jwks_url.as_deref(), Some("https://theirs.example/keys"));
    assert!(own.notices.is_empty());
}

#[tokio::test]
async fn a_service_that_repeats_what_it_was_sent_does_not_get_it_shown() {
    let says = |text: &str| json!({"__type": "NotAuthorizedException", "message": text});
    let hidden: String = PASSWORD.chars().flat_map(|letter| [letter, '\u{200b}']).collect();
    for reply in [
        Reply::json(400, &json!({"__type": PASSWORD.replace(' ', ""), "message": "no"})),
        Reply::json(400, &says("no")).with_header("x-amzn-requestid", "correcthorsebattery"),
        Reply::json(400, &says(&PASSWORD.replace('h', "\0h"))),
        Reply::json(400, &says(&hidden)),
        Reply::text(500, "text/correcthorsebattery", "no"),
        Reply::json(200, &json!({"ChallengeName": "correcthorsebattery", "Session": "s"})),
        Reply::json(200, &json!({"ChallengeName": "A\u{1b}[31mB", "Session": "s"})),
        challenge("CUSTOM_CHALLENGE", &json!({"question": format!("why {PASSWORD}?\u{1b}[2J")})),
    ] {
        let service = Service::that_says([reply]).await;
        let password = PASSWORD.replace(' ', "");
        for password in [PASSWORD, &password] {
            let request =
                SignInRequest { password: Some(password.into()), ..super::cognito::request(&service) };
            let (error, asked) = match Cognito::new().sign_in(request).await {
                Err(error) => (error, None),
                Ok(Step::Challenge(asked)) => {
                    let shown = (asked.question(), asked.shown_parameters());
                    (asked.into(), Some(shown))
                }
                Ok(_) => panic!("signed in"),
            };
            let shown = format!("{error} {error:?} {:?} {asked:?}", error.request_id());
            assert!(!shown.contains(password), "{shown}");
            assert!(!format!("{error}{}", asked.map(|asked| asked.0).unwrap_or_default()).contains('\u{1b}'));
            if service.unsaid() == 0 {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_is_more_than_a_token_is_refused() {
    for (name, token) in [
        ("IdToken", "a.b.c\r\nX-Evil: 1"),
        ("AccessToken", "a.b\u{1b}[31m.c"),
        ("RefreshToken", "r\u{e9}fresh"),
        ("IdToken", "a b"),
        ("TokenType", "Bearer\r\nX: y"),
    ] {
        let reply = tokens().edited(move |body| body["AuthenticationResult"][name] = token.into());
        let service = Service::that_says([reply]).await;
        let error = sign_in(&Cognito::new(), super::cognito::request(&service)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"), "{name}");
        assert!(!format!("{error:?}").contains("Evil"));
    }
}

#[tokio::test]
async fn a_whole_sign_in_has_one_limit_of_answers() {
    let asks = |_| challenge("CUSTOM_CHALLENGE", &json!({"q": "again"}));
    let service = Service::that_says((0..100).map(asks)).await;
    let asked = challenge_to(&Cognito::new(), super::cognito::request(&service)).await;
    let mut asked = asked.clone();
    let error = loop {
        match Cognito::new().respond(&asked, Answer::text("x")).await {
            Ok(cognitoken::Step::Challenge(next)) => asked = next,
            Ok(cognitoken::Step::Done(tokens)) => panic!("{tokens:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "TooManyChallenges"));
    assert!(service.unsaid() > 70);
}

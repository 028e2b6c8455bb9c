//! AWS credentials of an identity pool: what is sent, what is kept and for whom, and what a refusal says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use cognitoken::binding::unix_seconds;
use cognitoken::{
    AwsCredentials, AwsCredentialsRequest, Clock, Cognito, Environment, Error, ErrorKind, Session,
    SessionRequest, Step,
};
use serde_json::{Value, json};

use super::cognito::{CLIENT, POOL, REFRESH_TOKEN, challenge, jwt, refusal, request, throttled, tokens_of};
use super::domain::client_credentials_request;
use super::outcome::{Done as _, sign_in};
use super::service::{Call, Reply, Service};

const IDENTITY_POOL: &str = "us-east-1:12345678-dcba-1234-abcd-1234567890ab";
const IDENTITY: &str = "us-east-1:00000000-dcba-1234-abcd-1234567890ab";
const ROLE: &str = "arn:aws:iam::123456789012:role/analysts";
const PROVIDER: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
const SECRET_KEY: &str = "the/secret+access/key";
const SESSION_TOKEN: &str = "the-session-token-of-aws==";
const START: u64 = 1_800_000_000;
const LIFE: u64 = 3600;
/// The time that credentials have left when others are asked for.
const MARGIN: u64 = 16 * 60;

fn id_token_of(user: &str, expires_at: u64) -> String {
    jwt(&json!({"sub": user, "cognito:username": user, "aud": CLIENT, "token_use": "id", "exp": expires_at,
        "iat": START, "iss": format!("https://{PROVIDER}")}))
}

/// A sign-in of this user, good for a day.
fn tokens_for(user: &str) -> Reply {
    tokens_until(user, START + 86_400)
}

fn tokens_until(user: &str, expires_at: u64) -> Reply {
    let access = jwt(&json!({"sub": user, "username": user, "client_id": CLIENT, "token_use": "access",
        "exp": expires_at, "iat": START}));
    tokens_of(&json!({"AccessToken": access, "ExpiresIn": expires_at.saturating_sub(START),
        "IdToken": id_token_of(user, expires_at), "RefreshToken": REFRESH_TOKEN, "TokenType": "Bearer"}))
}

fn identity() -> Reply {
    Reply::json(200, &json!({"IdentityId": IDENTITY}))
}

fn issued(access_key_id: &str, expires_at: u64) -> Reply {
    Reply::json(200, &issued_body(access_key_id, expires_at))
}

fn issued_body(access_key_id: &str, expires_at: u64) -> Value {
    json!({"IdentityId": IDENTITY, "Credentials": {"AccessKeyId": access_key_id, "SecretKey": SECRET_KEY,
        "SessionToken": SESSION_TOKEN, "Expiration": expires_at as f64 + 0.25}})
}

fn passes() -> Reply {
    // More than any call waits, so that it is not tried again.
    throttled().with_header("retry-after", "100")
}

/// One service for user pool and identity pool, and a session at a clock that is set by hand.
struct World {
    service: Service,
    now: Arc<AtomicU64>,
    session: Session,
}

impl World {
    async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::of(replies, |request| request).await
    }

    async fn of(
        replies: impl IntoIterator<Item = Reply>,
        change: impl FnOnce(SessionRequest) -> SessionRequest,
    ) -> Self {
        let service = Service::that_says(replies).await;
        let now = Arc::new(AtomicU64::new(START));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || UNIX_EPOCH + Duration::from_secs(told.load(Ordering::SeqCst)));
        let session = SessionRequest::new(Environment::empty()).with_sign_in(request(&service));
        let session = Cognito::builder().clock(clock).build().session(change(session)).unwrap();
        Self { service, now, session }
    }

    fn request(&self) -> AwsCredentialsRequest {
        AwsCredentialsRequest::new(IDENTITY_POOL).with_identity_endpoint(self.service.endpoint())
    }

    async fn ask(&self) -> Result<Arc<AwsCredentials>, Error> {
        self.session.aws_credentials(&self.request()).await.done()
    }

    /// The id of the access key that is returned at this moment.
    async fn key_at(&self, moment: u64) -> String {
        self.now.store(moment, Ordering::SeqCst);
        self.ask().await.unwrap().access_key_id().to_owned()
    }

    /// The calls of the identity pool.
    fn calls(&self) -> Vec<Call> {
        let mut calls = self.service.calls();
        calls.retain(|call| call.operation().starts_with("AWSCognitoIdentityService."));
        calls
    }

    fn operations(&self) -> Vec<String> {
        let operations = self.calls();
        operations.iter().map(|call| call.operation().rsplit('.').next().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn the_id_token_is_the_login_at_its_issuer_and_no_request_is_signed() {
    let world = World::new([tokens_for("ada"), identity(), issued("AKID", START + LIFE)]).await;
    let credentials = world.ask().await.unwrap();
    assert_eq!(credentials.access_key_id(), "AKID");
    assert_eq!(credentials.secret_access_key().expose(), SECRET_KEY);
    assert_eq!(credentials.session_token().expose(), SESSION_TOKEN);
    assert_eq!(credentials.identity_id(), IDENTITY);
    assert_eq!(credentials.region().as_str(), "us-east-1");
    assert_eq!(unix_seconds(credentials.expires_at()), (START + LIFE) as i64);

    let calls = world.calls();
    assert_eq!(world.operations(), ["GetId", "GetCredentialsForIdentity"]);
    let logins = json!({PROVIDER: id_token_of("ada", START + 86_400)});
    assert_eq!(calls[0].body(), json!({"IdentityPoolId": IDENTITY_POOL, "Logins": logins}));
    assert_eq!(calls[1].body(), json!({"IdentityId": IDENTITY, "Logins": logins}));
    for call in &calls {
        assert_eq!(call.start, "POST / HTTP/1.1");
        assert_eq!(call.header("content-type"), Some("application/x-amz-json-1.1"));
        assert_eq!(call.header("authorization"), None);
    }
}

#[tokio::test]
async fn neither_secret_is_in_the_debug_text() {
    let world = World::new([tokens_for("ada"), identity(), issued("AKID", START + LIFE)]).await;
    let credentials = world.ask().await.unwrap();
    let shown = format!("{credentials:?} {:?} {:?}", world.session, credentials.session_token());
    assert!(shown.contains("AKID"), "{shown}");
    assert!(!shown.contains(SECRET_KEY) && !shown.contains(SESSION_TOKEN), "{shown}");
}

#[tokio::test]
async fn a_role_is_sent_and_its_credentials_are_no_other_role_s() {
    let replies =
        [tokens_for("ada"), identity(), issued("PLAIN", START + LIFE), issued("ROLE", START + LIFE)];
    let world = World::new(replies).await;
    let with_role = world.request().with_custom_role_arn(ROLE);
    for _ in 0..2 {
        assert_eq!(world.ask().await.unwrap().access_key_id(), "PLAIN");
        let of_role = world.session.aws_credentials(&with_role).await.done().unwrap();
        assert_eq!(of_role.access_key_id(), "ROLE");
    }
    // One identity serves both.
    assert_eq!(world.operations(), ["GetId", "GetCredentialsForIdentity", "GetCredentialsForIdentity"]);
    assert_eq!(world.calls()[2].body()["CustomRoleArn"], ROLE);
}

#[tokio::test]
async fn credentials_are_returned_again_until_sixteen_minutes_before_their_end() {
    let replies = [
        tokens_for("ada"),
        identity(),
        issued("FIRST", START + LIFE),
        issued("SECOND", START + 2 * LIFE),
        issued("THIRD", START + 2 * LIFE),
    ];
    let world = World::new(replies).await;
    assert_eq!(world.key_at(START).await, "FIRST");
    let due = START + LIFE - MARGIN;
    assert_eq!(world.key_at(due - 1).await, "FIRST");
    assert!(world.session.fresh_aws_credentials(&world.request()).is_some());
    world.now.store(due, Ordering::SeqCst);
    assert!(world.session.fresh_aws_credentials(&world.request()).is_none());
    assert_eq!(world.key_at(due).await, "SECOND");
    // Set back, the clock says nothing about their age.
    assert_eq!(world.key_at(START).await, "THIRD");
    let mut expected = vec!["GetId".to_owned()];
    expected.extend(vec!["GetCredentialsForIdentity".to_owned(); 3]);
    assert_eq!(world.operations(), expected);
}

#[tokio::test]
async fn their_life_is_told_by_the_service_s_clock() {
    // This machine's clock is an hour ahead.
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(START - LIFE));
    let reply = |key: &str| issued(key, START).with_header("date", &date);
    let world = World::new([tokens_for("ada"), identity(), reply("FIRST"), reply("SECOND")]).await;
    assert_eq!(world.key_at(START).await, "FIRST");
    assert_eq!(world.key_at(START + LIFE - MARGIN - 1).await, "FIRST");
    assert_eq!(world.key_at(START + LIFE - MARGIN).await, "SECOND");
}

#[tokio::test]
async fn good_credentials_need_no_good_token() {
    let replies = [tokens_until("ada", START + 600), identity(), issued("AKID", START + LIFE)];
    let world = World::new(replies).await;
    assert_eq!(world.key_at(START).await, "AKID");
    assert_eq!(world.key_at(START + 1200).await, "AKID");
    assert_eq!(world.service.calls().len(), 3);
}

#[tokio::test]
async fn those_who_ask_at_the_same_moment_share_one_pair_of_requests() {
    let world = World::new([tokens_for("ada"), identity(), issued("AKID", START + LIFE)]).await;
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let (session, request) = (world.session.clone(), world.request());
            tokio::spawn(async move { session.aws_credentials(&request).await.done() })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap().unwrap().access_key_id(), "AKID");
    }
    assert_eq!(world.operations(), ["GetId", "GetCredentialsForIdentity"]);
    assert_eq!(world.service.calls().len(), 3);
}

#[tokio::test]
async fn whoever_signs_out_is_forgotten() {
    let nothing = Reply::json(200, &json!({}));
    let replies = [
        tokens_for("ada"),
        identity(),
        issued("FIRST", START + LIFE),
        nothing,
        tokens_for("ada"),
        identity(),
        issued("SECOND", START + LIFE),
    ];
    let world = World::new(replies).await;
    assert_eq!(world.ask().await.unwrap().access_key_id(), "FIRST");
    world.session.sign_out(false).await.unwrap();
    assert!(world.session.fresh_aws_credentials(&world.request()).is_none());
    assert_eq!(world.ask().await.unwrap().access_key_id(), "SECOND");
    assert_eq!(
        world.operations(),
        ["GetId", "GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"]
    );
}

#[tokio::test]
async fn another_user_of_the_same_session_gets_credentials_of_their_own() {
    let replies = [tokens_for("ada"), identity(), issued("ADA", START + LIFE)];
    let world = World::of(replies, |mut request| {
        request.sign_in.username = None;
        request.with_refresh_token("seed")
    })
    .await;
    assert_eq!(world.ask().await.unwrap().access_key_id(), "ADA");
    world.service.goes_on(tokens_for("bob"));
    let mut own = request(&world.service);
    own.username = Some("bob".into());
    let bob = sign_in(&Cognito::new(), own).await.unwrap();
    world.session.keep(bob).await.unwrap();
    assert!(world.session.fresh_aws_credentials(&world.request()).is_none());
    world.service.goes_on(identity());
    world.service.goes_on(issued("BOB", START + LIFE));
    assert_eq!(world.ask().await.unwrap().access_key_id(), "BOB");
    let calls = world.calls();
    assert_eq!(calls[2].body()["Logins"][PROVIDER], id_token_of("bob", START + 86_400));
}

#[tokio::test]
async fn an_identity_that_the_pool_forgot_is_asked_for_anew() {
    let gone = refusal("ResourceNotFoundException", &format!("Identity '{IDENTITY}' not found."));
    let replies = [
        tokens_for("ada"),
        identity(),
        issued("FIRST", START + LIFE),
        gone,
        identity(),
        issued("SECOND", START + 2 * LIFE),
    ];
    let world = World::new(replies).await;
    assert_eq!(world.key_at(START).await, "FIRST");
    assert_eq!(world.key_at(START + LIFE).await, "SECOND");
    assert_eq!(world.operations()[2..], ["GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"]);
}

#[tokio::test]
async fn credentials_that_are_still_good_outlast_a_failure_that_passes() {
    let replies = [tokens_for("ada"), identity(), issued("FIRST", START + LIFE), passes(), passes()];
    let world = World::new(replies).await;
    assert_eq!(world.key_at(START).await, "FIRST");
    let due = START + LIFE - MARGIN;
    assert_eq!(world.key_at(due).await, "FIRST");
    // The next calls do not wait for another failure.
    assert_eq!(world.key_at(due + 29).await, "FIRST");
    assert_eq!(world.service.unsaid(), 1);
    assert_eq!(world.key_at(due + 30).await, "FIRST");
    assert_eq!(world.service.unsaid(), 0);
    // In their last minute they are no longer returned.
    world.service.goes_on(passes());
    world.now.store(START + LIFE - 60, Ordering::SeqCst);
    let error = world.ask().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
}

#[tokio::test]
async fn a_refusal_is_told_although_credentials_are_still_good() {
    let refused =
        refusal("NotAuthorizedException", "Token is not from a supported provider of this identity pool.");
    let replies = [tokens_for("ada"), identity(), issued("FIRST", START + LIFE), refused];
    let world = World::new(replies).await;
    world.key_at(START).await;
    world.now.store(START + LIFE - MARGIN, Ordering::SeqCst);
    assert_eq!(world.ask().await.unwrap_err().code(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_sign_in_that_fails_for_a_while_does_not_take_good_credentials_away() {
    let replies = [tokens_until("ada", START + 600), identity(), issued("FIRST", START + LIFE), passes()];
    let world = World::new(replies).await;
    assert_eq!(world.key_at(START).await, "FIRST");
    assert_eq!(world.key_at(START + LIFE - MARGIN).await, "FIRST");
    assert_eq!(world.service.unsaid(), 0);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    use ErrorKind::{Authentication, Service, Throttled};
    let of_id = [
        (
            "NotAuthorizedException",
            "Token is not from a supported provider of this identity pool.",
            Authentication,
            "identity_pool_id",
        ),
        (
            "NotAuthorizedException",
            "Invalid login token. Issuer doesn't match providerName",
            Authentication,
            "user pool and app client",
        ),
        ("NotAuthorizedException", "Invalid login token. Token expired: 2 >= 1", Authentication, "clock"),
        (
            "NotAuthorizedException",
            "Logins don't match. Please include at least one valid login.",
            Authentication,
            "UnlinkIdentity",
        ),
        ("NotAuthorizedException", "Access is forbidden.", Authentication, "owner"),
        ("ResourceNotFoundException", "IdentityPool 'us-east-1:...' not found.", Service, "identity_pool_id"),
        ("LimitExceededException", "The limit", Service, "limit"),
        ("TooManyRequestsException", "Rate exceeded", Throttled, "busy"),
    ];
    for (code, words, kind, hint) in of_id {
        let reply = refusal(code, words).with_header("retry-after", "100");
        let world = World::new([tokens_for("ada"), reply]).await;
        let error = world.ask().await.unwrap_err();
        assert_eq!((error.code(), error.kind()), (code, kind), "{error:?}");
        assert_eq!(error.message(), words);
        assert!(error.hint().unwrap().contains(hint), "{error:?}");
        // A password would not help.
        assert!(!error.wants_sign_in(), "{error:?}");
    }
    let no_role = "Role is not set for this identity pool";
    let bad_role = "Invalid identity pool configuration. Check assigned IAM roles for this pool.";
    let not_mine = "Access denied: the role is not one of the token's.";
    for (code, words, kind, hint) in [
        ("InvalidIdentityPoolConfigurationException", no_role, Service, "SetIdentityPoolRoles"),
        ("InvalidIdentityPoolConfigurationException", bad_role, Service, "trust policy"),
        ("NotAuthorizedException", not_mine, Authentication, "custom_role_arn"),
        ("ResourceNotFoundException", "Identity not found.", Service, "call again"),
    ] {
        let world = World::new([tokens_for("ada"), identity(), refusal(code, words)]).await;
        let error = world.ask().await.unwrap_err();
        assert_eq!((error.code(), error.kind()), (code, kind), "{error:?}");
        assert!(error.hint().unwrap().contains(hint), "{error:?}");
        assert!(!error.retryable());
    }
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again() {
    for fault in [
        refusal("ResourceConflictException", "Login linked elsewhere"),
        refusal("ExternalServiceException", "A provider did not answer"),
        refusal("InternalErrorException", "Something is wrong"),
        throttled(),
        Reply::Reset,
        Reply::text(503, "text/html", "<h1>away</h1>"),
    ] {
        let world = World::new([tokens_for("ada"), identity(), fault, issued("AKID", START + LIFE)]).await;
        world.ask().await.unwrap();
        assert_eq!(world.operations(), ["GetId", "GetCredentialsForIdentity", "GetCredentialsForIdentity"]);
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error() {
    let mut without_key = issued_body("AKID", START + LIFE);
    without_key["Credentials"].as_object_mut().unwrap().remove("SecretKey");
    for reply in [
        Reply::text(200, "text/html", "<h1>Sign in to the guest network</h1>"),
        Reply::json(200, &json!({})),
        Reply::json(200, &without_key),
    ] {
        let world = World::new([tokens_for("ada"), identity(), reply]).await;
        let error = world.ask().await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"));
        assert!(!format!("{error} {error:?}").contains(SESSION_TOKEN));
    }
}

#[tokio::test]
async fn a_message_that_repeats_the_token_is_shown_without_it() {
    let echo = Reply::by(|call: &Call| {
        let token = call.body()["Logins"][PROVIDER].as_str().unwrap().to_owned();
        refusal("NotAuthorizedException", &format!("Invalid login token {token}"))
            .with_header("x-amzn-requestid", &token)
    });
    let world = World::new([tokens_for("ada"), echo]).await;
    let error = world.ask().await.unwrap_err();
    assert_eq!(error.message(), "Invalid login token [redacted]");
    assert!(!format!("{error:?}").contains(&id_token_of("ada", START + 86_400)));
}

#[tokio::test]
async fn a_session_without_a_renewable_id_token_is_told_before_anything_is_sent() {
    let fixed = World::of([], |request| request.with_id_token(id_token_of("ada", START + 86_400))).await;
    let error = fixed.ask().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "FixedToken"));
    assert!(error.hint().unwrap().contains("COGNITO_ID_TOKEN"));
    let elsewhere = Service::unasked().await;
    let of_client = client_credentials_request(&elsewhere);
    let machine = World::of([], |request| request.with_client_credentials(of_client)).await;
    let error = machine.ask().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "NoIdToken"));
    assert!(error.message().contains("app client itself"));
    for service in [&fixed.service, &machine.service, &elsewhere] {
        assert_eq!(service.calls().len(), 0);
    }
}

#[tokio::test]
async fn a_malformed_value_is_told_before_anything_is_sent() {
    let world = World::new([]).await;
    for (request, code) in [
        (AwsCredentialsRequest::new(POOL), "InvalidIdentityPoolId"),
        (AwsCredentialsRequest::new(""), "MissingValue"),
        (world.request().with_custom_role_arn("analysts"), "InvalidRoleArn"),
        (world.request().with_identity_endpoint("http://example.com"), "InsecureUrl"),
    ] {
        let error = world.session.aws_credentials(&request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code));
    }
    assert_eq!(world.service.calls().len(), 0);
}

#[tokio::test]
async fn a_token_without_an_issuer_is_told() {
    let tokens = tokens_for("ada").edited(|body| {
        body["AuthenticationResult"]["IdToken"] = json!(jwt(&json!({"sub": "ada", "exp": START + 86_400})));
    });
    let world = World::new([tokens]).await;
    let error = world.ask().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, "MissingClaim"));
}

#[tokio::test]
async fn a_challenge_is_a_value() {
    let world = World::new([challenge("SMS_MFA", &json!({}))]).await;
    let Step::Challenge(challenge) = world.session.aws_credentials(&world.request()).await.unwrap() else {
        panic!("no challenge was set");
    };
    assert_eq!(challenge.name(), "SMS_MFA");
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_the_question_to_the_next() {
    let (sender, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let silent = Reply::by(move |_| {
        sender.send(()).unwrap();
        Reply::Silence
    });
    let world = World::new([tokens_for("ada"), identity(), silent]).await;
    let (session, request) = (world.session.clone(), world.request());
    let first = tokio::spawn(async move { session.aws_credentials(&request).await.done() });
    asked.recv().await.unwrap();
    let impatient = world.request().with_timeout(Duration::from_millis(20));
    let error = world.session.aws_credentials(&impatient).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RequestTimeout);
    first.abort();
    world.service.goes_on(issued("AKID", START + LIFE));
    assert_eq!(world.ask().await.unwrap().access_key_id(), "AKID");
    // The identity was known already.
    assert_eq!(world.operations(), ["GetId", "GetCredentialsForIdentity", "GetCredentialsForIdentity"]);
}

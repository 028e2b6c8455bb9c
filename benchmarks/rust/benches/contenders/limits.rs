//! The limits of our rows: the work that is left when everything of ours is taken away.

use std::time::Instant;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::modular::Modulus;
use crate::{Answer, Call, text};

/// The three modular powers of one sign-in, with exponents of its sizes: 2^a, 2^x and B^(a + ux).
pub(crate) fn modular_powers(given: &Value) -> Call {
    let modulus = Modulus::from_hex(&text(given, "modulus"));
    let short = [0xa5; 32];
    let long = [0xa5; 64];
    Box::new(move || {
        modulus.power(2, &short);
        modulus.power(2, &short);
        modulus.power(u64::MAX, &long);
        Answer::Valid
    })
}

/// Header and payload of the token, parsed from bytes that need no base64 any more.
pub(crate) fn parsing(given: &Value) -> Call {
    let token = text(given, "token");
    let parts: Vec<Vec<u8>> = token.split('.').take(2).map(bytes).collect();
    Box::new(move || {
        let parsed = parts.iter().map(|part| serde_json::from_slice::<Value>(part).expect("JSON"));
        let payload = parsed.last().expect("a payload");
        Answer::Text(text(&payload, "email"))
    })
}

/// The signature of the token, with a key that is parsed already.
pub(crate) fn signature(given: &Value) -> Call {
    let token = text(given, "token");
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let (signed, signature) = (signed.to_owned(), bytes(signature));
    let jwk = &given["jwks"]["keys"][0];
    let (n, e) = (bytes(&text(jwk, "n")), bytes(&text(jwk, "e")));
    let key = RsaPublicKeyComponents { n: &n, e: &e };
    let key = key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).expect("a key");
    Box::new(move || {
        key.verify_sig(signed.as_bytes(), &signature).expect("a good signature");
        Answer::Valid
    })
}

/// One sign-in on a kept connection.
pub(crate) fn request(given: &Value) -> Call {
    let runtime = runtime();
    let client = Client::new();
    let sign_in = SignIn {
        endpoint: text(given, "endpoint"),
        client_id: text(given, "client"),
        user: text(given, "user"),
        password: text(given, "password"),
    };
    Box::new(move || {
        let answer = runtime.block_on(sign_in.send(&client));
        Answer::Text(text(&answer["AuthenticationResult"], "IdToken"))
    })
}

/// Sign-ins at once, as python/crowd.py makes them: seconds of wall and of CPU time, and bytes of memory that they added.
pub(crate) fn crowd(count: usize) -> String {
    let variable = |name: &str| std::env::var(name).expect("a sign-in's variables");
    let sign_in = SignIn {
        endpoint: variable("COGNITO_ENDPOINT"),
        client_id: variable("COGNITO_CLIENT_ID"),
        user: variable("COGNITO_USER_NAME"),
        password: variable("COGNITO_PASSWORD"),
    };
    let client = Client::new();
    runtime().block_on(async {
        sign_in.send(&client).await;
        let (memory, cpu, started) = (peak_of_memory(), cpu_seconds(), Instant::now());
        let mut crowd = JoinSet::new();
        for _ in 0..count {
            let (sign_in, client) = (sign_in.clone(), client.clone());
            crowd.spawn(async move { sign_in.send(&client).await });
        }
        let answers = crowd.join_all().await;
        let (wall, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        assert_eq!(answers.len(), count);
        format!("{wall} {cpu} {}", peak_of_memory() - memory)
    })
}

#[derive(Clone)]
struct SignIn {
    endpoint: String,
    client_id: String,
    user: String,
    password: String,
}

impl SignIn {
    async fn send(&self, client: &Client) -> Value {
        let parameters = json!({"USERNAME": self.user, "PASSWORD": self.password});
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": self.client_id, "AuthParameters": parameters,
        });
        let request = client
            .post(&self.endpoint)
            .header("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
            .header(CONTENT_TYPE, "application/x-amz-json-1.1")
            .body(body.to_string());
        let answer = request.send().await.expect("an answer").bytes().await.expect("a body");
        serde_json::from_slice(&answer).expect("JSON")
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn peak_of_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
    let (_, peak) = status.split_once("VmHWM:").expect("VmHWM");
    let kibibytes = peak.split_whitespace().next().expect("a number");
    kibibytes.parse::<u64>().expect("a number") * 1024
}

fn bytes(text: impl AsRef<[u8]>) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

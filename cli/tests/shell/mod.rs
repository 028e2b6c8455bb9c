//! A shell with a service to talk to, and a home folder of its own.

use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const PASSWORD: &str = "sentinel-password-71c1";
pub(crate) const REFRESH_TOKEN: &str = "sentinel-refresh-5f0e";

/// A service with its answers, and a home folder for the command.
pub(crate) struct Shell {
    pub(crate) service: MockServer,
    pub(crate) home: tempfile::TempDir,
}

impl Shell {
    pub(crate) async fn new() -> Self {
        Self { service: MockServer::start().await, home: tempfile::tempdir().unwrap() }
    }

    pub(crate) async fn answers(&self, operation: &str, asked: Value, status: u16, body: Value) {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        Mock::given(header("x-amz-target", target.as_str()))
            .and(body_partial_json(asked))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .mount(&self.service)
            .await;
    }

    pub(crate) async fn signs_in(&self) {
        let asked = json!({"AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD}});
        self.answers("InitiateAuth", asked, 200, tokens()).await;
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cognitoken"));
        command
            .args(arguments)
            .env_clear()
            // Windows has no sockets without it.
            .envs(std::env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)))
            .envs(["HOME", "LOCALAPPDATA"].map(|name| (name, self.home.path())))
            .env("COGNITO_USER_NAME", "ada")
            .env("COGNITO_PASSWORD", PASSWORD)
            .env("COGNITO_CLIENT_ID", "client")
            .env("COGNITO_ENDPOINT", self.service.uri())
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let given = self.home.path().join("standard-input");
        std::fs::write(&given, input).unwrap();
        let mut command = self.command(arguments);
        Ran::of(command.stdin(std::fs::File::open(given).unwrap()).output().unwrap())
    }
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

pub(crate) fn jwt(payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.{}",
        part(&json!({"alg": "RS256", "kid": "k"})),
        part(payload),
        URL_SAFE_NO_PAD.encode("signature")
    )
}

pub(crate) fn id_token() -> String {
    jwt(
        &json!({"cognito:username": "ada", "email": "ada@example.org", "token_use": "id", "exp": 4_102_444_800_u32}),
    )
}

pub(crate) fn tokens() -> Value {
    json!({
        "AuthenticationResult": {
            "AccessToken": jwt(&json!({"username": "ada", "token_use": "access"})),
            "ExpiresIn": 3600,
            "IdToken": id_token(),
            "RefreshToken": REFRESH_TOKEN,
            "TokenType": "Bearer",
        },
        "ChallengeParameters": {},
    })
}

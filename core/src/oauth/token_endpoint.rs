//! The domain's token endpoint.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>

use std::time::SystemTime;

use serde::Deserialize;

use super::app_client::{AppClient, FormBody};
use super::error_response::unreadable;
use crate::error::Result;
use crate::tokens::AuthenticationResult;

/// Tokens, and the time by the service's clock when they were issued.
pub(super) struct Issued {
    pub(super) result: AuthenticationResult,
    pub(super) server_time: SystemTime,
}

/// Requests tokens with the fields of one grant.
pub(super) async fn request_tokens(client: &AppClient<'_>, grant: &FormBody<'_>) -> Result<Issued> {
    let url = client.domain.token_endpoint();
    let answer = client.post(&url, grant).await?;
    let server_time = answer.clock_offset.server_time(client.transport.clock().now());
    // The parser's error may repeat a part of the body: it is dropped.
    let answer: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| unreadable(&url))?;
    Ok(Issued { result: answer.into(), server_time })
}

/// The successful response (RFC 6749, 5.1).
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    id_token: Option<String>,
    refresh_token: Option<String>,
    #[serde(default = "bearer")]
    token_type: String,
    expires_in: Option<u64>,
}

fn bearer() -> String {
    "Bearer".to_owned()
}

impl From<TokenAnswer> for AuthenticationResult {
    fn from(answer: TokenAnswer) -> Self {
        Self {
            access_token: answer.access_token,
            id_token: answer.id_token,
            refresh_token: answer.refresh_token,
            token_type: Some(answer.token_type),
            expires_in: answer.expires_in,
            new_device_metadata: None,
        }
    }
}

//! The configuration document of an Aplos NCA service, which names the app client and the pool that its users sign in with.

use serde_json::Value;
use url::Url;

use crate::address::parse_service_url;
use crate::config::Discovered;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};

/// The paths of the document below the service's address, the newest last.
const PATHS: [&str; 2] = ["app/configuration", "v3/app/configuration"];

/// Asks the service at the address `api`, the value of `APLOS_API_URL`.
pub(super) async fn discover(api: &str, transport: &Transport, budget: &CallBudget) -> Result<Discovered> {
    let base = parse_service_url("APLOS_API_URL", api)?;
    let mut may_pass = false;
    for path in PATHS {
        match transport.get_json(&below(&base, path), budget).await {
            Ok(document) => {
                if let Some(discovered) = read(&document) {
                    return Ok(discovered);
                }
            }
            // A server that is away is away at every path; a server that does not know one may know the other.
            Err(error) if error.kind() != ErrorKind::Service => return Err(error),
            Err(error) => may_pass |= error.retryable(),
        }
    }
    Err(nothing_found(&base).with_retryable(may_pass))
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

fn read(document: &Value) -> Option<Discovered> {
    let cognito = document.pointer("/idp/Auth/Cognito")?;
    let text = |name: &str| cognito.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Discovered {
        client_id: text("userPoolClientId")?,
        user_pool_id: text("userPoolId"),
        region: text("region"),
    })
}

fn nothing_found(base: &Url) -> Error {
    let host = base.host_str().unwrap_or("the service");
    let message = format!("{host} (APLOS_API_URL) does not say which Cognito client its users sign in with");
    Error::new(ErrorKind::Service, "DiscoveryFailed", message).with_hint(
        "Check APLOS_API_URL, or set COGNITO_CLIENT_ID, COGNITO_REGION and COGNITO_USER_POOL_ID yourself.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_path_is_put_below_the_address() {
        for (base, expected) in [
            ("https://api.example.com", "https://api.example.com/app/configuration"),
            ("https://api.example.com/stage/", "https://api.example.com/stage/app/configuration"),
        ] {
            assert_eq!(below(&Url::parse(base).unwrap(), PATHS[0]).as_str(), expected);
        }
    }

    #[test]
    fn a_document_without_a_client_id_is_none() {
        let whole = json!({"idp": {"Auth": {"Cognito": {"region": "us-east-1", "userPoolId": "us-east-1_abc", "userPoolClientId": "client"}}}});
        assert_eq!(read(&whole).unwrap().client_id, "client");
        for document in [json!({}), json!([]), json!({"idp": {"Auth": {"Cognito": {"userPoolClientId": 5}}}})]
        {
            assert!(read(&document).is_none());
        }
    }
}

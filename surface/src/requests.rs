//! Requests of the core, made of a bag of values: each parameter is read here and nowhere else.

use std::collections::BTreeMap;
use std::time::Duration;

use cognitoken::{
    AccountRequest, Answer, AwsCredentialsRequest, ClientAuthentication, ClientCredentialsRequest,
    ClientValues, Device, Environment, Error, ErrorKind, Expected, Flow, IdToken, LogoutRequest, Password,
    Profile, RefreshRequest, RefreshToken, SessionRequest, SignInRequest, SsoRequest, TokenUse, TotpSecret,
    Value, VerifierOptions, leeway_from_seconds, timeout_from_seconds,
};

use crate::output::Object;
use crate::typed::Typed;
use crate::values::{Values, unusable};

/// The flow that signs the app client itself in, which is a session's alone.
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// The variables and the profile that give what no value gives. `without_profile`: the profile is one that the call makes.
pub fn environment<V: Values + ?Sized>(values: &V) -> Result<Environment, V::Failure> {
    if values.truth("without_profile")?.unwrap_or_default() {
        return Ok(Environment::read_without_profile()?);
    }
    Ok(Environment::read_with_profile(values.text("profile")?.as_deref())?)
}

/// The values of a profile. Those that are not given stay as they were.
pub fn profile<V: Values + ?Sized>(values: &V) -> Result<Profile, V::Failure> {
    let mut profile = Profile::new().with_sso(values.truth("sso")?.unwrap_or_default());
    profile.client_id = values.text("client_id")?;
    profile.region = values.text("region")?;
    profile.user_pool_id = values.text("user_pool_id")?;
    profile.domain = values.text("domain")?;
    profile.username = values.text("username")?;
    profile.endpoint = values.text("endpoint")?;
    profile.store = values.text("store")?;
    Ok(profile.trimmed())
}

/// The app client, its pool and the time limit.
pub fn client_values<V: Values + ?Sized>(values: &V) -> Result<ClientValues, V::Failure> {
    Ok(ClientValues {
        client_id: values.text("client_id")?,
        client_secret: values.text("client_secret")?.map(Into::into),
        region: values.text("region")?,
        user_pool_id: values.text("user_pool_id")?,
        endpoint: values.text("endpoint")?,
        timeout: timeout(values)?,
    })
}

/// The request of a sign-in.
pub fn sign_in<V: Values + ?Sized>(
    values: &V,
    environment: Environment,
) -> Result<SignInRequest, V::Failure> {
    let (flow, device) = (values.text("flow")?, device(values)?);
    if device.is_none() && values.text("device")?.is_some() {
        return Err(unusable("`device` has to be a device: its key is not enough".to_owned()).into());
    }
    sign_in_of(values, environment, flow, device)
}

fn sign_in_of<V: Values + ?Sized>(
    values: &V,
    environment: Environment,
    flow: Option<String>,
    device: Option<Device>,
) -> Result<SignInRequest, V::Failure> {
    Ok(SignInRequest {
        username: values.text("username")?,
        password: values.text("password")?.map(Password::new),
        client: client_values(values)?,
        flow: flow.map_or(Ok(Flow::default()), |flow| flow.parse())?,
        preferred_challenge: values.text("preferred_challenge")?,
        totp_secret: values.text("totp_secret")?.map(TotpSecret::new),
        remember_device: values.truth("remember_device")?.unwrap_or_default(),
        device,
        client_metadata: client_metadata(values)?,
        ..SignInRequest::new(environment)
    }
    .with_parameters(parameters(values)?))
}

/// The request of a refresh from a refresh token alone.
pub fn refresh<V: Values + ?Sized>(values: &V) -> Result<RefreshRequest, V::Failure> {
    let (device, device_key) = device_or_key(values)?;
    Ok(RefreshRequest {
        refresh_token: values.text("refresh_token")?.map(RefreshToken::new),
        username: values.text("username")?,
        device,
        device_key,
        client: client_values(values)?,
        client_metadata: client_metadata(values)?,
        ..RefreshRequest::new(environment(values)?)
    })
}

/// The request of an operation on an account without tokens.
pub fn account<V: Values + ?Sized>(values: &V) -> Result<AccountRequest, V::Failure> {
    Ok(AccountRequest {
        username: values.text("username")?,
        client: client_values(values)?,
        client_metadata: client_metadata(values)?,
        ..AccountRequest::new(environment(values)?)
    })
}

/// The request of a token for the app client itself.
pub fn client_credentials<V: Values + ?Sized>(
    values: &V,
    environment: Environment,
) -> Result<ClientCredentialsRequest, V::Failure> {
    let mut request = ClientCredentialsRequest::new(environment)
        .with_client(client_values(values)?)
        .with_client_authentication(client_authentication(values)?)
        .with_parameters(parameters(values)?)
        .with_client_metadata(client_metadata(values)?);
    request.domain = values.text("domain")?;
    request.scopes = values.texts("scopes")?;
    Ok(request)
}

/// The request of a sign-in in a browser. Without a person who could paste, the listener has to have its port.
pub fn sso<V: Values + ?Sized>(values: &V) -> Result<SsoRequest, V::Failure> {
    let mut request = SsoRequest::new(environment(values)?)
        // `timeout` is the limit of the whole here, not of each request.
        .with_client(ClientValues { timeout: None, ..client_values(values)? })
        .with_client_authentication(client_authentication(values)?)
        .with_parameters(parameters(values)?)
        .with_port_required(!values.truth("person_can_paste")?.unwrap_or_default());
    request.domain = values.text("domain")?;
    request.identity_provider = values.text("identity_provider")?;
    request.idp_identifier = values.text("idp_identifier")?;
    request.login_hint = values.text("login_hint")?;
    request.lang = values.text("lang")?;
    request.prompt = values.text("prompt")?;
    request.scopes = values.texts("scopes")?;
    request.redirect_uri = values.text("redirect_uri")?;
    request.timeout = timeout(values)?;
    Ok(request)
}

/// The request of the address that signs a browser out.
pub fn logout<V: Values + ?Sized>(values: &V) -> Result<LogoutRequest, V::Failure> {
    let logout_uri = values.text("logout_uri")?.unwrap_or_default();
    let (client_id, region) = (values.text("client_id")?, values.text("region")?);
    let client = ClientValues { client_id, region, ..ClientValues::default() };
    let mut request = LogoutRequest::new(environment(values)?, logout_uri).with_client(client);
    request.domain = values.text("domain")?;
    Ok(request)
}

/// The request of a session. `default_store` is the store of a language whose sessions last longer than a process.
pub fn session<V: Values + ?Sized>(
    values: &V,
    environment: Environment,
) -> Result<SessionRequest, V::Failure> {
    let (device, device_key) = device_or_key(values)?;
    let flow = values.text("flow")?;
    let (flow, client_credentials) = match flow.as_deref() {
        Some(CLIENT_CREDENTIALS) => (None, Some(client_credentials(values, environment.clone())?)),
        _ => (flow, None),
    };
    let token_use = match token_use(values)? {
        Expected::Exactly(token_use) => token_use,
        Expected::Unchecked => {
            return Err(unusable("`token_use` has to be \"id\" or \"access\"".to_owned()).into());
        }
    };
    Ok(SessionRequest {
        sign_in: sign_in_of(values, environment.clone(), flow, device)?,
        refresh_token: values.text("refresh_token")?.map(RefreshToken::new),
        device_key,
        id_token: values.text("id_token")?.map(IdToken::new),
        client_credentials,
        store: values.text("store")?,
        default_store: values.text("default_store")?,
        token_use,
        ..SessionRequest::new(environment)
    })
}

/// The request for AWS credentials.
pub fn aws_credentials<V: Values + ?Sized>(values: &V) -> Result<AwsCredentialsRequest, V::Failure> {
    let mut request = AwsCredentialsRequest::new(values.required_text("identity_pool_id")?);
    request.custom_role_arn = values.text("custom_role_arn")?;
    request.identity_endpoint = values.text("identity_endpoint")?;
    request.timeout = timeout(values)?;
    Ok(request)
}

/// The request of a session whose set-up is checked.
pub fn doctor<V: Values + ?Sized>(values: &V) -> Result<SessionRequest, V::Failure> {
    let environment = Environment::read_for_doctor(values.text("profile")?.as_deref());
    Ok(SessionRequest {
        sign_in: SignInRequest {
            username: values.text("username")?,
            client: client_values(values)?,
            flow: values.text("flow")?.map_or(Ok(Flow::default()), |flow| flow.parse())?,
            ..SignInRequest::new(environment.clone())
        },
        store: values.text("store")?,
        default_store: values.text("default_store")?,
        ..SessionRequest::new(environment)
    })
}

/// The options of a verifier. A check of the caller's own is called by its language.
pub fn verifier<V: Values + ?Sized>(values: &V) -> Result<VerifierOptions, V::Failure> {
    let mut options = VerifierOptions::new()
        .with_jwks_url(values.text("jwks_url")?.unwrap_or_default())
        .with_leeway(values.number("leeway")?.map_or(Ok(Duration::ZERO), leeway_from_seconds)?);
    options.user_pool_ids = some_texts(values, "user_pool_id")?;
    options.issuers = some_texts(values, "issuer")?;
    options.client_ids = match values.is_any("client_id") {
        true => Some(Expected::Unchecked),
        false => some_texts(values, "client_id")?.map(Expected::Exactly),
    };
    options.token_use = token_use(values)?;
    options.jwks = key_set(values)?;
    options.groups = values.texts("groups")?;
    options.scopes = values.texts("scopes")?;
    if let Some(timeout) = timeout(values)? {
        options.timeout = timeout;
    }
    Ok(options)
}

/// The answer to a challenge.
pub fn answer<V: Values + ?Sized>(values: &V) -> Result<Answer, V::Failure> {
    let answers = values.named_texts("answers")?.unwrap_or_default().into_iter();
    Ok(Answer {
        answer: values.text("answer")?.map(Into::into),
        new_password: values.text("new_password")?.map(Password::new),
        attributes: values.named_texts("attributes")?.unwrap_or_default(),
        answers: answers.map(|(name, answer)| (name, answer.into())).collect(),
        client_metadata: client_metadata(values)?,
    })
}

/// Returns the values that a person typed because a session lacked them; `None` if there are none.
pub fn typed<V: Values + ?Sized>(values: &V) -> Result<Option<Typed>, V::Failure> {
    let (username, client_id) = (values.text("username")?, values.text("client_id")?);
    let password = values.text("password")?.map(Password::new);
    let is_any = username.is_some() || client_id.is_some() || password.is_some();
    Ok(is_any.then_some(Typed { username, client_id, password }))
}

/// A device of its three parts.
pub fn new_device<V: Values + ?Sized>(values: &V) -> Result<Device, V::Failure> {
    let password = Password::new(values.required_text("password")?);
    Ok(Device::new(values.required_text("key")?, values.required_text("group_key")?, password))
}

/// The time limit of a call.
pub fn timeout<V: Values + ?Sized>(values: &V) -> Result<Option<Duration>, V::Failure> {
    Ok(values.number("timeout")?.map(timeout_from_seconds).transpose()?)
}

fn client_metadata<V: Values + ?Sized>(values: &V) -> Result<BTreeMap<String, String>, V::Failure> {
    Ok(values.named_texts("client_metadata")?.unwrap_or_default())
}

fn parameters<V: Values + ?Sized>(values: &V) -> Result<BTreeMap<String, String>, V::Failure> {
    Ok(values.named_texts("parameters")?.unwrap_or_default())
}

fn client_authentication<V: Values + ?Sized>(values: &V) -> Result<ClientAuthentication, V::Failure> {
    let given = values.text("client_authentication")?;
    Ok(given.map_or(Ok(ClientAuthentication::default()), |given| given.parse())?)
}

/// The device of a sign-in.
fn device<V: Values + ?Sized>(values: &V) -> Result<Option<Device>, V::Failure> {
    match values.object("device")? {
        None => Ok(None),
        Some(Object::Device(device)) => Ok(Some((*device).clone())),
        Some(other) => Err(unusable(format!("`device` has to be a device, not {}", other.class())).into()),
    }
}

/// The device of a refresh token: the whole device, or its key alone.
fn device_or_key<V: Values + ?Sized>(values: &V) -> Result<(Option<Device>, Option<String>), V::Failure> {
    match device(values)? {
        Some(device) => Ok((Some(device), None)),
        None => Ok((None, values.text("device")?)),
    }
}

fn token_use<V: Values + ?Sized>(values: &V) -> Result<Expected<TokenUse>, V::Failure> {
    if values.is_any("token_use") {
        return Ok(Expected::Unchecked);
    }
    let given = values.text("token_use")?.filter(|token_use| !token_use.trim().is_empty());
    Ok(Expected::Exactly(given.map_or(Ok(TokenUse::Id), |token_use| token_use.parse())?))
}

/// Several strings; an empty string alone is an absent value.
fn some_texts<V: Values + ?Sized>(values: &V, name: &str) -> Result<Option<Vec<String>>, V::Failure> {
    let is_absent = |texts: &Vec<String>| matches!(&texts[..], [text] if text.trim().is_empty());
    Ok(values.texts(name)?.filter(|texts| !(values.is_one_text(name) && is_absent(texts))))
}

/// A JWKS document, as a value or as the text of one.
fn key_set<V: Values + ?Sized>(values: &V) -> Result<Option<Value>, V::Failure> {
    match values.json("jwks")? {
        Some(Value::String(text)) => {
            let document = serde_json::from_str(&text).map_err(|why| {
                Error::new(ErrorKind::Config, "InvalidJwks", format!("`jwks` is not JSON: {why}"))
            });
            Ok(Some(document?))
        }
        document => Ok(document),
    }
}

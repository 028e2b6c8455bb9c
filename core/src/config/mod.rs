//! Who asks, and where: values from arguments, environment, `.env` and discovery, validated once.

mod client_authentication;
mod discovery;
mod domain;
mod dotenv;
mod dotenv_file;
mod environment;
mod given;
mod region;
mod survey;
mod url;
mod user_pool_id;
mod values;
mod variables;

use std::time::Duration;

use ::url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, DEFAULT_TIMEOUT, Transport};
use crate::secret::ClientSecret;

pub use client_authentication::ClientAuthentication;
pub use environment::Environment;
pub use region::Region;
pub use user_pool_id::UserPoolId;

pub(crate) use self::domain::Domain;
pub(crate) use self::given::{GivenClient, region_of_service};
pub(crate) use self::survey::Survey;
pub(crate) use self::url::{is_loopback, parse_page_url, parse_service_url};
pub(crate) use self::values::{SecretsInUse, Values, explicit_way};
pub(crate) use self::variables::{Class, VARIABLES, Variable, find as find_variable};

/// Where a user pool is taken to live when nothing says where: the region of the documented examples.
const DEFAULT_REGION: &str = "us-east-1";

/// What a caller says about the app client and the pool. What is absent, or empty, comes from the environment.
#[derive(Debug, Clone, Default)]
pub struct ClientValues {
    /// The app client's id (`COGNITO_CLIENT_ID`).
    pub client_id: Option<String>,
    /// The app client's secret, for a client that has one (`COGNITO_CLIENT_SECRET`).
    pub client_secret: Option<ClientSecret>,
    /// The AWS region to call (`COGNITO_REGION`, else the pool id's; without a pool id `AWS_REGION`,
    /// `AWS_DEFAULT_REGION`, else `us-east-1`). A region other than the pool id's is that of a replica of the pool.
    pub region: Option<String>,
    /// The pool's id, `<region>_<name>` (`COGNITO_USER_POOL_ID`).
    pub user_pool_id: Option<String>,
    /// Another address of the service: a private link, FIPS, a local server (`COGNITO_ENDPOINT`).
    pub endpoint: Option<String>,
    /// The limit of the whole call, retries included. 30 s where absent.
    pub timeout: Option<Duration>,
}

/// Values that fit together: what every request is made from.
#[derive(Debug, Clone)]
pub(crate) struct ClientConfig {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<ClientSecret>,
    pub(crate) user_pool_id: Option<UserPoolId>,
    pub(crate) endpoint: Url,
    pub(crate) timeout: Duration,
    pub(crate) from_dotenv: FromDotEnv,
}

/// What of a client only a `.env` file names, which may be a stranger's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FromDotEnv {
    /// The address of the service.
    pub(crate) endpoint: bool,
    /// The client's id, its pool or its region.
    pub(crate) client: bool,
}

impl ClientValues {
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// Whether a client secret is given.
    pub(crate) fn has_secret(&self) -> bool {
        self.client_secret.as_ref().is_some_and(|secret| !secret.expose().trim().is_empty())
    }

    /// Fills in what is absent and checks the whole. Discovery is the only step that sends a request, and only where
    /// `APLOS_API_URL` names a service and the client id or the pool id is still missing.
    pub(crate) async fn resolve(
        self,
        values: &Values,
        transport: &Transport,
        budget: &CallBudget,
    ) -> Result<ClientConfig> {
        Ok(self.locate(values, transport, budget).await?.config)
    }

    /// As [`resolve`](Self::resolve), with the region, which the pool's domain may be under.
    pub(crate) async fn locate(
        self,
        values: &Values,
        transport: &Transport,
        budget: &CallBudget,
    ) -> Result<Located> {
        let mut known = self.gather(values)?;
        let is_incomplete = known.client_id.is_none() || known.user_pool_id.is_none();
        if let Some(api) = is_incomplete.then(|| values.get("APLOS_API_URL")).flatten() {
            let found = discovery::discover(api, transport, budget).await?;
            // Another client belongs to another pool: what was found says nothing about it.
            if known.client_id.as_ref().is_none_or(|given| *given == found.client_id) {
                known.client_id = Some(valid_client_id(found.client_id)?);
                let found_pool = found.user_pool_id.map(|text| UserPoolId::parse(&text)).transpose()?;
                known.user_pool_id = known.user_pool_id.or(found_pool);
                let found_region = found.region.map(|text| Region::parse(&text)).transpose()?;
                if known.user_pool_id.is_some() || found_region.is_some() {
                    known.region = known.region.filter(|given| !given.is_of_machine);
                }
                known.region = known.region.or(found_region.map(|region| GivenRegion {
                    region,
                    place: "APLOS_API_URL",
                    is_of_machine: false,
                }));
                known.from_dotenv.client |= values.is_from_dotenv("APLOS_API_URL");
            }
        }
        known.check()
    }

    /// As [`locate`](Self::locate), for a client that discovery would not know: nothing is sent.
    pub(crate) fn locate_unasked(self, values: &Values) -> Result<Located> {
        self.gather(values)?.check()
    }

    /// The client as far as arguments and environment tell: nothing is sent.
    pub(crate) fn known(self, values: &Values) -> Result<Known> {
        let timeout = self.timeout();
        let gathered = self.gather(values)?;
        let incomplete = gathered.client_id.is_none() || gathered.user_pool_id.is_none();
        let may_be_discovered = incomplete && values.get("APLOS_API_URL").is_some();
        let client_secret = gathered.client_secret.clone();
        let config = match gathered.client_id {
            Some(_) => Some(gathered.check()?.config),
            None => None,
        };
        Ok(Known { config, client_secret, timeout, may_be_discovered })
    }

    /// What arguments and environment say, each well-formed, not yet checked against each other.
    fn gather(self, values: &Values) -> Result<Gathered> {
        let timeout = self.timeout();
        let client_secret = given_secret(self.client_secret.as_ref(), values);
        let user_pool_id = identifier(self.user_pool_id.clone(), values, "COGNITO_USER_POOL_ID")
            .map(|text| UserPoolId::parse(&text))
            .transpose()?;
        let from_dotenv = FromDotEnv {
            endpoint: named_by_dotenv(self.endpoint.as_ref(), values, "COGNITO_ENDPOINT"),
            client: named_by_dotenv(self.client_id.as_ref(), values, "COGNITO_CLIENT_ID")
                || named_by_dotenv(self.user_pool_id.as_ref(), values, "COGNITO_USER_POOL_ID")
                || region_variable(values, user_pool_id.is_some())
                    .is_some_and(|name| named_by_dotenv(self.region.as_ref(), values, name)),
        };
        let endpoint = present(self.endpoint)
            .or_else(|| values.get("COGNITO_ENDPOINT").map(str::to_owned))
            .map(|text| parse_service_url("COGNITO_ENDPOINT", &text))
            .transpose()?;
        Ok(Gathered {
            client_id: identifier(self.client_id, values, "COGNITO_CLIENT_ID")
                .map(valid_client_id)
                .transpose()?,
            client_secret,
            region: given_region(self.region, values, user_pool_id.is_some())?,
            user_pool_id,
            endpoint,
            timeout,
            from_dotenv,
        })
    }
}

/// What is known of a client before anybody is asked.
pub(crate) struct Known {
    /// `None` where no client id is given.
    pub(crate) config: Option<ClientConfig>,
    pub(crate) client_secret: Option<ClientSecret>,
    pub(crate) timeout: Duration,
    /// Whether discovery would tell more.
    pub(crate) may_be_discovered: bool,
}

/// A client, and the region of its pool.
pub(crate) struct Located {
    pub(crate) config: ClientConfig,
    pub(crate) region: Region,
}

/// Values as they were found.
struct Gathered {
    client_id: Option<String>,
    client_secret: Option<ClientSecret>,
    user_pool_id: Option<UserPoolId>,
    region: Option<GivenRegion>,
    endpoint: Option<Url>,
    timeout: Duration,
    from_dotenv: FromDotEnv,
}

impl Gathered {
    fn check(self) -> Result<Located> {
        let Self { client_id, client_secret, user_pool_id, region, endpoint, timeout, from_dotenv } = self;
        let client_id = client_id.ok_or_else(|| missing("client id", "COGNITO_CLIENT_ID"))?;
        let region = region_to_call(region.as_ref(), user_pool_id.as_ref())?;
        let endpoint = match endpoint {
            Some(endpoint) => endpoint,
            None => service_endpoint(&region)?,
        };
        let config = ClientConfig { client_id, client_secret, user_pool_id, endpoint, timeout, from_dotenv };
        Ok(Located { config, region })
    }
}

/// A time limit from a number of seconds, as the bindings are given one.
///
/// # Errors
/// [`ErrorKind::Config`] unless the number is finite and above zero.
pub fn timeout_from_seconds(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero()).ok_or_else(|| {
        Error::new(
            ErrorKind::Config,
            "InvalidTimeout",
            format!("the time limit {seconds} is not a number of seconds above 0"),
        )
        .with_hint("Give `timeout` in seconds, for example 30.")
    })
}

/// A tolerance between clocks from a number of seconds, as the bindings are given one.
///
/// # Errors
/// [`ErrorKind::Config`] unless the number is finite and not below zero.
pub fn leeway_from_seconds(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        let message = format!("the leeway {seconds} is not a number of seconds, 0 or more");
        Error::new(ErrorKind::Config, "InvalidLeeway", message)
            .with_hint("Give `leeway` in seconds, for example 5.")
    })
}

/// The error for a value that no place gives.
pub(crate) fn missing(what: &str, variable: &str) -> Error {
    Error::new(
        ErrorKind::Config,
        "MissingValue",
        format!("no {what}: {variable} is not set and no argument gives it"),
    )
    .with_hint(format!("Pass the {what} as an argument, or set {variable} in the environment or in .env."))
}

/// An argument that says something, without the white space around it: ids, names and addresses are pasted, or read
/// from a file with a line break at its end.
pub(crate) fn present(argument: Option<String>) -> Option<String> {
    argument.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn identifier(argument: Option<String>, values: &Values, variable: &str) -> Option<String> {
    present(argument).or_else(|| values.trimmed(variable))
}

/// The app client's secret, without the line break that a file or `echo | base64` leaves at its end.
pub(crate) fn given_secret(argument: Option<&ClientSecret>, values: &Values) -> Option<ClientSecret> {
    let given = argument.map(|secret| secret.expose().trim()).filter(|secret| !secret.is_empty());
    given
        .map(ClientSecret::new)
        .or_else(|| values.get("COGNITO_CLIENT_SECRET").map(|secret| ClientSecret::new(secret.trim())))
}

/// Whether the `.env` file gives a value that counts, and no argument does.
fn named_by_dotenv(argument: Option<&String>, values: &Values, variable: &str) -> bool {
    argument.is_none_or(|text| text.trim().is_empty()) && values.is_from_dotenv(variable)
}

/// The variable that names the region to call.
const REGION_VARIABLE: &str = "COGNITO_REGION";

/// The variables that name the region a machine works in; the first one that has a value counts. Lambda, SageMaker and
/// build servers set them, wherever the pool may be.
const MACHINE_REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// A region and the name of the place that gave it.
struct GivenRegion {
    region: Region,
    place: &'static str,
    /// Whether it is only the region that the machine works in.
    is_of_machine: bool,
}

/// The variable that decides on the region, where no argument does.
pub(crate) fn region_variable(values: &Values, pool_is_known: bool) -> Option<&'static str> {
    let of_machine = MACHINE_REGION_VARIABLES.into_iter().filter(|_| !pool_is_known);
    std::iter::once(REGION_VARIABLE).chain(of_machine).find(|name| values.get(name).is_some())
}

fn given_region(
    argument: Option<String>,
    values: &Values,
    pool_is_known: bool,
) -> Result<Option<GivenRegion>> {
    let variable = || {
        let name = region_variable(values, pool_is_known)?;
        Some((values.get(name)?.to_owned(), name))
    };
    let Some((text, place)) =
        present(argument).map(|region| (region, "the argument region")).or_else(variable)
    else {
        return Ok(None);
    };
    let region = Region::parse(&text)?;
    Ok(Some(GivenRegion { region, place, is_of_machine: MACHINE_REGION_VARIABLES.contains(&place) }))
}

/// A client id is 1 to 128 word characters or `+` (the API's own pattern).
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
pub(crate) fn valid_client_id(client_id: String) -> Result<String> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '+');
    if client_id.len() > 128 || !client_id.chars().all(allowed) {
        let message =
            "the client id is not one: it may hold letters, digits, `_` and `+`, at most 128 of them";
        return Err(Error::new(ErrorKind::Config, "InvalidClientId", message).with_hint(
            "Copy the app client's id as it was given to you (COGNITO_CLIENT_ID), without quotes.",
        ));
    }
    Ok(client_id)
}

/// The region to call. One that is given goes before the pool id's: a pool may have replicas in other regions.
fn region_to_call(given: Option<&GivenRegion>, user_pool_id: Option<&UserPoolId>) -> Result<Region> {
    match (given, user_pool_id) {
        (Some(given), _) => Ok(given.region.clone()),
        (None, Some(pool)) => Ok(pool.region().clone()),
        (None, None) => Region::parse(DEFAULT_REGION),
    }
}

/// AWS's own address of the service in a region.
pub(crate) fn service_endpoint(region: &Region) -> Result<Url> {
    parse_service_url("the region", &format!("https://cognito-idp.{region}.{}/", region.dns_suffix()))
}

//! The app client, the pool and the user: values from arguments, the environment and `.env`, validated once. Nothing is
//! sent.

mod client_authentication;
mod client_config;
mod client_id;
mod client_values;
mod domain;
mod dotenv;
mod dotenv_file;
mod endpoints;
mod environment;
mod gathered_client;
mod given_client;
mod log_level;
mod parameters;
mod partitions;
mod profile;
mod profiles;
mod region;
mod region_variables;
mod regular_file;
mod secret_file;
mod selected_profile;
mod sourced;
mod time_limits;
mod trust;
mod user_pool_id;
mod values;
mod variables;

pub use client_authentication::ClientAuthentication;
pub use client_values::ClientValues;
pub use environment::Environment;
pub use log_level::{LOG_LEVELS, log_level};
pub use profile::{DEFAULT_PROFILE, Profile};
pub use profiles::Profiles;
pub use region::Region;
pub use time_limits::{leeway_from_seconds, timeout_from_seconds};
pub use user_pool_id::UserPoolId;

pub(crate) use client_config::{ClientConfig, FromDotEnv, Located};
pub(crate) use client_id::valid_client_id;
pub(crate) use domain::Domain;
pub(crate) use endpoints::{is_of_aws, region_of_service};
pub(crate) use gathered_client::{Discovered, GatheredClient};
pub(crate) use given_client::GivenClient;
pub(crate) use parameters::{LEAVE_OUT, check_parameters, pairs};
pub(crate) use region_variables::region_variable;
pub(crate) use selected_profile::SelectedProfile;
pub(crate) use sourced::{Sourced, ValueSource};
pub(crate) use time_limits::DEFAULT_TIMEOUT;
pub(crate) use trust::SecretsInUse;
pub(crate) use values::{Values, explicit_way, missing, present};
pub use variables::variables;
pub(crate) use variables::{Class, VARIABLES, Variable, find as find_variable};

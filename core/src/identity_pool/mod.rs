//! Identity pools: AWS credentials for the ID token of a user.
//!
//! An identity pool knows a user by an identity, which `GetId` returns for a login: the issuer of the ID token and the
//! token itself. `GetCredentialsForIdentity` returns credentials of a role of the pool. Neither request is signed.
//! <https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/Welcome.html>

mod api;
mod credentials;
mod issued;
mod login;
mod pool;
mod request;
mod role;

pub use credentials::AwsCredentials;
pub use request::AwsCredentialsRequest;

pub(crate) use issued::IssuedCredentials;
pub(crate) use login::Login;
pub(crate) use pool::IdentityPool;

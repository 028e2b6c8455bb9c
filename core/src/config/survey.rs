//! What region and endpoint follow from, for a person who wonders.

use url::Url;

use super::{ClientValues, Region, UserPoolId, Values, region_to_call, service_endpoint};
use crate::error::Result;

/// Region and endpoint, each with the place that it comes from, in words.
pub(crate) struct Survey {
    pub(crate) region: (Region, &'static str),
    pub(crate) endpoint: (Url, &'static str),
    /// The pool, where the region is another than the one in its id: that of a replica.
    pub(crate) replica_of: Option<UserPoolId>,
}

impl ClientValues {
    /// What arguments and environment say of region and endpoint. Nothing is sent, and no client id is needed.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for values that are malformed or contradict each other.
    pub(crate) fn survey(self, values: &Values) -> Result<Survey> {
        let gathered = self.gather(values)?;
        let region = region_to_call(gathered.region.as_ref(), gathered.user_pool_id.as_ref())?;
        let region_place = match (&gathered.region, &gathered.user_pool_id) {
            (Some(given), _) => given.place,
            (None, Some(_)) => "the user pool's id",
            (None, None) => "the default",
        };
        let endpoint = match gathered.endpoint {
            Some(endpoint) => (endpoint, "COGNITO_ENDPOINT or the argument endpoint"),
            None => (service_endpoint(&region)?, "the region"),
        };
        let replica_of = gathered.user_pool_id.filter(|pool| *pool.region() != region);
        Ok(Survey { region: (region, region_place), endpoint, replica_of })
    }
}

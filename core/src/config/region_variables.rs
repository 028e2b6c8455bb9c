//! The variables that name a region, in the order in which they count.

use super::sourced::{Sourced, ValueSource};
use super::values::Values;

/// The variable that names the region to call.
const REGION: &str = "COGNITO_REGION";

/// The variables that name the region a machine works in. Lambda, SageMaker and build servers set them, wherever the
/// pool may be.
const REGIONS_OF_MACHINE: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The variable that decides on the region where no argument does.
pub(crate) fn region_variable(values: &Values, pool_is_known: bool) -> Option<&'static str> {
    let of_machine = REGIONS_OF_MACHINE.into_iter().filter(|_| !pool_is_known);
    std::iter::once(REGION).chain(of_machine).find(|name| values.get(name).is_some())
}

/// The region's name by the argument, or by the variable that decides.
pub(super) fn given_region(
    argument: Option<String>,
    values: &Values,
    pool_is_known: bool,
) -> Option<Sourced<String>> {
    values.sourced(argument, region_variable(values, pool_is_known).unwrap_or(REGION))
}

/// Returns whether the source names only the region that the machine works in.
pub(super) fn is_of_machine(source: ValueSource) -> bool {
    matches!(source, ValueSource::Variable(name, _) if REGIONS_OF_MACHINE.contains(&name))
}

//! The binary `cognitoken`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cognitoken_cli::main()
}

//! How the examples end.

use std::{fmt::Display, process::ExitCode};

/// Says what went wrong; status 2, as for arguments that clap refuses.
pub(crate) fn code(result: Result<(), impl Display>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

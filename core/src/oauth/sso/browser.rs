//! Opening the user's browser, and guessing whether it runs on this machine.

use url::Url;

use super::launcher::launch;
use crate::error::{Error, ErrorKind, Result};

/// Variables that are set where the user sits at another machine: a login over the network, or a notebook or an editor
/// in a web page.
const REMOTE: [&str; 20] = [
    // A login over the network.
    "SSH_CONNECTION",
    "SSH_CLIENT",
    "SSH_TTY",
    // Notebooks that are served: JupyterHub, Binder, Colab, Kaggle, Databricks, SageMaker.
    "JUPYTERHUB_USER",
    "JUPYTERHUB_SERVICE_PREFIX",
    "JUPYTERHUB_API_URL",
    "BINDER_SERVICE_HOST",
    "COLAB_RELEASE_TAG",
    "KAGGLE_KERNEL_RUN_TYPE",
    "DATABRICKS_RUNTIME_VERSION",
    "SAGEMAKER_APP_TYPE",
    // RStudio Server, Posit Workbench and Connect.
    "RS_SERVER_URL",
    "RSTUDIO_HTTP_REFERER",
    "POSIT_PRODUCT",
    "CONNECT_SERVER",
    // Editors and shells in a web page, and pods.
    "CODESPACES",
    "GITPOD_WORKSPACE_ID",
    "CLOUD_SHELL",
    "AZUREPS_HOST_ENVIRONMENT",
    "KUBERNETES_SERVICE_HOST",
];

/// Opens the user's browser at an address, without waiting for it. On Linux and other Unix desktops `BROWSER` names
/// another browser. Variables that begin with `COGNITO_` are not passed on to it.
///
/// # Errors
/// [`ErrorKind::Config`]: code `InvalidUrl` for an address that is neither https nor http, `NoBrowser` if no browser
/// could be started. Show the link in that case.
pub fn open_browser(url: &Url) -> Result<()> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(Error::new(
            ErrorKind::Config,
            "InvalidUrl",
            "a browser is only opened at https and http addresses",
        ));
    }
    if launch(url.as_str()) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, "NoBrowser", "no browser could be started")
        .with_hint("Open the link yourself, and paste the address that the browser ended at."))
}

/// Returns whether the user's browser probably runs on another machine, so that it cannot come back to this machine's
/// loopback address. If so, show the link and accept a pasted address beside the listener.
///
/// True for ssh, JupyterHub, Binder, Colab, Kaggle, Databricks, SageMaker, RStudio Server, Posit Workbench and Connect,
/// Codespaces, Gitpod, cloud shells, pods, and for Linux without a display (mostly containers) unless it is the Windows
/// subsystem. This is a guess from environment variables: let the person override it.
pub fn likely_remote() -> bool {
    is_remote(|name| std::env::var(name).ok(), cfg!(target_os = "linux"))
}

fn is_remote(variable: impl Fn(&str) -> Option<String>, linux: bool) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.trim().is_empty());
    let on_server = variable("RSTUDIO_PROGRAM_MODE").is_some_and(|mode| mode == "server")
        || variable("AWS_EXECUTION_ENV").is_some_and(|value| value == "CloudShell");
    // The Windows subsystem shares the browser and loopback of Windows.
    let no_display = linux && !["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].into_iter().any(set);
    on_server || no_display || REMOTE.into_iter().any(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(variables: &[(&str, &str)], linux: bool) -> bool {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        is_remote(value, linux)
    }

    #[test]
    fn a_desk_is_not_remote() {
        assert!(!remote(&[], false));
        assert!(!remote(&[("DISPLAY", ":0")], true));
        assert!(!remote(&[("WAYLAND_DISPLAY", "wayland-0")], true));
        assert!(!remote(&[("WSL_DISTRO_NAME", "Ubuntu")], true));
        assert!(!remote(
            &[("DISPLAY", ":0"), ("SSH_CONNECTION", ""), ("RSTUDIO_PROGRAM_MODE", "desktop")],
            true
        ));
    }

    #[test]
    fn a_served_notebook_a_login_and_a_container_are() {
        for name in REMOTE {
            assert!(remote(&[("DISPLAY", ":0"), (name, "x")], true), "{name}");
        }
        assert!(remote(&[("RSTUDIO_PROGRAM_MODE", "server")], false));
        assert!(remote(&[("AWS_EXECUTION_ENV", "CloudShell")], false));
        assert!(remote(&[], true));
    }

    #[test]
    fn only_web_addresses_are_opened() {
        for text in ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:"] {
            let error = open_browser(&Url::parse(text).unwrap()).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidUrl"), "{text}");
        }
    }
}

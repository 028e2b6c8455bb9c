//! The browser: opening it, and whether the one that the user looks at runs on this machine at all.

use url::Url;

use super::launcher::launch;
use crate::error::{Error, ErrorKind, Result};

/// Variables that are set where the user sits before another machine: a login over the network, or a notebook or an
/// editor that is used through a web page.
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

/// Opens the user's browser at an address, and does not wait for it. `BROWSER` names another one where that is usual.
/// The browser is started without any variable that begins with `COGNITO_`: it has no need of a password.
///
/// # Errors
/// [`ErrorKind::Config`]: code `InvalidUrl` for an address that is neither https nor http, `NoBrowser` where no browser
/// could be started. Show the link then.
pub fn open_browser(url: &Url) -> Result<()> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(Error::new(
            ErrorKind::Config,
            "InvalidUrl",
            "a browser is opened at https and http addresses alone",
        ));
    }
    if launch(url.as_str()) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, "NoBrowser", "no browser could be started")
        .with_hint("Open the link yourself, and paste the address that the browser ended at."))
}

/// Whether the browser that the user looks at probably runs on another machine, so that it cannot come back to this
/// one's loopback address: show the link and take the pasted address then, beside the listener.
///
/// True for ssh, JupyterHub, Binder, Colab, Kaggle, Databricks, SageMaker, RStudio Server, Posit Workbench and Connect,
/// Codespaces, Gitpod, cloud shells, pods, and for Linux without a display (a container, most often) that is not the
/// Windows subsystem. A guess from environment variables alone: a person may know better.
pub fn likely_remote() -> bool {
    is_remote(|name| std::env::var(name).ok(), cfg!(target_os = "linux"))
}

fn is_remote(variable: impl Fn(&str) -> Option<String>, linux: bool) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.trim().is_empty());
    let on_server = variable("RSTUDIO_PROGRAM_MODE").is_some_and(|mode| mode == "server")
        || variable("AWS_EXECUTION_ENV").is_some_and(|place| place == "CloudShell");
    // The Windows subsystem has Windows' browser at hand, and its own loopback in common with it.
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

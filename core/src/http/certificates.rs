//! The certificates that are trusted: those that a variable names, else the system's.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::error::{Error, ErrorKind, Result};

/// The variables that name a file, in the order in which they count. What Python's requests, curl and the AWS tools
/// read comes after what OpenSSL reads; each may name a folder too, as requests allows.
const FILES: [&str; 4] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"];

/// A list of folders; it counts together with [`FILES`]' first, and before the others.
const FOLDERS: &str = "SSL_CERT_DIR";

/// The certificate authorities that are trusted.
pub(crate) enum Certificates {
    System,
    Named(Named),
}

/// Certificates that a variable names, instead of the system's.
pub(crate) struct Named {
    /// The files and folders with their variables, as a person is told.
    place: String,
    usable: Vec<CertificateDer<'static>>,
    /// The number of certificates that cannot be used.
    pub(crate) unusable: usize,
}

impl Certificates {
    /// Reads the variables of the process, and what they name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidCertificates`, where that cannot be read or holds no certificate.
    pub(crate) fn read() -> Result<Self> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let value =
            |name: &'static str| variable(name).filter(|value| !value.is_empty()).map(|value| (name, value));
        let mut places: Vec<(&'static str, PathBuf)> =
            value(FILES[0]).into_iter().map(|(name, path)| (name, path.into())).collect();
        if let Some((name, folders)) = value(FOLDERS) {
            let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
            places.extend(folders.map(|folder| (name, folder)));
        }
        if places.is_empty() {
            places.extend(
                FILES[1..].iter().find_map(|name| value(name)).map(|(name, path)| (name, path.into())),
            );
        }
        if places.is_empty() { Ok(Self::System) } else { Named::load(&places).map(Self::Named) }
    }

    /// A client that trusts these.
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match self {
            Self::System => builder,
            Self::Named(named) => {
                let usable = named.usable.iter();
                let certificates = usable.filter_map(|der| reqwest::Certificate::from_der(der).ok());
                builder.tls_certs_only(certificates)
            }
        }
    }
}

impl Named {
    fn load(places: &[(&'static str, PathBuf)]) -> Result<Self> {
        let mut found = Found::default();
        for (variable, path) in places {
            let read = if path.is_dir() { found.read_folder(path) } else { found.read_file(path) };
            read.map_err(|why| unusable(path, variable, &format!("cannot be read: {why}")))?;
        }
        let mut named: Vec<String> =
            places.iter().map(|(variable, path)| format!("{} ({variable})", path.display())).collect();
        named.dedup();
        let Found { usable, unusable: ignored, .. } = found;
        if let (true, Some((variable, path))) = (usable.is_empty(), places.first()) {
            let why = format!("holds no certificate that can be used ({ignored} that cannot)");
            return Err(unusable(path, variable, &why));
        }
        Ok(Self { place: named.join(" and "), usable, unusable: ignored })
    }
}

/// As in `3 certificates of /etc/ca.pem (SSL_CERT_FILE)`.
impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.usable.len() {
            1 => "1 certificate".to_owned(),
            count => format!("{count} certificates"),
        };
        write!(formatter, "{count} of {}", self.place)
    }
}

impl fmt::Display for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => formatter.write_str("those of the system"),
            Self::Named(named) => named.fmt(formatter),
        }
    }
}

#[derive(Default)]
struct Found {
    usable: Vec<CertificateDer<'static>>,
    unusable: usize,
    /// Decides which certificates can be used.
    judge: Option<RootCertStore>,
    /// The files that were read: a folder of the system has several links to each, and the bundle itself.
    files: HashSet<PathBuf>,
    certificates: HashSet<CertificateDer<'static>>,
}

impl Found {
    fn read_file(&mut self, path: &Path) -> Result<(), String> {
        if path.canonicalize().is_ok_and(|file| !self.files.insert(file)) {
            return Ok(());
        }
        let certificates = CertificateDer::pem_file_iter(path).map_err(|fault| match fault {
            rustls::pki_types::pem::Error::Io(fault) => fault.to_string(),
            fault => fault.to_string(),
        })?;
        let judge = self.judge.get_or_insert_with(RootCertStore::empty);
        for certificate in certificates {
            match certificate {
                Ok(certificate) if !self.certificates.insert(certificate.clone()) => {}
                Ok(certificate) if judge.add(certificate.clone()).is_ok() => self.usable.push(certificate),
                _ => self.unusable += 1,
            }
        }
        Ok(())
    }

    /// Every file of a folder, as `openssl rehash` fills it: what is no certificate is passed over.
    fn read_folder(&mut self, folder: &Path) -> Result<(), String> {
        for entry in std::fs::read_dir(folder).map_err(|fault| fault.to_string())?.flatten() {
            if entry.path().is_file() {
                let _ = self.read_file(&entry.path());
            }
        }
        Ok(())
    }
}

fn unusable(path: &Path, variable: &str, why: &str) -> Error {
    let message = format!("{} ({variable}) {why}", path.display());
    Error::new(ErrorKind::Config, "InvalidCertificates", message).with_hint(format!(
        "Set {variable} to a PEM file with the certificates of those whom you trust, or unset it."
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::aws_lc_rs;

    use super::*;

    fn certificate() -> String {
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem()
    }

    fn read(variables: &[(&str, &Path)]) -> Result<Certificates> {
        Certificates::from_variables(|name| {
            let mut set = variables.iter().filter(|(set, _)| *set == name);
            set.next().map(|(_, path)| path.as_os_str().to_owned())
        })
    }

    fn with(variables: &[(&str, &Path)]) -> Result<String> {
        read(variables).map(|certificates| certificates.to_string())
    }

    #[test]
    fn the_first_variable_that_is_set_says_who_is_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two, many] = ["one.pem", "two.pem", "many"].map(|name| folder.path().join(name));
        std::fs::write(&one, certificate()).unwrap();
        std::fs::write(&two, format!("{}{}", certificate(), certificate())).unwrap();
        std::fs::create_dir(&many).unwrap();
        for name in ["a.0", "b.0", "c.0"] {
            std::fs::write(many.join(name), certificate()).unwrap();
        }
        // What is there twice counts once.
        std::fs::copy(many.join("a.0"), many.join("a.pem")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(many.join("b.0"), many.join("b.pem")).unwrap();
        std::fs::write(many.join("README"), "no certificate").unwrap();
        let told = |count: &str, path: &Path, name: &str| format!("{count} of {} ({name})", path.display());
        let empty = Path::new("");

        assert_eq!(with(&[]).unwrap(), "those of the system");
        assert_eq!(with(&[("SSL_CERT_FILE", empty)]).unwrap(), "those of the system");
        for name in FILES {
            assert_eq!(with(&[(name, &one)]).unwrap(), told("1 certificate", &one, name));
        }
        for pair in FILES.windows(2) {
            let both = with(&[(pair[1], &one), (pair[0], &two)]).unwrap();
            assert_eq!(both, told("2 certificates", &two, pair[0]));
        }
        assert_eq!(
            with(&[("REQUESTS_CA_BUNDLE", &many)]).unwrap(),
            told("3 certificates", &many, "REQUESTS_CA_BUNDLE")
        );
        let together = with(&[("SSL_CERT_DIR", &many), ("SSL_CERT_FILE", &one), ("AWS_CA_BUNDLE", &two)]);
        let file = format!("4 certificates of {} (SSL_CERT_FILE)", one.display());
        assert_eq!(together.unwrap(), format!("{file} and {} (SSL_CERT_DIR)", many.display()));
    }

    /// A service behind TLS on this machine that answers every request with 200, and its port.
    async fn service(certified: &rcgen::CertifiedKey<rcgen::KeyPair>) -> u16 {
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let (acceptor, listener) =
            (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        });
        port
    }

    /// The variables of this process are not set: the system's own verifier, which Windows and macOS have and which
    /// reads none, could not know of the certificate.
    #[tokio::test]
    async fn a_client_trusts_a_named_certificate_by_itself_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let [own, foreign] = ["own.pem", "foreign.pem"].map(|name| folder.path().join(name));
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&own, certified.cert.pem()).unwrap();
        std::fs::write(&foreign, certificate()).unwrap();
        let url = format!("https://localhost:{}", service(&certified).await);
        for (path, is_trusted) in [(&own, true), (&foreign, false)] {
            let certificates = read(&[("SSL_CERT_FILE", path)]).unwrap();
            let client = certificates.apply(reqwest::ClientBuilder::new().no_proxy()).build().unwrap();
            assert_eq!(client.get(&url).send().await.is_ok(), is_trusted, "{}", path.display());
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_names_file_and_variable() {
        let folder = tempfile::tempdir().unwrap();
        let [missing, empty] = ["missing.pem", "empty.pem"].map(|name| folder.path().join(name));
        std::fs::write(&empty, "nothing\n").unwrap();
        // In the words of the system.
        let absent = std::fs::File::open(&missing).unwrap_err().to_string();
        for (name, path, why) in [
            ("SSL_CERT_FILE", &missing, absent.as_str()),
            ("SSL_CERT_DIR", &missing, &absent),
            ("CURL_CA_BUNDLE", &missing, &absent),
            ("REQUESTS_CA_BUNDLE", &empty, "holds no certificate"),
        ] {
            let error = with(&[(name, path)]).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidCertificates"));
            for part in [path.to_str().unwrap(), name, why] {
                assert!(error.message().contains(part), "{error}");
            }
            assert!(error.hint().unwrap().contains(name));
        }
    }
}

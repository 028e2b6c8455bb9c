//! TLS: only a certificate that the system trusts will do.

use std::sync::Arc;
use std::time::Duration;

use cognitoken::{ClientValues, Cognito, Error, ErrorKind, SignInRequest};
use rcgen::{CertifiedKey, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::cognito::{request, tokens};
use super::outcome::sign_in;
use super::service::{Reply, Service};

/// A service behind TLS, with a certificate for this name that it signed itself.
pub(crate) async fn self_signed(
    name: &str,
    replies: impl IntoIterator<Item = Reply>,
) -> (Service, CertifiedKey<KeyPair>) {
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let acceptor = acceptor(&certified);
    let service = Service::behind(replies, move |stream| {
        let acceptor = acceptor.clone();
        async move { acceptor.accept(stream).await.ok() }
    })
    .await;
    (service, certified)
}

/// The server's side of TLS, with this certificate.
pub(crate) fn acceptor(certified: &CertifiedKey<KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn error_at(service: &Service) -> Error {
    let request = request(service);
    let endpoint = Some(format!("https://localhost:{}", service.port()));
    let client = ClientValues { endpoint, timeout: Some(Duration::from_secs(10)), ..request.client };
    sign_in(&Cognito::new(), SignInRequest { client, ..request }).await.unwrap_err()
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_at_once() {
    let (service, _certified) = self_signed("localhost", [tokens()]).await;
    let error = error_at(&service).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Network, "TlsFailed"), "{error}");
    assert!(error.message().contains(&format!("localhost:{}", service.port())), "{error}");
    assert!(error.hint().unwrap().contains("SSL_CERT_FILE"));
    // It does not become trusted by asking again.
    assert!(!error.retryable());
    assert_eq!((service.connections(), service.operations().len()), (1, 0));
}

#[tokio::test]
async fn what_does_not_speak_tls_is_refused_at_once() {
    let service = Service::behind([tokens()], |mut stream| async move {
        use tokio::io::AsyncWriteExt;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        None::<tokio::net::TcpStream>
    })
    .await;
    let error = error_at(&service).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Network, "TlsFailed"), "{error}");
    assert!(error.message().contains("does not speak TLS"), "{error}");
    assert!(!error.hint().unwrap().contains("SSL_CERT_FILE"), "no certificate would help");
    assert_eq!(service.connections(), 1);
}

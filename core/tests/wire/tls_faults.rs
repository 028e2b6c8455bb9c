//! Faults of a certificate, and of the variables that name those that are trusted.

use rcgen::{BasicConstraints, CertificateParams, CertifiedKey, IsCa, KeyPair, date_time_ymd};

use super::cognito::tokens;
use super::process::{ada, other_process, text};
use super::service::Service;
use super::tls::{acceptor, self_signed};

/// The message of a sign-in at https://localhost that trusts this certificate, which the service shows.
async fn told(change: impl FnOnce(&mut CertificateParams)) -> String {
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
    change(&mut parameters);
    let signing_key = KeyPair::generate().unwrap();
    let cert = parameters.self_signed(&signing_key).unwrap();
    let certified = CertifiedKey { cert, signing_key };
    let acceptor = acceptor(&certified);
    let service = Service::behind([], move |stream| {
        let acceptor = acceptor.clone();
        async move { acceptor.accept(stream).await.ok() }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    std::fs::write(&bundle, certified.cert.pem()).unwrap();
    let endpoint = format!("https://localhost:{}", service.port());
    let mut variables = ada(&endpoint);
    variables.push(("SSL_CERT_FILE", bundle.to_str().unwrap()));
    let output = other_process(folder.path(), &variables).await;
    assert!(!output.status.success());
    assert_eq!(service.connections(), 1, "it is not asked again");
    text(&output)
}

#[tokio::test]
async fn each_fault_of_a_certificate_has_its_own_words_and_hint() {
    let expired = told(|parameters| parameters.not_after = date_time_ymd(2001, 2, 3)).await;
    assert!(expired.contains("expired on Sat, 03 Feb 2001") && expired.contains("clock"), "{expired}");
    let early = told(|parameters| parameters.not_before = date_time_ymd(2999, 2, 3)).await;
    assert!(early.contains("not valid before Sun, 03 Feb 2999") && early.contains("NTP"), "{early}");
    let other = told(|parameters| {
        parameters.subject_alt_names = vec![rcgen::SanType::DnsName("other.example".try_into().unwrap())];
    })
    .await;
    assert!(other.contains("another host's") && other.contains("other.example"), "{other}");
    let authority = told(|parameters| parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)).await;
    assert!(authority.contains("certificate authority"), "{authority}");
    assert!(authority.contains("basicConstraints=critical,CA:FALSE"), "{authority}");
    for told in [expired, early, other] {
        assert!(told.contains("Network TlsFailed") && !told.contains("CA bundle"), "{told}");
    }
}

#[tokio::test]
async fn the_bundles_of_other_programs_count_after_ssl_cert_file() {
    let (service, certified) = self_signed("localhost", std::iter::repeat_with(tokens).take(4)).await;
    let folder = tempfile::tempdir().unwrap();
    let [bundle, foreign] = ["bundle.pem", "foreign.pem"].map(|name| folder.path().join(name));
    std::fs::write(&bundle, certified.cert.pem()).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&foreign, other.cert.pem()).unwrap();
    let (bundle, foreign) = (bundle.to_str().unwrap(), foreign.to_str().unwrap());
    let endpoint = format!("https://localhost:{}", service.port());
    let names = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"];
    for (rank, name) in names.into_iter().enumerate() {
        let mut variables = ada(&endpoint);
        variables.push((name, bundle));
        variables.extend(names[rank + 1..].iter().map(|later| (*later, foreign)));
        let output = other_process(folder.path(), &variables).await;
        assert!(output.status.success(), "{name}: {}", text(&output));
    }
    let variables = [ada(&endpoint), vec![("REQUESTS_CA_BUNDLE", foreign)]].concat();
    let refused = text(&other_process(folder.path(), &variables).await);
    assert!(refused.contains(&format!("1 certificate of {foreign} (REQUESTS_CA_BUNDLE)")), "{refused}");
}

#[tokio::test]
async fn a_missing_file_of_certificates_is_told_and_no_matter_in_plain_http() {
    let (service, _certified) = self_signed("localhost", []).await;
    let folder = tempfile::tempdir().unwrap();
    let endpoint = format!("https://localhost:{}", service.port());
    let missing = ("SSL_CERT_FILE", "/no/such/bundle.pem");
    for endpoint in [endpoint.as_str(), "https://cognito.invalid"] {
        let variables = [ada(endpoint), vec![missing]].concat();
        let told = text(&other_process(folder.path(), &variables).await);
        assert!(told.contains("Config InvalidCertificates /no/such/bundle.pem (SSL_CERT_FILE)"), "{told}");
    }
    assert_eq!(service.connections(), 0);

    let plain = Service::that_says([tokens()]).await;
    let endpoint = plain.endpoint();
    let output = other_process(folder.path(), &[ada(&endpoint), vec![missing]].concat()).await;
    assert!(output.status.success(), "{}", text(&output));
}

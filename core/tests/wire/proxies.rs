//! Proxies: which addresses of one are taken, and whose fault it is when no connection comes about.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::cognito::tokens;
use super::ports::free_port;
use super::process::{ada, other_process, text};
use super::service::{Reply, Service};
use super::tls::acceptor;

const FAR: &str = "https://cognito.invalid";

/// The outcome of a sign-in at a host that no name server knows.
async fn told(variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = other_process(folder.path(), &[ada(FAR), variables.to_vec()].concat()).await;
    assert!(!output.status.success());
    let told = text(&output);
    assert!(!told.contains("sentinel"), "{told}");
    told
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_asked_once() {
    for (user_information, said) in [("", "none is given"), ("ada:sentinel%23@", "did not accept")] {
        let proxy = Service::that_says([Reply::text(407, "text/html", "who are you?")]).await;
        let place = format!("127.0.0.1:{}", proxy.port());
        let address = format!("http://{user_information}{place}");
        // In Windows the name in small letters is the same variable.
        let names = ["HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"];
        for &name in &names[..if cfg!(windows) { 2 } else { 4 }] {
            let proxy = Service::that_says([Reply::text(407, "text/html", "who are you?")]).await;
            let address = address.replace(&place, &format!("127.0.0.1:{}", proxy.port()));
            let told = told(&[(name, &address)]).await;
            assert!(told.contains("Network ProxyAuthenticationRequired"), "{told}");
            assert!(told.contains(&format!("http://127.0.0.1:{} ({name})", proxy.port())), "{told}");
            assert!(
                told.contains(said) && told.contains(&format!("Set {name} to http://USER:PASSWORD@")),
                "{told}"
            );
            assert_eq!(proxy.connections(), 1);
            let sent = proxy.calls()[0].header("proxy-authorization").map(str::to_owned);
            // ada:sentinel#
            let expected = (!user_information.is_empty()).then(|| "Basic YWRhOnNlbnRpbmVsIw==".to_owned());
            assert_eq!(sent, expected);
        }
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let proxy = Service::unasked().await;
    let port = proxy.port();
    for (address, why) in [
        (format!("http://ada:pass#sentinel@127.0.0.1:{port}"), "%23"),
        (format!("http://ada:pass/sentinel@127.0.0.1:{port}"), "%2F"),
        (format!("http://ada:pass\\sentinel@127.0.0.1:{port}"), "%5C"),
        (format!("http://ada:pass@sentinel@127.0.0.1:{port}"), "%40"),
        (format!("ada:pass#sentinel@127.0.0.1:{port}"), "%23"),
        (format!("ftp://127.0.0.1:{port}"), "none of http, https, socks5 and socks5h"),
        (format!("socks4://127.0.0.1:{port}"), "none of http, https, socks5 and socks5h"),
        (format!("http://127.0.0.1:{port}/proxy.pac"), "a host and a port"),
        ("http://127.0.0.1:99999".to_owned(), "a host and a port"),
        ("http://ada:sentinel".to_owned(), "a host and a port"),
        ("http://".to_owned(), "a host and a port"),
    ] {
        let told = told(&[("HTTPS_PROXY", &address)]).await;
        assert!(told.contains("Config InvalidProxy HTTPS_PROXY") && told.contains(why), "{address}: {told}");
        assert!(!told.contains("pass#") && !told.contains("ada"), "{told}");
    }
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
async fn the_fault_is_the_proxys_where_it_is_not_reached() {
    let told_of_name = told(&[("HTTPS_PROXY", "http://ada:sentinel@proxy.invalid:3128")]).await;
    assert!(told_of_name.contains("http://proxy.invalid:3128 (HTTPS_PROXY)"), "{told_of_name}");
    assert!(!told_of_name.contains("the name of cognito.invalid"), "{told_of_name}");

    let closed = format!("127.0.0.1:{}", free_port());
    for scheme in ["http", "https", "socks5h"] {
        let address = format!("{scheme}://{closed}");
        let told = told(&[("ALL_PROXY", &address)]).await;
        let expected = format!("Network ConnectionFailed no connection to the proxy {address} (ALL_PROXY)");
        assert!(told.contains(&expected), "{told}");
    }

    let plain = Service::behind([], |mut stream: TcpStream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        None::<TcpStream>
    })
    .await;
    let place = format!("localhost:{}", plain.port());
    let told_of_scheme = told(&[("HTTPS_PROXY", &format!("https://{place}"))]).await;
    assert!(told_of_scheme.contains("does not speak TLS"), "{told_of_scheme}");
    assert!(told_of_scheme.contains(&format!("Set HTTPS_PROXY to http://{place}")), "{told_of_scheme}");
    assert!(!told_of_scheme.contains("CA bundle"), "{told_of_scheme}");

    let refusing =
        Service::that_says(std::iter::repeat_with(|| Reply::text(403, "text/html", "no")).take(6)).await;
    let told_of_refusal = told(&[("HTTPS_PROXY", &refusing.endpoint())]).await;
    assert!(
        told_of_refusal.contains("ProxyRefused") && told_of_refusal.contains("cognito.invalid"),
        "{told_of_refusal}"
    );
}

/// Notes the request of a proxy's client, and returns the connection from there on.
async fn socks(mut stream: TcpStream, asked: &Mutex<Vec<String>>) -> Option<TcpStream> {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.ok()?;
    let mut methods = vec![0; greeting[1].into()];
    stream.read_exact(&mut methods).await.ok()?;
    stream.write_all(&[5, methods[0]]).await.ok()?;
    if methods[0] == 2 {
        for start in [2, 1] {
            let mut length = vec![0; start];
            stream.read_exact(&mut length).await.ok()?;
            let mut text = vec![0; length[start - 1].into()];
            stream.read_exact(&mut text).await.ok()?;
            asked.lock().unwrap().push(String::from_utf8(text).unwrap());
        }
        stream.write_all(&[1, 0]).await.ok()?;
    }
    let mut request = [0; 5];
    stream.read_exact(&mut request).await.ok()?;
    assert_eq!(request[..4], [5, 1, 0, 3], "a connection to a name");
    let mut rest = vec![0; usize::from(request[4]) + 2];
    stream.read_exact(&mut rest).await.ok()?;
    rest.truncate(rest.len() - 2);
    asked.lock().unwrap().push(String::from_utf8(rest).unwrap());
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    Some(stream)
}

#[tokio::test]
async fn a_socks_proxy_resolves_the_name_and_takes_the_password_decoded() {
    let certified = rcgen::generate_simple_self_signed(["cognito.invalid".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    std::fs::write(&bundle, certified.cert.pem()).unwrap();
    for (user_information, expected) in
        [("", vec!["cognito.invalid"]), ("ada:sen%23tinel@", vec!["ada", "sen#tinel", "cognito.invalid"])]
    {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (acceptor, shared) = (acceptor(&certified), Arc::clone(&asked));
        let service = Service::behind([tokens()], move |stream| {
            let (acceptor, asked) = (acceptor.clone(), Arc::clone(&shared));
            async move {
                let stream = socks(stream, &asked).await?;
                acceptor.accept(stream).await.ok()
            }
        })
        .await;
        let proxy = format!("socks5h://{user_information}127.0.0.1:{}", service.port());
        let variables = [("ALL_PROXY", proxy.as_str()), ("SSL_CERT_FILE", bundle.to_str().unwrap())];
        let output = other_process(folder.path(), &[ada(FAR), variables.to_vec()].concat()).await;
        assert!(output.status.success(), "{}", text(&output));
        assert_eq!(service.operations(), ["InitiateAuth"]);
        assert_eq!(*asked.lock().unwrap(), expected);
    }
}

#[tokio::test]
async fn a_dotenv_file_names_no_proxy() {
    let (proxy, service) = (Service::unasked().await, Service::that_says([tokens()]).await);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), format!("HTTPS_PROXY=http://127.0.0.1:{}\n", proxy.port()))
        .unwrap();
    let output = other_process(folder.path(), &ada(&service.endpoint())).await;
    assert!(output.status.success(), "{}", text(&output));
    let told = text(&other_process(folder.path(), &ada(FAR)).await);
    assert!(told.contains("cognito.invalid"), "{told}");
    assert_eq!(proxy.connections(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_proxy_in_another_encoding_is_named() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let address = std::ffi::OsStr::from_bytes(b"http://ada:sentin\xe9l@proxy:3128");
    let mut command = super::process::command(folder.path(), &ada(FAR));
    let output = command.env("HTTPS_PROXY", address).output().unwrap();
    let told = text(&output);
    assert!(told.contains("Config InvalidProxy HTTPS_PROXY is not UTF-8 text"), "{told}");
}

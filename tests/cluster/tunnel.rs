//! Proxies as kubectl's users have them: the environment's, the kubeconfig's, and what is excepted.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;
use tempfile::TempDir;

use crate::igwctl::{Ran, Run};
use crate::stack::{Stack, shared};

/// An address that leads to this machine and is not loopback's: proxies of the environment are
/// never asked for that.
const HERE: &str = "0.0.0.0";

/// A name that only a proxy knows.
const NAME: &str = "api.example.invalid";

/// What a proxy answers to those who ask for a way.
#[derive(Clone, Copy)]
enum Answer {
    /// The way to the API server, whatever was asked for.
    Way,
    /// That status, for HTTP; for SOCKS, that it is not allowed.
    Refusal(u16),
}

struct Inner {
    answer: Answer,
    to: u16,
    asked: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

/// A proxy on loopback, for CONNECT and for SOCKS 5, told apart by the first byte.
struct Tunnel {
    inner: Arc<Inner>,
    port: u16,
}

impl Tunnel {
    fn to(stack: &Stack, answer: Answer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, is_over) = (Mutex::default(), AtomicBool::new(false));
        let inner = Arc::new(Inner { answer, to: stack.port(), asked, is_over });
        let accepting = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.is_over.load(Ordering::SeqCst) {
                    return;
                }
                let inner = Arc::clone(&accepting);
                thread::spawn(move || drop(stream.and_then(|stream| serve(stream, &inner))));
            }
        });
        Self { inner, port }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The places that were asked for since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.inner.asked.lock().unwrap())
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.inner.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

fn serve(mut stream: TcpStream, inner: &Inner) -> io::Result<()> {
    let mut first = [0];
    stream.read_exact(&mut first)?;
    let is_socks = first == [5];
    let place = if is_socks { greeted(&mut stream)? } else { connect(&mut stream)? };
    inner.asked.lock().unwrap().push(place);
    let granted = matches!(inner.answer, Answer::Way);
    let answer = match inner.answer {
        // Version, granted or not allowed, reserved, and an address that nobody looks at.
        _ if is_socks => vec![5, if granted { 0 } else { 2 }, 0, 1, 0, 0, 0, 0, 0, 0],
        Answer::Way => b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
        Answer::Refusal(code) => format!("HTTP/1.1 {code} No\r\n\r\n").into_bytes(),
    };
    stream.write_all(&answer)?;
    if !granted {
        return Ok(());
    }
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, inner.to))?;
    let (mut up, mut back) = (server.try_clone()?, stream.try_clone()?);
    let mut server = server;
    let answers = thread::spawn(move || {
        io::copy(&mut server, &mut back).and_then(|_| back.shutdown(Shutdown::Write))
    });
    io::copy(&mut stream, &mut up)?;
    up.shutdown(Shutdown::Write)?;
    answers.join().unwrap()
}

/// The place in `CONNECT host:port HTTP/1.1`, whose first byte is read already.
fn connect(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    assert_eq!(words.next(), Some("ONNECT"), "{head}");
    Ok(words.next().unwrap().to_owned())
}

/// The place that a SOCKS client names (RFC 1928): no authentication, then one request.
fn greeted(stream: &mut TcpStream) -> io::Result<String> {
    let mut count = [0];
    stream.read_exact(&mut count)?;
    stream.read_exact(&mut vec![0; usize::from(count[0])])?;
    stream.write_all(&[5, 0])?;
    let mut request = [0; 4];
    stream.read_exact(&mut request)?;
    let host = if request[3] == 1 {
        let mut address = [0; 4];
        stream.read_exact(&mut address)?;
        Ipv4Addr::from(address).to_string()
    } else {
        assert_eq!(request[3], 3, "a name");
        let mut length = [0];
        stream.read_exact(&mut length)?;
        let mut name = vec![0; usize::from(length[0])];
        stream.read_exact(&mut name)?;
        String::from_utf8_lossy(&name).into_owned()
    };
    let mut port = [0; 2];
    stream.read_exact(&mut port)?;
    Ok(format!("{host}:{}", u16::from_be_bytes(port)))
}

/// igwctl for the API server at that host, with a proxy in the kubeconfig if one is given.
struct Client {
    folder: TempDir,
    place: String,
}

impl Client {
    fn of(stack: &Stack, host: &str, proxy: Option<&str>) -> Self {
        let place = format!("{host}:{}", stack.port());
        let mut kubeconfig = stack.kubeconfig_value();
        let cluster = &mut kubeconfig["clusters"][0]["cluster"];
        cluster["server"] = json!(format!("https://{place}"));
        cluster["tls-server-name"] = json!("kubernetes");
        if let Some(proxy) = proxy {
            cluster["proxy-url"] = json!(proxy);
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config"), kubeconfig.to_string()).unwrap();
        Self { folder, place }
    }

    fn run(&self, environment: &[(&str, &str)]) -> Ran {
        let config = self.folder.path().join("config").display().to_string();
        let run = Run::new(&["diagnose", "--no-logs"]).env("KUBECONFIG", &config);
        environment.iter().fold(run, |run, (name, value)| run.env(name, value)).ran()
    }

    /// Asserts that a run got all that it asked for, and that by this proxy.
    fn goes_by(&self, tunnel: &Tunnel, environment: &[(&str, &str)]) {
        let ran = self.run(environment);
        assert_eq!(ran.code, 0, "{environment:?}: {ran}");
        let asked = tunnel.asked();
        assert!(!asked.is_empty(), "{environment:?}: {ran}");
        assert!(asked.iter().all(|it| *it == self.place), "{environment:?}: {asked:?}");
    }

    /// Asserts that a run got all that it asked for, and nothing by this proxy.
    fn goes_straight(&self, tunnel: &Tunnel, environment: &[(&str, &str)]) {
        let ran = self.run(environment);
        assert_eq!(ran.code, 0, "{environment:?}: {ran}");
        assert_eq!(tunnel.asked(), [""; 0], "{environment:?}");
    }
}

#[test]
fn the_environments_proxy_is_gone_by_but_for_what_is_excepted() {
    let stack = shared();
    stack.clear();
    let tunnel = Tunnel::to(&stack, Answer::Way);
    let (url, bare) = (tunnel.url("http"), format!("127.0.0.1:{}", tunnel.port));
    // The proxy resolves the name; nobody here could.
    let named = Client::of(&stack, NAME, None);
    named.goes_by(&tunnel, &[("HTTPS_PROXY", &url)]);
    named.goes_by(&tunnel, &[("https_proxy", &bare), ("NO_PROXY", "example.com,10.0.0.0/8")]);
    named.goes_by(&tunnel, &[("HTTPS_PROXY", &tunnel.url("socks5"))]);
    named.goes_by(&tunnel, &[("HTTPS_PROXY", &tunnel.url("socks5h"))]);

    let here = Client::of(&stack, HERE, None);
    here.goes_by(&tunnel, &[("HTTPS_PROXY", &url)]);
    here.goes_by(&tunnel, &[("HTTPS_PROXY", &tunnel.url("socks5"))]);
    here.goes_straight(&tunnel, &[]);
    here.goes_straight(&tunnel, &[("HTTP_PROXY", &url)]);
    let port = format!("{HERE}:{}", stack.port());
    for exceptions in [HERE, "*", "0.0.0.0/8", &port, "*.local, 169.254/16,, 0.0.0.0"] {
        here.goes_straight(&tunnel, &[("HTTPS_PROXY", &url), ("NO_PROXY", exceptions)]);
    }
    here.goes_straight(&tunnel, &[("https_proxy", &url), ("no_proxy", HERE)]);
    let other_port = [("HTTPS_PROXY", &*url), ("NO_PROXY", "0.0.0.0:1")];
    here.goes_by(&tunnel, &other_port);
    // That a proxy is excepted means nothing for the server behind it.
    here.goes_by(&tunnel, &[("HTTPS_PROXY", &url), ("NO_PROXY", "127.0.0.1")]);
    // Nor is loopback ever meant.
    Client::of(&stack, "127.0.0.1", None).goes_straight(&tunnel, &[("HTTPS_PROXY", &url)]);
}

#[test]
fn the_kubeconfigs_proxy_comes_before_the_environments_and_nothing_is_excepted_from_it() {
    let stack = shared();
    stack.clear();
    let tunnel = Tunnel::to(&stack, Answer::Way);
    let other = Tunnel::to(&stack, Answer::Refusal(403));
    let others = other.url("http");
    let environment = [("HTTPS_PROXY", &*others), ("NO_PROXY", "*")];
    for scheme in ["http", "socks5"] {
        let url = tunnel.url(scheme);
        for host in [NAME, "127.0.0.1"] {
            let client = Client::of(&stack, host, Some(&url));
            client.goes_by(&tunnel, &[]);
            client.goes_by(&tunnel, &environment);
        }
    }
    assert_eq!(other.asked(), [""; 0]);
}

#[test]
fn a_proxy_that_refuses_or_is_none_is_one_error_that_names_it() {
    let stack = shared();
    stack.clear();
    for (answer, scheme, words) in [
        (Answer::Refusal(403), "http", "the proxy gives no way through"),
        (Answer::Refusal(407), "http", "proxy authorization required"),
        (Answer::Refusal(403), "socks5", "the proxy gives no way through"),
    ] {
        let tunnel = Tunnel::to(&stack, answer);
        let url = tunnel.url(scheme);
        let client = Client::of(&stack, NAME, None);
        let named = format!("https://{} (by proxy {url}) cannot be reached", client.place);
        client.run(&[("HTTPS_PROXY", &url)]).fails(3, &[&named, words]);
        assert_eq!(tunnel.asked().len(), 1);
    }
    // Nobody listens there any more.
    let gone = Tunnel::to(&stack, Answer::Way).url("http");
    let client = Client::of(&stack, HERE, None);
    let named = format!("(by proxy {gone}) cannot be reached");
    client.run(&[("HTTPS_PROXY", &gone)]).fails(3, &[&named]);
    // The password of a proxy stands in no message.
    let with_password = gone.replace("//", "//me:s3cret@");
    for url in [&*with_password, "ftp://me:s3cret@127.0.0.1"] {
        for client in [Client::of(&stack, HERE, None), Client::of(&stack, HERE, Some(url))] {
            let ran = client.run(&[("HTTPS_PROXY", url)]);
            ran.fails(3, &["proxy"]);
            assert!(!ran.stderr.contains("s3cret"), "{ran}");
        }
    }
}

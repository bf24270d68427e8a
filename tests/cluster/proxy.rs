//! A proxy before the API server that notes what is asked, and plays what goes wrong on the way.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::igwctl::Run;
use crate::stack::Stack;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// By name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    /// The bytes of the answer, its head included.
    pub(crate) bytes: usize,
}

impl Asked {
    /// `GET /path`, without the query.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target.split('?').next().unwrap_or_default())
    }

    /// Whether it changes something: not what is only tried.
    pub(crate) fn writes(&self) -> bool {
        let is_tried = self.is_about("dryRun=All") || self.body.contains(r#""dryRun":["All"]"#);
        ["PATCH", "DELETE", "PUT"].contains(&&*self.method) && !is_tried
    }

    pub(crate) fn is_about(&self, part: &str) -> bool {
        self.target.contains(part)
    }
}

/// What becomes of a request.
pub(crate) enum Fate {
    /// The API server answers it.
    Passed,
    /// It is answered so, as a Status.
    Answered(u16, &'static str),
    /// It is answered with this text, and well.
    Told(&'static str),
    /// The API server answers it, for so long; then the connection is cut.
    CutAfter(Duration),
    /// The connection is cut.
    Cut,
    /// The API server does it, and its answer is lost.
    Lost,
    /// Nothing ever comes back.
    Hung,
}

/// Decides by how many requests came before, and by the request.
type Rule = Box<dyn Fn(usize, &Asked) -> Fate + Send + Sync>;

struct Inner {
    rule: Rule,
    asked: Mutex<Vec<Asked>>,
    is_over: AtomicBool,
    upstream: u16,
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

/// A running proxy, and the kubeconfig that leads through it.
pub(crate) struct Proxy {
    inner: Arc<Inner>,
    port: u16,
    folder: TempDir,
}

impl Proxy {
    /// A proxy before the API server of that stack.
    pub(crate) fn before(
        stack: &Stack,
        rule: impl Fn(usize, &Asked) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let names = vec![Ipv4Addr::LOCALHOST.to_string()];
        let own = rcgen::generate_simple_self_signed(names).unwrap();
        let mut kubeconfig = stack.kubeconfig_value();
        let authority = authority_of(&kubeconfig);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let cluster = &mut kubeconfig["clusters"][0]["cluster"];
        cluster["server"] = json!(format!("https://127.0.0.1:{port}"));
        cluster["certificate-authority-data"] = json!(STANDARD.encode(own.cert.pem()));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("kubeconfig"), kubeconfig.to_string()).unwrap();
        let inner = Arc::new(Inner {
            rule: Box::new(rule),
            asked: Mutex::default(),
            is_over: AtomicBool::new(false),
            upstream: stack.port(),
            server: server(&own),
            client: client(&authority),
        });
        let accepting = Arc::clone(&inner);
        thread::spawn(move || accept(&listener, &accepting));
        Self { inner, port, folder }
    }

    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// igwctl, through the proxy.
    pub(crate) fn igwctl(&self, arguments: &[&str]) -> Run {
        Run::new(arguments).env("KUBECONFIG", self.kubeconfig().to_str().unwrap())
    }

    /// What was asked, in the order in which it came.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.inner.is_over.store(true, Ordering::SeqCst);
        // Wakes the one who waits for connections.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

/// The certificates that a kubeconfig's cluster is known by, in PEM.
fn authority_of(kubeconfig: &Value) -> Vec<u8> {
    let data = &kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"];
    STANDARD.decode(data.as_str().unwrap()).unwrap()
}

pub(crate) fn server(own: &rcgen::CertifiedKey<rcgen::KeyPair>) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key);
    Arc::new(config.unwrap())
}

fn client(authority: &[u8]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(authority).flatten());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn accept(listener: &TcpListener, inner: &Arc<Inner>) {
    for stream in listener.incoming() {
        if inner.is_over.load(Ordering::SeqCst) {
            return;
        }
        let inner = Arc::clone(inner);
        // A client that hangs up in the middle is what some tests are about.
        thread::spawn(move || drop(stream.and_then(|stream| serve(stream, &inner))));
    }
}

/// One request a connection.
fn serve(stream: TcpStream, inner: &Inner) -> io::Result<()> {
    let tls = ServerConnection::new(Arc::clone(&inner.server)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(tls, stream);
    let Some((asked, request)) = read(&mut stream)? else { return Ok(()) };
    let place = {
        let mut list = inner.asked.lock().unwrap();
        list.push(asked.clone());
        list.len() - 1
    };
    let answer = match (inner.rule)(place, &asked) {
        Fate::Passed => return pass(&request, inner, place, &mut stream, None),
        Fate::Lost => return pass(&request, inner, place, &mut Nobody, None),
        Fate::CutAfter(time) => {
            let until = Some(Instant::now() + time);
            return pass(&request, inner, place, &mut stream, until);
        }
        Fate::Answered(code, message) => status(code, message),
        Fate::Told(text) => answer("200 OK", text),
        Fate::Cut => return Ok(()),
        Fate::Hung => {
            // Until the client gives up.
            return io::copy(&mut stream, &mut io::sink()).map(drop);
        }
    };
    inner.asked.lock().unwrap()[place].bytes = answer.len();
    stream.write_all(&answer)?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// The request, and its bytes as they are to be passed on; `None` if the client asks nothing.
pub(crate) fn read(stream: &mut impl Read) -> io::Result<Option<(Asked, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break end + 4;
        }
        let mut chunk = [0; 8192];
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length {
        let mut chunk = vec![0; length - body.len()];
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(None);
        }
        body.extend_from_slice(&chunk[..count]);
    }
    let mut request = format!("{first}\r\nconnection: close\r\n");
    for (name, value) in headers.iter().filter(|(name, _)| *name != "connection") {
        request += &format!("{name}: {value}\r\n");
    }
    let mut request = (request + "\r\n").into_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    request.extend(body);
    Ok(Some((Asked { method, target, headers, body: text, bytes: 0 }, request)))
}

/// The API server's answer, piece by piece as it comes: a watch has no end.
fn pass(
    request: &[u8],
    inner: &Inner,
    place: usize,
    down: &mut impl Client,
    until: Option<Instant>,
) -> io::Result<()> {
    let name = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
    let tls = ClientConnection::new(Arc::clone(&inner.client), name).map_err(io::Error::other)?;
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, inner.upstream))?;
    let mut up = StreamOwned::new(tls, stream);
    up.write_all(request)?;
    up.flush()?;
    up.sock.set_read_timeout(Some(Duration::from_millis(50)))?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        match up.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => {
                inner.asked.lock().unwrap()[place].bytes += count;
                down.write_all(&piece[..count])?;
                down.flush()?;
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {}
                _ => return Err(error),
            },
        }
        if inner.is_over.load(Ordering::SeqCst) || until.is_some_and(|it| it < Instant::now()) {
            // Cut, without a farewell.
            return Ok(());
        }
    }
    down.part()
}

/// Who is answered.
trait Client: Write {
    fn part(&mut self) -> io::Result<()>;
}

impl Client for StreamOwned<ServerConnection, TcpStream> {
    fn part(&mut self) -> io::Result<()> {
        self.conn.send_close_notify();
        self.flush()
    }
}

/// A client that no answer reaches.
struct Nobody;

impl Write for Nobody {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Client for Nobody {
    fn part(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn status(code: u16, message: &str) -> Vec<u8> {
    let body = json!({
        "apiVersion": "v1", "kind": "Status", "status": "Failure", "message": message,
        "reason": if code == 410 { "Expired" } else { "" }, "code": code,
    });
    answer(&format!("{code} Played"), &body.to_string())
}

pub(crate) fn answer(status: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    (head + body).into_bytes()
}

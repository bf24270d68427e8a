//! A name server on loopback that answers as a test has it, or does not. Both test binaries have it.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A question as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The name, with its last dot.
    pub(crate) name: String,
    pub(crate) is_v6: bool,
    pub(crate) is_tcp: bool,
}

/// What becomes of a question.
pub(crate) enum Answer {
    /// These, of the family that is asked for; none is an answer too.
    Addresses { v4: Vec<&'static str>, v6: Vec<&'static str> },
    /// The name is an alias of the first, that of the next, and the last has these.
    Chain { aliases: Vec<&'static str>, v4: Vec<&'static str> },
    /// NXDOMAIN.
    NoSuchName,
    /// SERVFAIL.
    Fails,
    /// None of it fits, and it says so.
    Truncated,
    /// Bytes that are no answer.
    Rubbish,
    /// That, after a while.
    Late(Duration, Box<Answer>),
    /// Nothing.
    Never,
}

impl Answer {
    pub(crate) fn addresses(v4: &[&'static str], v6: &[&'static str]) -> Self {
        Self::Addresses { v4: v4.to_vec(), v6: v6.to_vec() }
    }
}

type Rule = dyn Fn(&Asked) -> Answer + Send + Sync;

struct Inner {
    rule: Box<Rule>,
    asked: Mutex<Vec<Asked>>,
    is_over: AtomicBool,
}

/// A running name server, on one port over UDP and TCP.
pub(crate) struct NameServer {
    inner: Arc<Inner>,
    address: SocketAddr,
}

impl NameServer {
    pub(crate) fn answering(rule: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let inner = Arc::new(Inner {
            rule: Box::new(rule),
            asked: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        // A port that is free for one may be taken for the other.
        let (udp, tcp) = loop {
            let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()) {
                break (udp, tcp);
            }
        };
        let address = udp.local_addr().unwrap();
        udp.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let udp = Arc::new(udp);
        let serving = Arc::clone(&inner);
        thread::spawn(move || serve_udp(&udp, &serving));
        let serving = Arc::clone(&inner);
        thread::spawn(move || serve_tcp(&tcp, &serving));
        Self { inner, address }
    }

    /// As `--resolver` takes it.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// What was asked, in the order in which it came.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.inner.is_over.store(true, Ordering::SeqCst);
        // Wakes the one who waits for connections.
        drop(std::net::TcpStream::connect(self.address));
    }
}

fn serve_udp(socket: &Arc<UdpSocket>, inner: &Arc<Inner>) {
    let mut buffer = [0; 4096];
    while !inner.is_over.load(Ordering::SeqCst) {
        let Ok((count, from)) = socket.recv_from(&mut buffer) else { continue };
        let question = buffer[..count].to_vec();
        let (socket, inner) = (Arc::clone(socket), Arc::clone(inner));
        // Each by itself: one that is late holds nobody up.
        thread::spawn(move || {
            if let Some(answer) = answer(&question, false, &inner) {
                drop(socket.send_to(&answer, from));
            }
        });
    }
}

fn serve_tcp(listener: &TcpListener, inner: &Arc<Inner>) {
    for stream in listener.incoming() {
        if inner.is_over.load(Ordering::SeqCst) {
            return;
        }
        let Ok(mut stream) = stream else { continue };
        let inner = Arc::clone(inner);
        thread::spawn(move || {
            let mut length = [0; 2];
            while stream.read_exact(&mut length).is_ok() {
                let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                if stream.read_exact(&mut question).is_err() {
                    return;
                }
                let Some(answer) = answer(&question, true, &inner) else { continue };
                let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
                drop(stream.write_all(&[&length[..], &answer].concat()));
            }
        });
    }
}

fn answer(question: &[u8], is_tcp: bool, inner: &Inner) -> Option<Vec<u8>> {
    let (name, end) = name(question)?;
    let kind = u16::from_be_bytes([question[end], question[end + 1]]);
    let asked = Asked { name, is_v6: kind == 28, is_tcp };
    inner.asked.lock().unwrap().push(asked.clone());
    let mut answer = (inner.rule)(&asked);
    while let Answer::Late(after, then) = answer {
        thread::sleep(after);
        answer = *then;
    }
    Some(match answer {
        Answer::Never | Answer::Late(..) => return None,
        Answer::Rubbish => vec![0xff; 40],
        Answer::NoSuchName => message(question, end, 3, false, &[]),
        Answer::Fails => message(question, end, 2, false, &[]),
        Answer::Truncated => message(question, end, 0, true, &[]),
        Answer::Addresses { v4, v6 } => {
            let of = if asked.is_v6 { v6 } else { v4 };
            let records: Vec<_> = of.iter().map(|it| address(&asked.name, it)).collect();
            message(question, end, 0, false, &records)
        }
        Answer::Chain { aliases, v4 } => {
            let mut records = Vec::new();
            let mut last = &*asked.name;
            for alias in &aliases {
                records.push(record(last, 5, &encoded(alias)));
                last = alias;
            }
            let of = if asked.is_v6 { Vec::new() } else { v4 };
            records.extend(of.iter().map(|it| address(last, it)));
            message(question, end, 0, false, &records)
        }
    })
}

/// The name that is asked for, and where it ends.
fn name(question: &[u8]) -> Option<(String, usize)> {
    let (mut name, mut at) = (String::new(), 12);
    loop {
        let length = usize::from(*question.get(at)?);
        at += 1;
        if length == 0 {
            return Some((name, at));
        }
        name += &String::from_utf8_lossy(question.get(at..at + length)?).to_ascii_lowercase();
        name.push('.');
        at += length;
    }
}

fn message(question: &[u8], end: usize, code: u8, is_cut: bool, records: &[Vec<u8>]) -> Vec<u8> {
    let mut message = question[..2].to_vec();
    // An answer, recursion asked for and to be had.
    message.push(if is_cut { 0x83 } else { 0x81 });
    message.push(0x80 | code);
    let count = u16::try_from(records.len()).unwrap().to_be_bytes();
    message.extend([0, 1, count[0], count[1], 0, 0, 0, 0]);
    message.extend(&question[12..end + 4]);
    message.extend(records.concat());
    message
}

fn record(name: &str, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut record = encoded(name);
    record.extend(kind.to_be_bytes());
    // The class of the internet, and a minute to live.
    record.extend([0, 1, 0, 0, 0, 60]);
    record.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    record.extend(data);
    record
}

fn address(name: &str, address: &str) -> Vec<u8> {
    match address.parse().unwrap() {
        IpAddr::V4(it) => record(name, 1, &it.octets()),
        IpAddr::V6(it) => record(name, 28, &it.octets()),
    }
}

fn encoded(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.trim_end_matches('.').split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

//! A backend behind the gateway, and servers that no gateway is: what they say, to whoever comes.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::LazyLock;

use tokio::net::TcpSocket;

/// What a server does with a connection.
type Serve = fn(TcpStream) -> std::io::Result<()>;

/// A server on a port of its own, as long as this process.
pub(super) fn serve(serve: Serve) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away is not the server's failure.
            std::thread::spawn(move || drop(serve(stream)));
        }
    });
    port
}

/// A port of both loopbacks where nobody listens, and nobody else will.
pub(super) static CLOSED: LazyLock<u16> = LazyLock::new(|| {
    loop {
        let four = TcpSocket::new_v4().unwrap();
        four.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let port = four.local_addr().unwrap().port();
        let six = TcpSocket::new_v6().unwrap();
        if six.bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).is_ok() {
            // Taken for good.
            std::mem::forget((four, six));
            return port;
        }
    }
});

/// A port whose server takes nobody in, as one behind a firewall does not.
pub(super) fn full() -> u16 {
    static FULL: LazyLock<u16> = LazyLock::new(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let limit = std::time::Duration::from_millis(200);
        // Who waits to be taken in takes the places; the next gets no answer.
        let waiting: Vec<TcpStream> =
            std::iter::from_fn(|| TcpStream::connect_timeout(&address, limit).ok()).collect();
        std::mem::forget((listener.into_std().unwrap(), waiting));
        address.port()
    });
    *FULL
}

/// Reads the head of a request; its method and path.
pub(super) fn asked(stream: &mut TcpStream) -> std::io::Result<(String, String)> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    Ok((method, path.trim_start_matches('/').to_owned()))
}

/// The backend: the path says what it answers.
pub(super) fn backend(mut stream: TcpStream) -> std::io::Result<()> {
    loop {
        let (method, path) = asked(&mut stream)?;
        let (status, body) = match &*path {
            "404" => ("404 Not Found", "nothing here\n".to_owned()),
            "503" => ("503 Service Unavailable", "the database is away\n".to_owned()),
            "denied" => ("403 Forbidden", "RBAC: access denied".to_owned()),
            "long" => ("200 OK", "long ".repeat(100_000)),
            "slow" => return silent(stream),
            "goes-on" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello")?;
                return silent(stream);
            }
            "cut" => {
                return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello");
            }
            "rubbish" => return stream.write_all(b"no answer of a web server\r\n\r\n"),
            _ => ("200 OK", "hello\n".to_owned()),
        };
        let length = body.len();
        let body = if method == "HEAD" { String::new() } else { body };
        // A cookie is nobody's to see.
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nset-cookie: id=s3cret-id\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes())?;
    }
}

/// Says nothing, and does not go.
pub(super) fn silent(stream: TcpStream) -> std::io::Result<()> {
    std::mem::forget(stream);
    Ok(())
}

/// Goes at once, and politely: what is still said is heard.
pub(super) fn shut(mut stream: TcpStream) -> std::io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    stream.read_to_end(&mut Vec::new()).map(drop)
}

/// Hears what comes first, and goes.
pub(super) fn hang_up(mut stream: TcpStream) -> std::io::Result<()> {
    let _: usize = stream.read(&mut [0; 4096])?;
    shut(stream)
}

/// Speaks first, and another protocol.
pub(super) fn ssh(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"SSH-2.0-tests\r\n\x1b]0;steered\x07")?;
    silent(stream)
}

/// Bytes without end that are nothing.
pub(super) fn rubbish(mut stream: TcpStream) -> std::io::Result<()> {
    loop {
        stream.write_all(&[0x99; 4096])?;
    }
}

/// Headers without end.
pub(super) fn endless_head(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
    loop {
        stream.write_all(b"x-more: and more\r\n")?;
    }
}

/// A status line without end.
pub(super) fn endless_line(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 ")?;
    loop {
        stream.write_all(b"more and more ")?;
    }
}

/// Answers that say that the answer is to come, without end.
pub(super) fn endless_hints(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    loop {
        stream.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n")?;
    }
}

/// A body without end, as fast as it goes.
pub(super) fn endless_body(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nserver: istio-envoy\r\n\r\n")?;
    loop {
        stream.write_all(&[b'a'; 4096])?;
    }
}

/// Half a head, then nothing more.
pub(super) fn half(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nserver: istio-")?;
    silent(stream)
}

/// Half a head, and goes.
pub(super) fn half_and_shut(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nserver: istio-")
}

/// An error page that repeats the request.
pub(super) fn parrot(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let length = stream.read(&mut request)?;
    let page = String::from_utf8_lossy(&request[..length]).replace("\r\n", " ");
    let length = page.len();
    let head = format!("HTTP/1.1 500 Internal Server Error\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all((head + &page).as_bytes())
}

/// A load balancer that answers by itself.
pub(super) fn balancer(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(
        b"HTTP/1.1 503 Service Unavailable\r\nserver: awselb/2.0\r\ncontent-length: 0\r\n\r\n",
    )
}

/// Another web server, which is well.
pub(super) fn nginx(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nserver: nginx\r\ncontent-length: 0\r\n\r\n")
}

/// An answer of the gateway's own, by a limit that only an `EnvoyFilter` sets.
pub(super) fn limit(mut stream: TcpStream) -> std::io::Result<()> {
    own_words(&mut stream, "429 Too Many Requests", "local_rate_limited")
}

/// An answer of the gateway's own, by a policy that needs keys from elsewhere.
pub(super) fn token(mut stream: TcpStream) -> std::io::Result<()> {
    own_words(&mut stream, "401 Unauthorized", "Jwt is expired")
}

/// An answer of the gateway's own that has no words of its own.
pub(super) fn too_large(mut stream: TcpStream) -> std::io::Result<()> {
    own_words(&mut stream, "431 Request Header Fields Too Large", "")
}

fn own_words(stream: &mut TcpStream, status: &str, words: &str) -> std::io::Result<()> {
    asked(stream)?;
    let length = words.len();
    let head =
        format!("HTTP/1.1 {status}\r\nserver: istio-envoy\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all((head + words).as_bytes())
}

/// A redirect that leads nowhere.
pub(super) fn nowhere(mut stream: TcpStream) -> std::io::Result<()> {
    asked(&mut stream)?;
    stream.write_all(b"HTTP/1.1 302 Found\r\nserver: istio-envoy\r\nlocation: mailto:ann\r\ncontent-length: 0\r\n\r\n")
}

/// A TLS alert, whatever was said: `unrecognized_name`.
pub(super) fn unknown_name(stream: TcpStream) -> std::io::Result<()> {
    alert(stream, 112)
}

/// A TLS alert, whatever was said: `internal_error`.
pub(super) fn internal_error(stream: TcpStream) -> std::io::Result<()> {
    alert(stream, 80)
}

fn alert(mut stream: TcpStream, code: u8) -> std::io::Result<()> {
    let _: usize = stream.read(&mut [0; 4096])?;
    stream.write_all(&[21, 3, 3, 0, 2, 2, code])
}

/// HTTP/2 whose every stream is refused.
pub(super) fn refuse_streams(mut stream: TcpStream) -> std::io::Result<()> {
    // An empty SETTINGS, then RST_STREAM of the first stream with INTERNAL_ERROR.
    let _: usize = stream.read(&mut [0; 4096])?;
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])?;
    let _: usize = stream.read(&mut [0; 4096])?;
    stream.write_all(&[0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2])?;
    silent(stream)
}

//! One request over a connection, and its answer: its head, and as much of its body as tells.

use std::error::Error as _;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};

use super::tap::{Came, Ended, MOST_READ, Tap};
use crate::probe::observation::{Answer, AnswerTrouble, Body, End, is_telling};
use crate::probe::{Method, Target, Version};

/// The most that is read of a body, in bytes.
const MOST_BODY: usize = 64 * 1024;

/// The longest head that is taken, in bytes.
const MOST_HEAD: usize = 64 * 1024;

/// The most headers that are taken: more than any server sends that means well.
const MOST_HEADERS: usize = 1000;

/// How much of a body, or of a header, is kept, in characters.
const KEPT: usize = 512;

/// How much of a body is looked at for that, in bytes.
const READ: usize = 8 * 1024;

const AGENT: &str = concat!("igwctl/", env!("CARGO_PKG_VERSION"));

/// Asks, and reads the answer.
pub(super) async fn ask<S>(
    stream: S,
    target: &Target,
    is_two: bool,
    limit: Duration,
) -> Result<Answer, AnswerTrouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request =
        request(target, is_two).map_err(|error| AnswerTrouble::Failed(error.to_string()))?;
    let (tap, came) = Tap::new(stream);
    let until = Instant::now() + limit;
    let exchange = async {
        let io = TokioIo::new(tap);
        if is_two { over_two(io, request).await } else { over_one(io, request).await }
    };
    let (driver, response) = match timeout_at(until, exchange).await {
        // As below.
        Err(_) => return Err(AnswerTrouble::TimedOut(if is_two { 0 } else { came.total() })),
        Ok(Err(error)) => return Err(trouble(&error, &came, is_two)),
        Ok(Ok(answered)) => answered,
    };
    let answer = read(response, target, until).await;
    driver.abort();
    Ok(answer)
}

type Answered = (AbortHandle, Response<Incoming>);

async fn over_one<S>(io: TokioIo<Tap<S>>, request: Request<Empty<Bytes>>) -> hyper::Result<Answered>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MOST_HEAD).max_headers(MOST_HEADERS);
    let (mut sender, connection) = builder.handshake(io).await?;
    let driver = tokio::spawn(connection).abort_handle();
    Ok((driver, sender.send_request(request).await?))
}

async fn over_two<S>(io: TokioIo<Tap<S>>, request: Request<Empty<Bytes>>) -> hyper::Result<Answered>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
    let driver = tokio::spawn(connection).abort_handle();
    Ok((driver, sender.send_request(request).await?))
}

fn request(target: &Target, is_two: bool) -> Result<Request<Empty<Bytes>>, http::Error> {
    let authority = target.authority();
    let uri = if is_two {
        // The authority of HTTP/2 is part of it, and `Host` is not sent beside it.
        let scheme = if target.is_tls() { "https" } else { "http" };
        Uri::builder()
            .scheme(scheme)
            .authority(&*authority)
            .path_and_query(target.path())
            .build()?
    } else {
        Uri::builder().path_and_query(target.path()).build()?
    };
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = uri;
    *request.method_mut() = match target.method {
        Method::Get => http::Method::GET,
        Method::Head => http::Method::HEAD,
    };
    *request.version_mut() = match target.version {
        _ if is_two => http::Version::HTTP_2,
        Version::One => http::Version::HTTP_10,
        _ => http::Version::HTTP_11,
    };
    let headers = request.headers_mut();
    if !is_two {
        headers.insert(http::header::HOST, HeaderValue::from_str(&authority)?);
    }
    headers.insert(http::header::USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(http::header::ACCEPT, HeaderValue::from_static("*/*"));
    let given: Vec<_> = target.headers.iter().filter(|(name, _)| name != "host").collect();
    // One that is given stands in for one of these; two of one name are two.
    for (name, _) in &given {
        headers.remove(&**name);
    }
    for (name, value) in given {
        headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
    }
    Ok(request)
}

async fn read(response: Response<Incoming>, target: &Target, until: Instant) -> Answer {
    let (head, mut incoming) = response.into_parts();
    let text = |bytes: &[u8]| {
        let text = target.without_headers(&String::from_utf8_lossy(bytes));
        text.chars().take(KEPT).collect::<String>()
    };
    let kept = head.headers.iter().filter(|(name, _)| is_telling(name.as_str()));
    let headers =
        kept.map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect();
    let mut start = Vec::new();
    let mut bytes = 0;
    let end = loop {
        match timeout_at(until, incoming.frame()).await {
            Err(_) => break End::TimedOut,
            Ok(None) => break End::Whole,
            Ok(Some(Err(_))) => break End::Broken,
            Ok(Some(Ok(frame))) => {
                let data = frame.into_data().unwrap_or_default();
                bytes += data.len();
                let wanted = READ.saturating_sub(start.len()).min(data.len());
                start.extend_from_slice(&data[..wanted]);
            }
        }
        if bytes > MOST_BODY {
            break End::Limit;
        }
    };
    Answer {
        version: format!("{:?}", head.version),
        status: head.status.as_u16(),
        headers,
        body: Body { bytes, start: text(&start), end },
    }
}

fn trouble(error: &hyper::Error, came: &Came, is_two: bool) -> AnswerTrouble {
    let total = came.total();
    let first = came.first();
    // HTTP/2 begins with a SETTINGS frame (RFC 9113, 3.4).
    let is_http = if is_two { first.get(3) == Some(&4) } else { first.starts_with(b"HTTP/") };
    if total > MOST_READ || (error.is_parse() && is_http && total >= MOST_HEAD as u64) {
        return AnswerTrouble::TooLong;
    }
    // Before its answer, HTTP/2 brings bytes that say nothing.
    let silent = |nothing| if total == 0 || is_two { nothing } else { AnswerTrouble::CutShort };
    match came.ended() {
        Some(Ended::Alert(name)) => return AnswerTrouble::Alert(name),
        _ if total > 0 && !is_http => return AnswerTrouble::NotHttp(first),
        Some(Ended::Reset) => return silent(AnswerTrouble::Reset),
        Some(Ended::Closed) => return silent(AnswerTrouble::Closed),
        // An answer that came before it was asked for is none.
        None if error.is_parse() || (error.is_canceled() && total > 0) => {
            return AnswerTrouble::NotHttp(first);
        }
        None => {}
    }
    AnswerTrouble::Failed(chain(error))
}

/// An error with what it came of.
fn chain(error: &hyper::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

//! A route in one line, as `--route` takes it.
//!
//! ```text
//! [exact:|regex:]PATH=SERVICE[:PORT][@SHARE][,…] [header:NAME[=VALUE]] [method=GET]
//!                                                [rewrite=PATH] [timeout=TIME]
//! [exact:|regex:]PATH=redirect:URL [header:…] [method=…] [code=302]
//! ```
//!
//! Between double quotes a letter stands for itself; `\"` and `\\` are a quote and a backslash there.

use std::fmt;
use std::str::FromStr;

use super::route::{Destination, End, Match, Path, Route};

/// Where the syntax is shown.
pub const EXAMPLE: &str = "/api=apiservice:8080";

/// A piece of the line: each letter, and whether it was quoted, for then it is nothing but itself.
#[derive(Clone, Debug, Default)]
struct Piece(Vec<(char, bool)>);

impl Piece {
    fn text(&self) -> String {
        self.0.iter().map(|(letter, _)| *letter).collect()
    }

    /// The two sides of the first such letter that is not quoted.
    fn split_once(&self, at: char) -> Option<(Self, Self)> {
        let position = self.0.iter().position(|it| *it == (at, false))?;
        Some((Self(self.0[..position].to_vec()), Self(self.0[position + 1..].to_vec())))
    }

    fn split(&self, at: char) -> impl Iterator<Item = Self> {
        self.0.split(move |it| *it == (at, false)).map(|part| Self(part.to_vec()))
    }

    fn strip_prefix(&self, prefix: &str) -> Option<Self> {
        let is_it = |(position, letter)| self.0.get(position) == Some(&(letter, false));
        let is_there = prefix.chars().enumerate().all(is_it);
        is_there.then(|| Self(self.0[prefix.chars().count()..].to_vec()))
    }
}

/// The words of a line, which stand between spaces.
fn words(line: &str) -> Result<Vec<Piece>, String> {
    let mut words = Vec::new();
    let mut word: Option<Piece> = None;
    let mut letters = line.chars();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                // Quotes with nothing between them are a word too.
                word.get_or_insert_default();
            }
            '\\' if is_quoted => match letters.next() {
                Some(escaped @ ('"' | '\\')) => {
                    word.get_or_insert_default().0.push((escaped, true));
                }
                _ => return Err("between quotes a backslash is written \\\\".to_owned()),
            },
            ' ' if !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().0.push((letter, is_quoted)),
        }
    }
    if is_quoted {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

impl FromStr for Route {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let words = words(line)?;
        let Some((first, rest)) = words.split_first() else { return Err("it is empty".to_owned()) };
        let Some((path, target)) = first.split_once('=') else {
            return Err("not PATH=SERVICE:PORT".to_owned());
        };
        let path = if let Some(exact) = path.strip_prefix("exact:") {
            Path::exact(exact.text())?
        } else if let Some(regex) = path.strip_prefix("regex:") {
            Path::Regex(regex.text())
        } else {
            Path::prefix(path.strip_prefix("prefix:").unwrap_or(path).text())?
        };
        let end = end(&target).map_err(|reason| match target.split_once('=') {
            Some(_) => format!("{reason}; an = in a path is quoted: \"/a=b\"=SERVICE:PORT"),
            None => reason,
        });
        let mut route = Self::new(path, end?);
        for word in rest {
            option(&mut route, word)?;
        }
        route.check()?;
        Ok(route)
    }
}

fn end(target: &Piece) -> Result<End, String> {
    // A Service may be called redirect; its port follows then.
    let url = target.strip_prefix("redirect:").map(|url| url.text());
    if let Some(url) = url.filter(|it| it.parse::<u16>().is_err() && !it.contains('@')) {
        return Ok(End::Redirect { to: url.parse()?, code: None });
    }
    let destinations: Result<Vec<Destination>, String> =
        target.split(',').map(|it| it.text().parse()).collect();
    Ok(End::To { destinations: destinations?, rewrite: None, timeout: None })
}

fn option(route: &mut Route, word: &Piece) -> Result<(), String> {
    if let Some(header) = word.strip_prefix("header:") {
        let (name, matched) = match header.split_once('=') {
            Some((name, value)) => (name, header_match(&value)),
            None => (header, Match::Present),
        };
        return route.add_header(&name.text(), matched);
    }
    let (name, value) = word.split_once('=').unwrap_or((word.clone(), Piece::default()));
    let value = value.text();
    match &*name.text() {
        "method" => route.set_method(value),
        "rewrite" => route.set_rewrite(value),
        "timeout" => {
            let span = value.parse().map_err(|reason| format!("timeout {value}: {reason}"))?;
            route.set_timeout(span)
        }
        "code" => match &mut route.end {
            End::Redirect { code: code @ None, .. } => {
                let read = value.parse().map_err(|_| format!("code {value}: not a number"))?;
                *code = Some(read);
                Ok(())
            }
            End::Redirect { .. } => Err("code is given twice".to_owned()),
            End::To { .. } => Err("code is for a redirect".to_owned()),
        },
        _ => Err(format!(
            "{}: none of header:NAME=VALUE, method=, rewrite=, timeout=, code=",
            word.text()
        )),
    }
}

fn header_match(value: &Piece) -> Match {
    if let Some(prefix) = value.strip_prefix("prefix:") {
        Match::Prefix(prefix.text())
    } else if let Some(regex) = value.strip_prefix("regex:") {
        Match::Regex(regex.text())
    } else {
        Match::Exact(value.strip_prefix("exact:").unwrap_or(value.clone()).text())
    }
}

/// A value as it is read back: in quotes if a letter of it would mean something.
fn quoted(text: &str) -> String {
    let is_kind = ["exact:", "prefix:", "regex:"].iter().any(|it| text.starts_with(it));
    if !text.is_empty() && !is_kind && !text.contains([' ', '"', '\\', '=', ',']) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// In one line, as `--route` takes it.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Path::Every => f.write_str("/")?,
            Path::Prefix(prefix) => f.write_str(&quoted(prefix))?,
            Path::Exact(exact) => write!(f, "exact:{}", quoted(exact))?,
            Path::Regex(regex) => write!(f, "regex:{}", quoted(regex))?,
        }
        match &self.end {
            End::To { destinations, rewrite, timeout } => {
                for (position, destination) in destinations.iter().enumerate() {
                    write!(f, "{}{destination}", if position == 0 { "=" } else { "," })?;
                }
                if let Some(rewrite) = rewrite {
                    write!(f, " rewrite={}", quoted(rewrite))?;
                }
                if let Some(timeout) = timeout {
                    write!(f, " timeout={timeout}")?;
                }
            }
            End::Redirect { to, code } => {
                write!(f, "=redirect:{to}")?;
                if let Some(code) = code {
                    write!(f, " code={code}")?;
                }
            }
        }
        if let Some(method) = &self.method {
            write!(f, " method={method}")?;
        }
        for (name, matched) in &self.headers {
            write!(f, " header:{}", quoted(name))?;
            match matched {
                Match::Present => {}
                Match::Exact(value) => write!(f, "={}", quoted(value))?,
                Match::Prefix(value) => write!(f, "=prefix:{}", quoted(value))?,
                Match::Regex(value) => write!(f, "=regex:{}", quoted(value))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Route {
        line.parse().unwrap_or_else(|reason| panic!("{line}: {reason}"))
    }

    #[test]
    fn a_line_is_written_as_it_is_read() {
        let lines = [
            "/=frontend:8080",
            "/api=apiservice:8080",
            "exact:/healthz=probe:80 timeout=2s method=GET",
            "/app/=shop:80 rewrite=/ header:x-user=bob header:x-v=regex:v[0-9]+",
            "/api=v1:8080@90,v2:8080@10 header:x-canary header:x-group=prefix:be",
            "/old=redirect:/new code=302",
            "/=redirect:https://shop.example.com:8443/x?y=1,2 header:~=\"~\"",
            "/=redirect:80",
            "/=api.other.svc.cluster.local",
        ];
        for line in lines {
            let route = read(line);
            assert_eq!(read(&route.to_string()), route, "{route}");
        }
        assert_eq!(read(lines[1]).to_string(), lines[1]);
        let End::To { destinations, .. } = read("/=redirect:80").end else { panic!("a Service") };
        assert_eq!(destinations[0].service, "redirect");
    }

    #[test]
    fn quotes_take_from_a_letter_what_it_means() {
        let route = read(r#"regex:"/a=b, c"=x:1 header:a="regex:\"\\" header:b="" header:c=a=b"#);
        assert_eq!(route.path, Path::Regex("/a=b, c".to_owned()));
        assert_eq!(route.headers["a"], Match::Exact("regex:\"\\".to_owned()));
        assert_eq!(route.headers["b"], Match::Exact(String::new()));
        assert_eq!(route.headers["c"], Match::Exact("a=b".to_owned()));
        assert_eq!(read(&route.to_string()), route);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let cases = [
            ("", "empty"),
            ("frontend:8080", "PATH=SERVICE"),
            ("api=a:1", "slash"),
            ("/a?b=a:1", "?"),
            ("/a/../b=a:1", "dots"),
            ("/a=", "empty"),
            ("/a=A:1", "lower-case"),
            ("/a=a:http", "port"),
            ("/a=a:0", "port"),
            ("/a=a:1@x", "share"),
            ("/a=a:1,b:1", "share"),
            ("/a=a:1@0,b:1@0", "above 0"),
            ("/a=redirect:ftp://x", "http"),
            ("/a=redirect:x", "/path"),
            ("/a=redirect:https://*.x", "one host"),
            ("/a=redirect:/b code=305", "305"),
            ("/a=redirect:/b rewrite=/", "rewrites"),
            ("/a=redirect:/b timeout=1s", "timeout"),
            ("/a=a:1 code=302", "redirect"),
            ("/a=a:1 rewrite=b", "slash"),
            ("/a=a:1 timeout=0s", "1 ms"),
            ("/a=a:1 timeout=soon", "soon"),
            ("/a=a:1 method=get", "upper"),
            ("/a=a:1 method=GET method=PUT", "twice"),
            ("/a=a:1 header:a=1 header:A=2", "twice"),
            ("/a=a:1 header:=1", "header"),
            ("/a=a:1 weight=1", "none of"),
            ("/a=a:1 \"", "closed"),
        ];
        for (line, word) in cases {
            let reason = line.parse::<Route>().unwrap_err();
            assert!(reason.contains(word), "{line}: {reason}");
        }
    }
}

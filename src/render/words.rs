//! Words that are one of a few, and spans of time: as flags and files write them.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// Declares a choice: its variants, and the words for them in flags and files.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// The choices, in the order in which help names them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// The word for it.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let is_it = |it: &&Self| it.word().eq_ignore_ascii_case(text);
                Self::ALL.iter().find(is_it).copied().ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|it| it.word()).collect();
                    format!("none of {}", words.join(", "))
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

choice! {
    /// How TLS is served.
    Mode {
        /// The gateway shows a certificate.
        Simple = "SIMPLE",
        /// It also asks the client for one, and checks it.
        Mutual = "MUTUAL",
        /// TLS goes through to the application, which shows its own.
        Passthrough = "PASSTHROUGH",
    }
}

choice! {
    /// The oldest TLS that is spoken.
    MinVersion {
        /// TLS 1.2.
        Tls12 = "1.2",
        /// TLS 1.3.
        Tls13 = "1.3",
    }
}

choice! {
    /// The algorithm of a private key.
    Algorithm {
        /// RSA.
        Rsa = "RSA",
        /// An elliptic curve, P-256 unless a size is given.
        Ecdsa = "ECDSA",
    }
}

choice! {
    /// How a private key is written.
    Encoding {
        /// PKCS #1; of ECDSA it means SEC 1.
        Pkcs1 = "PKCS1",
        /// PKCS #8.
        Pkcs8 = "PKCS8",
    }
}

choice! {
    /// Where an issuer is looked for.
    IssuerKind {
        /// In the whole cluster.
        ClusterIssuer = "ClusterIssuer",
        /// In the namespace of its Certificate.
        Issuer = "Issuer",
    }
}

choice! {
    /// The version of networking.istio.io: v1alpha3 alone up to Istio 1.4, v1beta1 since 1.5, v1
    /// since 1.22; all three are served in 1.30.
    IstioApi {
        /// Since Istio 1.22.
        V1 = "v1",
        /// Since 1.5.
        V1beta1 = "v1beta1",
        /// The first.
        V1alpha3 = "v1alpha3",
    }
}

choice! {
    /// The version of cert-manager.io: v1alpha2 since cert-manager 0.11, v1alpha3 since 0.14, v1beta1
    /// since 0.16, v1 since 1.0, and it alone since 1.6.
    CertManagerApi {
        /// Since cert-manager 1.0.
        V1 = "v1",
        /// 0.16 to 1.5.
        V1beta1 = "v1beta1",
        /// 0.14 to 1.5.
        V1alpha3 = "v1alpha3",
        /// 0.11 to 1.5.
        V1alpha2 = "v1alpha2",
    }
}

/// A span of time, to the millisecond: `2160h`, `1h30m`, `1.5s`, `500ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

impl Span {
    /// So many hours.
    pub const fn hours(hours: u64) -> Self {
        Self(hours * 3_600_000)
    }

    /// So many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60_000)
    }

    /// So many milliseconds.
    pub const fn milliseconds(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// As whole seconds.
    pub fn as_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// In seconds, as every version of Istio reads it: `5s`, `0.5s`.
    pub fn in_seconds(self) -> String {
        let (seconds, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return format!("{seconds}s");
        }
        format!("{seconds}.{}s", format!("{rest:03}").trim_end_matches('0'))
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "not a time such as 30s, 1.5s or 2160h".to_owned();
        // What jiff takes beyond Go's way of writing is not taken: it would not be read back.
        if !text.bytes().all(|it| it.is_ascii_digit() || b".hms".contains(&it)) {
            return Err(wrong());
        }
        let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        if span.subsec_nanos() % 1_000_000 != 0 {
            return Err("it is told to the millisecond at most".to_owned());
        }
        // The longest that Go's durations hold is 292 years.
        let is_held = span.as_secs() < 9_223_372_036;
        let milliseconds = u64::try_from(span.as_millis()).ok().filter(|_| is_held);
        milliseconds.map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            it if it > 0 && it % 3_600_000 == 0 => write!(f, "{}h", it / 3_600_000),
            it if it > 0 && it % 60_000 == 0 => write!(f, "{}m", it / 60_000),
            it if it % 1000 == 0 => write!(f, "{}s", it / 1000),
            it => write!(f, "{it}ms"),
        }
    }
}

/// Reads and describes a type that is written as a string.
macro_rules! as_string {
    ($name:ident, $pattern:literal, $description:literal) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "pattern": $pattern, "description": $description,
                })
            }
        }
    };
}
pub(super) use as_string;

as_string!(
    Span,
    r"^([0-9]+(\.[0-9]+)?(h|m|s|ms))+$",
    "A span of time: `2160h`, `1h30m`, `1.5s`, `500ms`."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_it_is_read() {
        let cases = [
            ("2160h", "2160h", "7776000s"),
            ("1h30m", "90m", "5400s"),
            ("1.5s", "1500ms", "1.5s"),
            ("500ms", "500ms", "0.5s"),
            ("0s", "0s", "0s"),
            ("5s", "5s", "5s"),
        ];
        for (text, shown, seconds) in cases {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.to_string().as_str(), span.in_seconds().as_str()), (shown, seconds));
            assert_eq!(shown.parse(), Ok(span));
        }
        for wrong in ["", "5", "-5s", "5 s", "PT5S", "5 seconds", "1d", "0.1ms", "9999999999h"] {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_word_is_one_of_a_few() {
        assert_eq!("mutual".parse(), Ok(Mode::Mutual));
        assert_eq!("rsa".parse::<Algorithm>().map(Algorithm::word), Ok("RSA"));
        assert_eq!("1.1".parse::<MinVersion>(), Err("none of 1.2, 1.3".to_owned()));
    }
}

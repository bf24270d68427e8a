//! Quantities, and how much of them a namespace may have (`v1` `ResourceQuota`, Kubernetes 1.34).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

use super::kubernetes::{Metadata, Requirement};
use super::{nullable, object};

/// An amount such as `100m`, `128Mi` or `3`, in thousandths; smaller parts are rounded up
/// (apimachinery 0.34, `pkg/api/resource/quantity.go`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

/// The suffixes, and what each multiplies by, in thousandths.
const SUFFIXES: [(&str, i128); 14] = [
    ("Ki", 1000 << 10),
    ("Mi", 1000 << 20),
    ("Gi", 1000 << 30),
    ("Ti", 1000 << 40),
    ("Pi", 1000 << 50),
    ("Ei", 1000 << 60),
    ("m", 1),
    ("k", 1_000_000),
    ("M", 1_000_000_000),
    ("G", 1_000_000_000_000),
    ("T", 1_000_000_000_000_000),
    ("P", 1_000_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000_000),
    ("", 1000),
];

impl Quantity {
    /// So many whole ones.
    pub fn of(count: u32) -> Self {
        Self(i128::from(count) * 1000)
    }

    /// Reads one as manifests write it; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = match text.split_once(['e', 'E']) {
            // A trailing E is a suffix, one with a number behind it an exponent.
            Some((number, exponent)) if !exponent.is_empty() => {
                (number, exponent.parse().ok().and_then(power)?)
            }
            _ => {
                let suffix = SUFFIXES.iter().find(|(suffix, _)| text.ends_with(suffix));
                let (suffix, unit) = suffix?;
                (text.strip_suffix(suffix)?, (*unit, 1))
            }
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let (sign, whole) = match whole.strip_prefix('-') {
            Some(whole) => (-1, whole),
            None => (1, whole.strip_prefix('+').unwrap_or(whole)),
        };
        let digits = format!("{whole}{part}");
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let (times, by) = unit;
        let by = by * 10_i128.pow(u32::try_from(part.len()).ok()?);
        let amount = digits.parse::<i128>().ok()?.checked_mul(times)?;
        // Rounded up, and away from nothing: 1n is not none.
        Some(Self(sign * (amount + by - 1).div_euclid(by)))
    }

    /// So many times that.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count.into()))
    }

    /// Both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left without that, at least nothing.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }
}

/// Ten to that power, in thousandths, as what is multiplied and what is divided by.
fn power(exponent: i32) -> Option<(i128, i128)> {
    let size = exponent.unsigned_abs();
    if size > 18 {
        return None;
    }
    let power = 10_i128.pow(size);
    Some(if exponent < 0 { (1000, power) } else { (1000 * power, 1) })
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 1000 != 0 {
            return write!(f, "{}m", self.0);
        }
        let fits = |(_, unit): &&(&str, i128)| self.0 != 0 && self.0 % unit == 0;
        let (suffix, unit) = SUFFIXES[..6].iter().rev().find(fits).unwrap_or(&("", 1000));
        write!(f, "{}{suffix}", self.0 / unit)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity such as 100m or 128Mi")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Quantity, E> {
                Quantity::parse(text).ok_or_else(|| E::custom("not a quantity"))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// What the objects of a namespace may come to, in all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceQuota {
    /// Metadata.
    pub metadata: Metadata,
    /// What is set.
    #[serde(deserialize_with = "nullable")]
    pub spec: QuotaSpec,
    /// What is used.
    #[serde(deserialize_with = "nullable")]
    pub status: QuotaStatus,
}
object!(ResourceQuota, "ResourceQuota", "v1");

/// `spec` of a `ResourceQuota`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QuotaSpec {
    /// The most of each, by names such as `requests.cpu`.
    #[serde(deserialize_with = "nullable")]
    pub hard: BTreeMap<String, Quantity>,
    /// Only of pods of which all of these hold, such as `NotTerminating`.
    #[serde(deserialize_with = "nullable")]
    pub scopes: Vec<String>,
    /// The same, with operators.
    #[serde(deserialize_with = "nullable")]
    pub scope_selector: ScopeSelector,
}

/// `scopeSelector` of a `ResourceQuota`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScopeSelector {
    /// All of these; a requirement's key is the scope.
    #[serde(deserialize_with = "nullable")]
    pub match_expressions: Vec<Requirement>,
}

/// `status` of a `ResourceQuota`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct QuotaStatus {
    /// How much of each is used.
    #[serde(deserialize_with = "nullable")]
    pub used: BTreeMap<String, Quantity>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written_as_kubernetes_has_them() {
        let same = ["100m", "128Mi", "3", "1Gi", "0", "1500m", "40Mi"];
        for text in same {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), text);
        }
        let equal = [
            ("0.1", "100m"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("2E2", "200"),
            ("1E", "1000P"),
            ("0.5m", "1m"),
            ("1e-1", "100m"),
            ("2000m", "2"),
            ("1024Ki", "1Mi"),
            ("+1", "1"),
            (".5", "500m"),
        ];
        for (one, other) in equal {
            assert_eq!(Quantity::parse(one), Quantity::parse(other), "{one} {other}");
            assert!(Quantity::parse(one).is_some(), "{one}");
        }
        for text in ["", "Mi", "1.2.3", "1 Mi", "1mi", "e3", "1e99", "--1"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
        assert!(Quantity::parse("129Mi") > Quantity::parse("128Mi"));
        assert_eq!(Quantity::parse("100m").unwrap().times(3).to_string(), "300m");
    }
}

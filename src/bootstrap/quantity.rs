//! What a container asks for of CPU or memory, and what it may have.

use std::fmt;
use std::str::FromStr;

use crate::model::quota::Quantity as Value;

/// What a container asks for, and what it may have at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// What it asks for.
    pub request: Quantity,
    /// What it may have; where nothing is said, a default that is no less.
    pub limit: Option<Quantity>,
}

/// A number with a suffix, as it was written: `250m`, `1`, `128Mi`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity(String);

impl Amount {
    /// An amount of these.
    pub(super) fn of(request: &str, limit: Option<&str>) -> Self {
        let quantity = |it: &str| Quantity(it.to_owned());
        Self { request: quantity(request), limit: limit.map(quantity) }
    }

    /// The limit, which by default is this one, or the request where that is more.
    pub(super) fn limit_or(&self, default: &str) -> Quantity {
        let default = Quantity(default.to_owned());
        let more = if self.request.value() > default.value() { &self.request } else { &default };
        self.limit.clone().unwrap_or_else(|| more.clone())
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (request, limit) = match text.split_once(':') {
            Some((request, limit)) => (request, Some(limit)),
            None => (text, None),
        };
        let request: Quantity = request.parse()?;
        let limit: Option<Quantity> = limit.map(str::parse).transpose()?;
        if limit.as_ref().is_some_and(|limit| limit.value() < request.value()) {
            return Err("the limit is less than the request".to_owned());
        }
        Ok(Self { request, limit })
    }
}

impl Quantity {
    fn value(&self) -> Value {
        Value::parse(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Quantity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match Value::parse(text) {
            Some(value) if value > Value::default() => Ok(Self(text.to_owned())),
            _ => Err("not an amount such as 100m, 2, 128Mi or 1Gi".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_request_and_a_limit_that_is_no_less() {
        let amount = |text: &str| text.parse::<Amount>();
        assert_eq!(amount("100m"), Ok(Amount::of("100m", None)));
        assert_eq!(amount("0.5:2"), Ok(Amount::of("0.5", Some("2"))));
        assert_eq!(amount("1Gi:1Gi"), Ok(Amount::of("1Gi", Some("1Gi"))));
        for wrong in ["", ".", "0", "-1", "128mi", "1 Gi", "2:1", "1Gi:512Mi", "1:", "a"] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
        let limit = |text: &str| amount(text).unwrap().limit_or("1024Mi").to_string();
        assert_eq!(
            [limit("128Mi"), limit("2Gi"), limit("128Mi:256Mi")],
            ["1024Mi", "2Gi", "256Mi"]
        );
    }
}

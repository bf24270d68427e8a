//! Istio's versions, and which behaviour changed where.

use std::fmt;

/// An Istio version, as image tags carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Always 1.
    pub major: u32,
    /// The minor.
    pub minor: u32,
    /// The patch.
    pub patch: u32,
}

impl Version {
    /// Reads the version out of an image such as `docker.io/istio/proxyv2:1.30.3-distroless`.
    /// `auto`, digests and tags of one's own give none.
    pub fn of_image(image: &str) -> Option<Self> {
        let image = image.split('@').next()?;
        let (_, tag) = image.rsplit_once(':')?;
        let mut parts = tag.split(['.', '-', '_', '+']).map(str::parse);
        let version = Self {
            major: parts.next()?.ok()?,
            minor: parts.next()?.ok()?,
            patch: parts.next().and_then(Result::ok).unwrap_or_default(),
        };
        (version.major == 1).then_some(version)
    }

    /// Whether `kubernetes-gateway://` is still served to pods outside the Gateway's namespace:
    /// until 1.26.4, 1.27.1 (1.26.5, 1.27.2 and 1.28.0 refuse it).
    pub fn serves_gateway_api_form_anywhere(self) -> bool {
        match (self.major, self.minor) {
            (1, minor) if minor < 26 => true,
            (1, 26) => self.patch < 5,
            (1, 27) => self.patch < 2,
            _ => false,
        }
    }

    /// Whether istiod withholds an expired certificate: 1.18.0 to 1.18.3 and 1.19.0
    /// (`pilot/pkg/xds/sds.go`, `ValidateCertificate`). Up to 1.17 it does not look at the dates; from
    /// 1.18.5 and 1.19.1 it warns and sends it.
    pub fn withholds_expired_certificates(self) -> bool {
        match (self.major, self.minor) {
            (1, 18) => self.patch < 5,
            (1, 19) => self.patch == 0,
            _ => false,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_out_of_an_image() {
        let version = |image| Version::of_image(image).map(|version| version.to_string());
        assert_eq!(version("docker.io/istio/proxyv2:1.30.3").as_deref(), Some("1.30.3"));
        assert_eq!(version("localhost:5000/proxyv2:1.5.0-distroless").as_deref(), Some("1.5.0"));
        assert_eq!(version("proxyv2:1.26.5@sha256:00").as_deref(), Some("1.26.5"));
        assert_eq!(version("auto"), None);
        assert_eq!(version("proxyv2@sha256:00"), None);
    }

    #[test]
    fn an_expired_certificate_is_withheld_by_a_few_releases() {
        let at = |minor, patch| Version { major: 1, minor, patch }.withholds_expired_certificates();
        assert_eq!(
            [at(17, 8), at(18, 0), at(18, 3), at(18, 5), at(19, 0), at(19, 1)],
            [false, true, true, false, true, false]
        );
    }

    #[test]
    fn the_gateway_api_form_ended_in_three_releases() {
        let at =
            |minor, patch| Version { major: 1, minor, patch }.serves_gateway_api_form_anywhere();
        assert_eq!(
            [at(26, 4), at(26, 5), at(27, 1), at(27, 2), at(28, 0)],
            [true, false, true, false, false]
        );
    }
}

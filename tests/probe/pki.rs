//! The certificates of one run: of a CA through another, and of each kind that is wrong.

use std::sync::LazyLock;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use crate::support::keys;
pub(super) use crate::support::keys::Pair;

/// What all tests of `probe` use. Keys are watched for: none may be printed.
pub(super) struct Pki {
    /// The CA that clients trust.
    pub(super) ca: String,
    /// For the hosts of the gateway, signed by a CA between, which comes with it.
    pub(super) shop: Pair,
    /// The same without the CA between.
    pub(super) alone: Pair,
    /// For old.test, and no longer valid.
    pub(super) old: Pair,
    /// For later.test, and not yet valid.
    pub(super) later: Pair,
    /// For strange.test, signed by itself.
    pub(super) strange: Pair,
    /// Whose certificates the servers that want one take.
    pub(super) client_ca: String,
    /// A client's, signed by that.
    pub(super) client: Pair,
    /// A client's, signed by nobody.
    pub(super) stranger: Pair,
}

/// The hosts of the certificate `shop`.
const HOSTS: [&str; 15] = [
    "shop.test",
    "secure.test",
    "alone.test",
    "other.test",
    "mutual.test",
    "mutual12.test",
    "ancient.test",
    "new.test",
    "cipher.test",
    "tcp.test",
    "round.test",
    "*.wild.test",
    "localhost",
    "127.0.0.1",
    "::1",
];

/// Made once; `probe` judges by the clock, so they are good for longer than anybody keeps a clock.
pub(super) static PKI: LazyLock<Pki> = LazyLock::new(|| {
    let ca = CertifiedIssuer::self_signed(self::ca("The tests' CA"), key()).unwrap();
    let between =
        CertifiedIssuer::signed_by(self::ca("The tests' CA between"), key(), &ca).unwrap();
    let client_ca = CertifiedIssuer::self_signed(self::ca("The clients' CA"), key()).unwrap();
    let alone = signed(leaf("shop", &HOSTS, 2020, 2090), &between);
    let shop = Pair { certificate: alone.certificate.clone() + &between.pem(), ..alone.clone() };
    Pki {
        shop,
        alone,
        old: signed(leaf("old", &["old.test"], 2001, 2002), &ca),
        later: signed(leaf("later", &["later.test"], 2090, 2091), &ca),
        strange: self_signed(leaf("strange", &["strange.test"], 2020, 2090)),
        client: signed(leaf("client", &["client"], 2020, 2090), &client_ca),
        stranger: self_signed(leaf("stranger", &["stranger"], 2020, 2090)),
        ca: ca.pem(),
        client_ca: client_ca.pem(),
    }
});

fn key() -> KeyPair {
    let key = KeyPair::generate().unwrap();
    keys::watch(&key.serialize_pem());
    key
}

fn ca(name: &str) -> CertificateParams {
    let mut params = leaf(name, &[], 2020, 2090);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn leaf(name: &str, hosts: &[&str], from: i32, to: i32) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|it| (*it).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    params
}

fn signed(params: CertificateParams, issuer: &CertifiedIssuer<'_, KeyPair>) -> Pair {
    let key = key();
    let certificate = params.signed_by(&key, issuer).unwrap().pem();
    Pair { certificate, key: key.serialize_pem() }
}

fn self_signed(params: CertificateParams) -> Pair {
    let key = key();
    Pair { certificate: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

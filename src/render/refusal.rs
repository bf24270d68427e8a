//! What is wanted and will not be rendered: which input, which field of which object, and why.

use crate::error::Error;
use crate::exit::Exit;
use crate::model::ObjectRef;

/// Declares the inputs: a flag and the field of an app file for each.
macro_rules! inputs {
    ($($variant:ident $flag:literal $field:literal;)*) => {
        /// An input, as flags and files name it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Input {
            $(#[doc = concat!("`", $flag, "`.")] $variant,)*
        }

        impl Input {
            /// As the command line names it.
            pub fn flag(self) -> &'static str {
                match self { $(Self::$variant => $flag,)* }
            }

            /// The field of an app file, from its root.
            pub fn field(self) -> &'static str {
                match self { $(Self::$variant => $field,)* }
            }
        }
    };
}

inputs! {
    App "APP" "metadata.name";
    Namespace "--namespace" "metadata.namespace";
    Hosts "--host" "spec.hosts";
    Address "--address" "spec.address";
    Routes "--route" "spec.routes";
    GatewayNamespaces "--assume-gateway" "spec.gateway.namespaces";
    GatewaySelector "--gateway-selector" "spec.gateway.selector";
    HttpPort "--http-port" "spec.ports.http";
    HttpsPort "--https-port" "spec.ports.https";
    Tls "--tls" "spec.tls";
    MinVersion "--min-tls" "spec.tls.minVersion";
    HttpsRedirect "--https-redirect" "spec.tls.httpsRedirect";
    ClientCa "--client-ca" "spec.tls.clientCa";
    Secret "--secret" "spec.tls.certificate.secret";
    Files "--cert" "spec.tls.certificate.files";
    SelfSigned "--self-signed" "spec.tls.certificate.selfSigned";
    Issuer "--issuer" "spec.tls.certificate.issuer";
    Acme "--acme" "spec.tls.certificate.acme";
    CreateIssuer "--create-issuer" "spec.tls.certificate.createIssuer";
    CaSecret "--ca-secret" "spec.tls.certificate.createIssuer.ca.secretName";
    AcmeServer "--acme-server" "spec.tls.certificate.createIssuer.acme.server";
    CertificateName "--certificate-name" "spec.tls.certificate.name";
    SecretName "--secret-name" "spec.tls.certificate.secretName";
    Duration "--duration" "spec.tls.certificate.duration";
    RenewBefore "--renew-before" "spec.tls.certificate.renewBefore";
    Organizations "--organization" "spec.tls.certificate.organizations";
    CommonName "--common-name" "spec.tls.certificate.commonName";
    DnsNames "--dns-name" "spec.tls.certificate.dnsNames";
    IpAddresses "--ip-address" "spec.tls.certificate.ipAddresses";
    Usages "--usage" "spec.tls.certificate.usages";
    KeySize "--key-size" "spec.tls.certificate.key.size";
    KeyAlgorithm "--key-algorithm" "spec.tls.certificate.key.algorithm";
}

/// Something that is wanted and will not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The input that it comes from.
    pub input: Input,
    /// The object and the field that it would become, where it is about one.
    pub object: Option<Box<ObjectRef>>,
    /// Why not.
    pub reason: String,
    /// What to do instead.
    pub hints: Vec<String>,
}

impl Refusal {
    /// An input that is refused.
    pub fn of(input: Input, reason: impl Into<String>) -> Self {
        Self { input, object: None, reason: reason.into(), hints: Vec::new() }
    }

    /// The field of an object that it would become.
    #[must_use]
    pub fn at(mut self, object: ObjectRef) -> Self {
        self.object = Some(Box::new(object));
        self
    }

    /// What to do instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// As one who gave flags is told.
    pub fn by_flag(self) -> Error {
        let place = self.input.flag();
        self.told(place)
    }

    /// As one who gave a file is told, with the place of the field in it.
    pub fn by_field(self, place: &str) -> Error {
        let place = format!("{place}: {}", self.input.field());
        self.told(&place)
    }

    fn told(self, place: &str) -> Error {
        let object = self.object.map_or_else(String::new, |it| format!("{it} {}: ", it.path));
        let mut error = Error::new(Exit::Usage, format!("{place}: {object}{}", self.reason));
        error.hints = self.hints;
        error
    }
}

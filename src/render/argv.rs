//! The command line that says the same as an intent.

use super::intent::{Acme, Certificate, Intent, NewIssuer, Tls};

/// What is put together.
#[derive(Default)]
struct Line(Vec<String>);

impl Line {
    fn flag(&mut self, flag: &str) {
        self.0.push(flag.to_owned());
    }

    /// A flag with its value, in one word where the value could be taken for a flag.
    fn value(&mut self, flag: &str, value: &str) {
        if value.starts_with('-') || value.is_empty() {
            self.0.push(format!("{flag}={value}"));
        } else {
            self.0.extend([flag.to_owned(), value.to_owned()]);
        }
    }

    fn maybe<T: ToString>(&mut self, flag: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.value(flag, &value.to_string());
        }
    }

    fn each<T: ToString>(&mut self, flag: &str, values: &[T]) {
        for value in values {
            self.value(flag, &value.to_string());
        }
    }

    /// Values of which none at all says something too.
    fn each_or_none<T: ToString>(&mut self, flag: &str, values: Option<&Vec<T>>) {
        match values {
            Some(values) if values.is_empty() => self.value(flag, ""),
            Some(values) => self.each(flag, values),
            None => {}
        }
    }
}

impl Intent {
    /// The arguments that say the same, behind the command's name: `hipstershop -n … --route …`.
    pub fn to_argv(&self) -> Vec<String> {
        let spec = &self.spec;
        let mut line = Line::default();
        line.flag(&self.app);
        line.value("--namespace", &self.namespace);
        line.each("--host", &spec.hosts);
        line.maybe("--address", spec.address.as_ref());
        line.each("--route", &spec.routes);
        line.each("--assume-gateway", &spec.gateway.namespaces);
        if !spec.gateway.selector.is_empty() {
            let labels = spec.gateway.selector.iter().map(|(key, value)| format!("{key}={value}"));
            line.value("--gateway-selector", &labels.collect::<Vec<_>>().join(","));
        }
        line.maybe("--http-port", spec.ports.http.as_ref());
        line.maybe("--https-port", spec.ports.https.as_ref());
        if let Some(tls) = &spec.tls {
            line.tls(tls);
        }
        line.maybe("--istio-api", spec.api.istio.as_ref());
        line.maybe("--cert-manager-api", spec.api.cert_manager.as_ref());
        line.0
    }
}

impl Line {
    fn tls(&mut self, tls: &Tls) {
        match tls.mode {
            Some(mode) => self.flag(&format!("--tls={mode}")),
            None => self.flag("--tls"),
        }
        self.maybe("--min-tls", tls.min_version.as_ref());
        if tls.https_redirect {
            self.flag("--https-redirect");
        }
        self.maybe("--client-ca", tls.client_ca.as_ref());
        self.certificate(&tls.certificate);
    }

    fn certificate(&mut self, it: &Certificate) {
        self.maybe("--secret", it.secret.as_ref());
        if let Some(files) = &it.files {
            self.value("--cert", &files.certificate);
            self.value("--key", &files.key);
        }
        if it.self_signed {
            self.flag("--self-signed");
        }
        self.maybe("--issuer", it.issuer.as_ref());
        if it.acme {
            self.flag("--acme");
        }
        match &it.create_issuer {
            None => {}
            Some(NewIssuer::SelfSigned) => self.value("--create-issuer", "selfsigned"),
            Some(NewIssuer::Ca { secret_name }) => {
                self.value("--create-issuer", "ca");
                self.value("--ca-secret", secret_name);
            }
            Some(NewIssuer::Acme(Acme { server, email, ingress_class })) => {
                self.value("--create-issuer", "acme");
                self.maybe("--acme-server", server.as_ref());
                self.maybe("--acme-email", email.as_ref());
                self.maybe("--acme-ingress-class", ingress_class.as_ref());
            }
        }
        self.maybe("--certificate-name", it.name.as_ref());
        self.maybe("--secret-name", it.secret_name.as_ref());
        self.maybe("--duration", it.duration.as_ref());
        self.maybe("--renew-before", it.renew_before.as_ref());
        self.each_or_none("--organization", it.organizations.as_ref());
        self.maybe("--common-name", it.common_name.as_ref());
        self.each("--dns-name", &it.dns_names);
        self.each_or_none("--ip-address", it.ip_addresses.as_ref());
        self.each("--usage", &it.usages);
        self.maybe("--key-algorithm", it.key.algorithm.as_ref());
        self.maybe("--key-size", it.key.size.as_ref());
        self.maybe("--key-encoding", it.key.encoding.as_ref());
    }
}

//! Everything that can be made of what a client gets: a code, how grave it is, and what may be
//! behind it where no object is known.
//!
//! What an Istio gateway does when is from Istio 1.30.3's generator and Envoy 1.40.0; the tests
//! have a real Envoy do it.

use crate::report::Severity::{self, Error, Info, Warning};

/// Declares `Sense` and its table.
macro_rules! senses {
    ($($variant:ident $code:literal $severity:ident $title:literal [$($suspect:literal),* $(,)?];)*) => {
        /// What something means that a client gets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Sense {
            $(#[doc = concat!("`", $code, "`.")] $variant,)*
        }

        impl Sense {
            /// Everything that there is.
            pub const ALL: &[Sense] = &[$(Sense::$variant),*];

            /// The code, as reports have it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How grave it is: at an error, `probe` exits 1.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => $severity,)* }
            }

            /// What it is, in a sentence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What may be behind it, the likeliest first.
            pub fn suspects(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($suspect),*],)* }
            }
        }
    };
}

senses! {
    NameUnknown "name-unknown" Error "the name does not resolve" [
        "it has no DNS record: ask the gateway all the same, with --gateway or --address",
        "the record is not yet known everywhere, or only inside the cluster"];
    NameFailed "name-failed" Error "nobody tells what the name resolves to" [
        "the DNS server of this machine cannot be reached, or is too slow"];

    Refused "refused" Error "the connection is refused: nothing listens there" [
        "no Gateway is bound to this port: none names it, or its selector matches other pods",
        "a Gateway is bound, and its server was dropped: another has the port, or Envoy refused the listener",
        "a TCP or PASSTHROUGH server without a VirtualService for it has no listener",
        "a new listener waits for its secret, up to 15 s",
        "the Service lacks this port, or its targetPort leads to no listener",
        "the address is not the gateway's"];
    ConnectTimedOut "connect-timed-out" Error "no answer to the connection" [
        "a firewall, a security group or a NetworkPolicy drops it",
        "the load balancer has no healthy gateway pod behind it",
        "the address is not the gateway's any more"];
    Unreachable "unreachable" Warning "this machine has no way to the address" [
        "it has no IPv6 (or no IPv4), or the address is of a private network"];
    ConnectFailed "connect-failed" Error "the connection failed" [];

    TlsReset "tls-reset" Error "the connection is reset in the TLS handshake" [
        "the host is in no TLS server of a Gateway: no filter chain is for this SNI",
        "its server's secret never came: it is missing, elsewhere than the gateway's pods, or may not be read",
        "the port takes TCP that is not TLS, and its destination is not there"];
    TlsNoSni "tls-no-sni" Error "without a name the TLS handshake is reset or closed" [
        "a client that asks for an address sends no SNI, and only a server for the host * takes that: \
         ask by name, and give the address with --address"];
    TlsClosed "tls-closed" Error "the connection is closed in the TLS handshake" [
        "a TCP or PASSTHROUGH route leads to a destination that is not there, or has no endpoint",
        "the port does not speak TLS",
        "a load balancer in front has nothing behind it"];
    TlsTimedOut "tls-timed-out" Error "no answer in the TLS handshake" [
        "the port speaks a protocol in which the client waits for the server, or the server for more",
        "a load balancer in front takes connections and has nothing behind it"];
    TlsToPlain "tls-to-plain-http" Error "TLS was spoken to a port of plain HTTP" [
        "the Gateway's server on this port has protocol HTTP, not HTTPS",
        "the Service leads this port to the listener of plain HTTP",
        "TLS ends at a load balancer in front, and this address goes round it"];
    NotTls "not-tls" Error "what answers does not speak TLS" [
        "the port leads to something else than a gateway, or to a TCP server of another protocol"];
    TlsVersion "tls-version" Error "client and server have no TLS version in common" [
        "the server's minProtocolVersion is above what the client speaks",
        "the server's maxProtocolVersion is below TLS 1.2, which clients of today no longer speak"];
    TlsRefused "tls-refused" Error "the server refuses the TLS handshake" [
        "no cipher suite in common: cipherSuites of the Gateway's server",
        "maxProtocolVersion of the server is below what clients of today speak",
        "its certificate is of a kind that the client does not take"];
    ClientCertificateMissing "client-certificate-missing" Error "the server wants a certificate of the client" [
        "the Gateway's server has mode MUTUAL: give --cert and --key"];
    ClientCertificateRefused "client-certificate-refused" Error "the server refuses the client's certificate" [
        "it is signed by none of the CAs that the server takes: ca.crt of its secret, or of NAME-cacert",
        "it has expired, or is not for clients"];
    UnknownName "tls-unknown-name" Error "the server does not know the name that TLS asks for" [
        "that is not how an Istio gateway says it: another proxy answers, or one in front"];
    NoHttp2 "no-http2" Error "the server does not choose HTTP/2" [
        "what answers offers HTTP/1.1 alone; an Istio gateway offers both where it ends TLS"];
    TlsFailed "tls-failed" Error "the TLS handshake failed" [];

    CertificateName "certificate-name" Error "the certificate is not for this host" [
        "the secret holds the certificate of another host",
        "another server of a Gateway takes this host, and shows its own",
        "the certificate is for one label before the domain, and the host has two, or none"];
    CertificateExpired "certificate-expired" Error "the certificate has expired" [
        "it was not renewed: cert-manager's Certificate is not Ready, or nothing renews it",
        "the secret was renewed elsewhere than where the gateway reads it"];
    CertificateNotYet "certificate-not-yet-valid" Error "the certificate is not yet valid" [
        "it was made on a machine whose clock is ahead, or this one's is behind"];
    CertificateUntrusted "certificate-untrusted" Error "clients do not trust the certificate" [
        "a CA of your own signed it: --ca FILE trusts that, -k goes on without",
        "the secret lacks the CAs between: tls.crt must hold the whole chain"];
    CertificateUnread "certificate-unreadable" Error "the certificate cannot be read" [];
    NotSent "not-sent" Warning "the request was not sent: its headers may hold what only the host should see" [
        "the certificate does not prove the host: --ca FILE trusts its CA, -k sends the request anyway"];

    PlainToTls "plain-http-to-tls" Error "plain HTTP was spoken to a port of TLS" [
        "the Gateway's server on this port has protocol HTTPS: ask with https://",
        "TLS should end at a load balancer in front, and the Gateway's server be HTTP"];
    Reset "reset" Error "the connection is reset before an answer" [
        "the port wants TLS: ask with https://",
        "a TCP route leads to a destination that is not there, or has no endpoint",
        "a load balancer in front has nothing behind it"];
    Closed "closed" Error "the connection is closed before an answer" [
        "the port wants TLS: ask with https://",
        "a TCP route leads to a destination that is not there, or has no endpoint",
        "the gateway was restarting"];
    Unanswered "unanswered" Error "no answer in time" [
        "the backend takes longer than --timeout: a route of Istio has no time limit of its own",
        "the gateway waits for an endpoint that does not answer"];
    NotHttp "not-http" Error "what answers does not speak this HTTP" [
        "the port leads to something else than a gateway, or to a TCP server of another protocol"];
    HeadTooLong "head-too-long" Error "the head of the answer does not end" [
        "what answers is no web server, or a backend sends headers without measure"];
    CutShort "cut-short" Error "the answer breaks off" [
        "the backend, or what stands in front, closed in the middle of it"];
    HttpFailed "http-failed" Error "the request failed" [];

    Answered "answered" Info "a route answers" [];
    BodyGoesOn "body-goes-on" Warning "the body did not end in time" [
        "it is a stream, or the backend is slow"];
    Redirected "redirected" Info "a redirect" [];
    RedirectedToTls "redirected-to-https" Info "plain HTTP is redirected to https" [];
    RedirectKeepsPort "redirect-keeps-port" Warning "the redirect to https keeps the port of plain HTTP" [
        "a redirect without port or authority keeps the port that the client named: set redirect.port, or authority"];
    RedirectLoop "redirect-loop" Error "the redirects go round in a ring" [
        "TLS ends at a load balancer in front, and the gateway redirects what comes as plain HTTP",
        "two rules of VirtualServices redirect to each other, or one to itself"];
    RedirectsTooMany "redirects-too-many" Error "the redirects do not come to an end" [
        "a rule adds to the path at each turn"];
    RedirectNowhere "redirect-nowhere" Warning "the redirect leads to no URL" [
        "Location is missing, or is none of a web server"];
    BackendRefuses "backend-refuses" Warning "the route works; what is behind it says no" [
        "the backend does not know the path, or wants to know who asks: rewrite.uri, if the path should change"];
    BackendFails "backend-fails" Error "the route works; what is behind it fails" [
        "the backend itself, or the sidecar before it: their logs"];
    NoRoute "no-route" Error "404 of the gateway itself: it has no route for this host and path" [
        "no VirtualService is bound to the Gateway for this host: it names another Gateway, or other hosts",
        "the VirtualService of the host has no rule for this path, header or method; a wider host does not stand in",
        "the host is in no server of the Gateway on this port; with TLS, of the server that the SNI chose",
        "Envoy refused all routes of the port for one that it cannot take"];
    ClusterMissing "cluster-missing" Error "503 of the gateway itself, with no body: the route's destination does not exist" [
        "destination.host names no Service: a short name is of the VirtualService's namespace, one with a dot is taken as it is",
        "destination.port is no port of the Service, or must be named because it has several",
        "destination.subset is in no DestinationRule that the gateway's namespace sees"];
    NoEndpoint "no-endpoint" Error "503 no healthy upstream: the destination has no ready endpoint" [
        "no pod of the Service is ready, or its selector matches none",
        "the subset's labels match no pod",
        "outlier detection has taken all of them out"];
    BackendUnknown "backend-unknown" Error "500 of the gateway itself, with no body: the HTTPRoute's backend does not exist" [
        "backendRefs name a Service or port that is not there",
        "the backend is in another namespace and no ReferenceGrant allows it, or its weights are all 0"];
    EndpointFails "endpoint-fails" Error "the gateway itself fails: no endpoint takes the request" [
        "the backend does not listen on the Service's targetPort, or on 127.0.0.1 alone",
        "the sidecar wants mTLS and a DestinationRule turns it off, or the other way round",
        "the Service port's name says another protocol than the backend speaks",
        "the backend closed the connection in the middle"];
    RouteTimedOut "route-timed-out" Error "504 of the gateway itself: the route's timeout is over" [
        "the backend takes longer than timeout of the rule"];
    Denied "denied" Error "403 of an AuthorizationPolicy" [
        "a policy that selects the gateway's pods denies it, or only others are allowed",
        "it allows by address, and the gateway sees another: externalTrafficPolicy, numTrustedProxies"];
    TokenRefused "token-refused" Error "401 of a RequestAuthentication" [
        "the token is expired, of another issuer or audience, or its keys cannot be fetched"];
    RateLimited "rate-limited" Error "429 of a rate limit" [
        "an EnvoyFilter with a rate limit selects the gateway's pods"];
    OldHttp "old-http" Error "426: the gateway does not take HTTP/1.0" [
        "a client or health check of another age: it must speak HTTP/1.1"];
    BadRequest "bad-request" Error "400 of the gateway itself: it does not take the request" [
        "the path holds what Envoy refuses (%00), or Host is missing or wrong"];
    GatewayRefuses "gateway-refuses" Error "the gateway itself refuses the request" [
        "a filter, a fault or a limit of the gateway: EnvoyFilter, WasmPlugin, fault of the rule"];
    AnotherServer "another-server" Error "something else than an Istio gateway says no" [
        "a load balancer or CDN in front answers by itself",
        "the address is not the gateway's",
        "the mesh changes the header server (proxyHeaders), and the gateway cannot be told by it"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_what_is_wrong_names_a_suspect() {
        let mut codes: Vec<&str> = Sense::ALL.iter().map(|it| it.code()).collect();
        codes.sort_unstable();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    }
}

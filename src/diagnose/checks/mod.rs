//! The list of checks. One file a code, named `subject_fault`; a new one is a file and two lines.

use super::check::Check;

mod certificate_expired;
mod certificate_not_ready;
mod certificate_of_other_hosts;
mod client_ca_missing;
mod destination_missing;
mod destination_port_missing;
mod destination_without_endpoints;
mod fetch_timed_out;
mod gateway_unbound;
mod hosts_kept_apart;
mod hosts_outside_gateway;
mod key_mismatch;
mod listener_refused;
mod log_says_missing;
mod mode_missing;
mod named_gateway_missing;
mod pem_invalid;
mod port_privileged;
mod reference_refused;
mod route_refused;
mod secret_deleted;
mod secret_elsewhere;
mod secret_lacks_keys;
mod secret_nowhere;
mod secrets_forbidden;
mod selector_selects_nothing;
mod server_port_unreachable;
mod server_without_route;
mod servers_clash;
mod subset_missing;
mod tls_host_twice;

/// Every check, in the order of the codes.
pub const ALL: &[&Check] = &[
    &server_port_unreachable::CHECK,
    &port_privileged::CHECK,
    &gateway_unbound::CHECK,
    &selector_selects_nothing::CHECK,
    &server_without_route::CHECK,
    &named_gateway_missing::CHECK,
    &hosts_outside_gateway::CHECK,
    &hosts_kept_apart::CHECK,
    &servers_clash::CHECK,
    &tls_host_twice::CHECK,
    &mode_missing::CHECK,
    &listener_refused::CHECK,
    &log_says_missing::CHECK,
    &secret_elsewhere::CHECK,
    &secret_nowhere::CHECK,
    &secrets_forbidden::CHECK,
    &secret_lacks_keys::CHECK,
    &pem_invalid::CHECK,
    &key_mismatch::CHECK,
    &certificate_expired::CHECK,
    &certificate_of_other_hosts::CHECK,
    &client_ca_missing::CHECK,
    &certificate_not_ready::CHECK,
    &secret_deleted::CHECK,
    &reference_refused::CHECK,
    &fetch_timed_out::CHECK,
    &destination_missing::CHECK,
    &destination_port_missing::CHECK,
    &destination_without_endpoints::CHECK,
    &subset_missing::CHECK,
    &route_refused::CHECK,
];

/// The code under which it is undecided where a credential is looked for at all.
pub(super) const WHERE_IT_IS_LOOKED_FOR: &str = secret_elsewhere::CHECK.code;

/// The check of that code.
pub fn find(code: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.code.eq_ignore_ascii_case(code))
}

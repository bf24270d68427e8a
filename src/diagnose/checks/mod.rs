//! The list of checks. One file a code, named `subject_fault`; a new one is a file and two lines.

use super::check::Check;

mod certificate_expired;
mod certificate_not_ready;
mod client_ca_missing;
mod fetch_timed_out;
mod key_mismatch;
mod log_says_missing;
mod pem_invalid;
mod reference_refused;
mod secret_deleted;
mod secret_elsewhere;
mod secret_lacks_keys;
mod secret_nowhere;
mod secrets_forbidden;

/// Every check, in the order of the codes.
pub const ALL: &[&Check] = &[
    &log_says_missing::CHECK,
    &secret_elsewhere::CHECK,
    &secret_nowhere::CHECK,
    &secrets_forbidden::CHECK,
    &secret_lacks_keys::CHECK,
    &pem_invalid::CHECK,
    &key_mismatch::CHECK,
    &certificate_expired::CHECK,
    &client_ca_missing::CHECK,
    &certificate_not_ready::CHECK,
    &secret_deleted::CHECK,
    &reference_refused::CHECK,
    &fetch_timed_out::CHECK,
];

/// The code under which it is undecided where a credential is looked for at all.
pub(super) const WHERE_IT_IS_LOOKED_FOR: &str = secret_elsewhere::CHECK.code;

/// The check of that code.
pub fn find(code: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.code.eq_ignore_ascii_case(code))
}

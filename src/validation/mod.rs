//! What is refused at admission: istiod's rules for Gateways and VirtualServices, and the syntax
//! that Kubernetes and cert-manager ask of names.
//!
//! As istiod's webhook has it in Istio 1.30 (`pkg/config/validation`), as far as the model holds the
//! fields; a rule of another program names it.
//!
//! | file | answers |
//! | --- | --- |
//! | `names.rs` | what a host, a label, a header's name and the like may be |
//! | `pattern.rs` | whether a regular expression is one |
//! | `gateway.rs` | what is refused of a Gateway |
//! | `virtual_service.rs` | what is refused of a VirtualService |

pub mod gateway;
pub mod names;
pub mod pattern;
pub mod virtual_service;

/// Something that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field, from the object's root.
    pub path: String,
    /// Why, as a clause that follows the field.
    pub reason: String,
}

impl Fault {
    fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

/// A port's number.
fn port(number: u32, path: &str, faults: &mut Vec<Fault>) {
    if !(1..=65_535).contains(&number) {
        faults.push(Fault::new(path, format!("{number} is no port: 1 to 65535")));
    }
}

//! The command-line tool for Istio ingress gateways.

pub mod logs;

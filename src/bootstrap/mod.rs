//! A gateway of one's own for a namespace.

pub mod forecast;

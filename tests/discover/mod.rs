//! `discover`, from files and bundles: which gateways there are, and where each is reached.
//!
//! | module | holds |
//! | --- | --- |
//! | `mesh` | worlds of gateways, as objects |
//! | `addresses` | each kind of address, and which one is used |
//! | `pending` | why there is none |
//! | `which` | which gateways are found, and which is meant |
//! | `pods` | how the pods fare, the versions, the shortest selector |
//! | `outputs` | every format, and what a script may rely on |
//! | `choice` | who is asked which one is meant |
//! | `shells` | variables, evaluated by real shells |
//! | `names` | host names, asked of a server of the test's own |

mod addresses;
mod choice;
pub(crate) mod mesh;
mod names;
mod outputs;
mod pending;
mod pods;
mod shells;
mod which;

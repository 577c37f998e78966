//! A room in another service, reached by its address.

use crate::rules::assurance::Admitted;
use serde::{Deserialize, Serialize};

/// A room in another service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its address: https.
    pub url: String,
}

impl Link {
    /// The name of the kind.
    pub const KIND: &str = "link";

    /// Returns the address that leads an admitted visitor in.
    pub fn address(&self, _: &Admitted) -> &str {
        &self.url
    }
}

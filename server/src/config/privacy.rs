//! `privacy.*`: the installation's facts for the privacy notice.

use super::{Error, keys::Keys, read};
use app::fields::EmailAddress;

pub(super) const KEYS: [&str; 1] = ["privacy.officer"];

/// The installation's facts for the privacy notice.
#[derive(Debug)]
pub struct Privacy {
    /// The data protection officer's address.
    pub officer: Option<EmailAddress>,
}

impl Privacy {
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        Ok(Self { officer: keys.take("privacy.officer", read::email)? })
    }
}

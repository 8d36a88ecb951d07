//! The doors through which [`crate::providers::fuzz`] comes in.

use http::{HeaderMap, Uri};

use super::{address::Addresses, headers};

pub fn for_provider(sent: HeaderMap) -> HeaderMap {
    headers::for_provider(sent)
}

pub fn for_caller(answered: HeaderMap) -> HeaderMap {
    headers::for_caller(answered)
}

/// The address of `path` below `base`, unless it is refused.
pub fn base(base: &str, path: &str) -> Option<Uri> {
    Addresses::new().base(base).ok()?.join(path).ok()
}

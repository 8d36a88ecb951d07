//! Client certificates: calls of one connection show its own in TLS.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest;
use hyper_util::client::legacy::Client;
use moka::sync::Cache;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use super::{Body, client, connector, connector::Secure};
use crate::{
    domain::secret::Secret,
    ports::provider::ProviderError,
    providers::{egress::Egress, pem},
};

/// Certificates whose connections are kept open, and for how long without a call.
const KEPT: u64 = 256;
const IDLE: Duration = Duration::from_secs(300);

/// The longest chain that is shown.
const MAX_CHAIN: usize = 8;

pub type Own = Client<Secure, Body>;

/// Clients by the hash of certificate and key.
pub struct Identities {
    known: Cache<Vec<u8>, Own>,
}

impl Identities {
    pub fn new() -> Self {
        let known = Cache::builder()
            .max_capacity(KEPT)
            .time_to_idle(IDLE)
            .build();
        Self { known }
    }

    /// A client that shows this certificate, whose key is `key`; both PEM. A pair that does not fit
    /// is a refusal, and shows nothing of either.
    pub fn client(
        &self,
        egress: &Arc<Egress>,
        limit: Duration,
        certificate: &Secret,
        key: &Secret,
    ) -> Result<Own, ProviderError> {
        let id = id(certificate, key);
        if let Some(known) = self.known.get(&id) {
            return Ok(known);
        }
        let (chain, key) = read(certificate, key)?;
        let tls = connector::tls_showing(chain, key)
            .map_err(|_| unfit("the certificate and its key do not fit together"))?;
        let own = client(connector::secure_by(tls, egress, limit));
        self.known.insert(id, own.clone());
        Ok(own)
    }
}

fn id(certificate: &Secret, key: &Secret) -> Vec<u8> {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in [certificate, key] {
        hash.update(&part.expose().len().to_be_bytes());
        hash.update(part.expose().as_bytes());
    }
    hash.finish().as_ref().to_vec()
}

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn read(certificate: &Secret, key: &Secret) -> Result<Pair, ProviderError> {
    let text = pem::tidy(certificate);
    let chain = CertificateDer::pem_slice_iter(text.expose().as_bytes())
        .take(MAX_CHAIN)
        .collect::<Result<Vec<_>, _>>();
    let chain = chain
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| unfit("the certificate is not one as PEM"))?;
    let key = PrivateKeyDer::from_pem_slice(pem::tidy(key).expose().as_bytes())
        .map_err(|_| unfit("the key of the certificate is not a private key as PEM"))?;
    Ok((chain, key))
}

fn unfit(why: &str) -> ProviderError {
    ProviderError::Refused(why.to_owned())
}

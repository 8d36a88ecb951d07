//! Client certificates: calls of one connection show its own in TLS.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest;
use moka::sync::Cache;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use super::{connector, pool::Pool};
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

/// Pools by the hash of certificate and key.
pub struct Identities {
    known: Cache<Vec<u8>, Arc<Pool>>,
}

impl Identities {
    pub fn new() -> Self {
        let known = Cache::builder()
            .max_capacity(KEPT)
            .time_to_idle(IDLE)
            .build();
        Self { known }
    }

    /// A pool whose connections show this certificate, whose key is `key`; both PEM. A pair that does
    /// not fit is a refusal, and shows nothing of either.
    pub fn pool(
        &self,
        egress: &Arc<Egress>,
        limit: Duration,
        certificate: &Secret,
        key: &Secret,
    ) -> Result<Arc<Pool>, ProviderError> {
        let id = id(certificate, key);
        if let Some(known) = self.known.get(&id) {
            return Ok(known);
        }
        let (chain, key) = read(certificate, key)?;
        let tls = connector::tls_showing(chain, key)
            .map_err(|_| unfit("the certificate and its key do not fit together"))?;
        let own = Arc::new(Pool::new(connector::secure_by(tls, egress, limit)));
        self.known.insert(id, Arc::clone(&own));
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

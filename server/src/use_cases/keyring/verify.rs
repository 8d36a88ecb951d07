//! Opens every value, to find those that were swapped, cut or altered.

use super::places::{Scan, Unreadable};
use crate::{
    access::MayRead,
    use_cases::{Result, Services},
};

/// The most bad values that are named; all are counted.
const MOST: usize = 1_000;

#[derive(Default)]
pub struct Verified {
    /// Values that open.
    pub good: u64,
    pub bad: u64,
    /// The first of the bad.
    pub named: Vec<Unreadable>,
}

/// Nothing that is opened is kept or shown.
pub async fn run(services: &Services, _right: MayRead) -> Result<Verified> {
    let mut verified = Verified::default();
    let mut scan = Scan::default();
    while let Some((kind, page)) = scan.next(services).await? {
        for content in &page {
            match kind.parts(content) {
                Ok(parts) => {
                    for part in parts {
                        match services.vault.open(part.at, &part.sealed) {
                            Ok(_) => verified.good += 1,
                            Err(error) => verified.note(kind.unreadable(content, error)),
                        }
                    }
                }
                Err(unreadable) => verified.note(unreadable),
            }
        }
        // Opening is all computation: others want the thread, too.
        tokio::task::yield_now().await;
    }
    Ok(verified)
}

impl Verified {
    fn note(&mut self, unreadable: Unreadable) {
        self.bad += 1;
        if self.named.len() < MOST {
            self.named.push(unreadable);
        }
    }
}

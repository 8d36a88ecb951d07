//! Where connections wait for their next call.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use ahash::RandomState;
use http::uri::Authority;
use hyper::client::conn::http2;
use tokio::time::Instant;

use crate::providers::transport::{body::Body, line::Line};

/// Lines that wait for one host, and for all.
const KEPT_PER_HOST: usize = 128;
const KEPT: usize = 1024;
/// How long without a call, and how often that is looked at.
const IDLE: Duration = Duration::from_secs(90);
const SWEPT: Duration = Duration::from_secs(30);

/// A connection for one call more.
pub enum Kept {
    Line(Line),
    /// With what tells it from others to the same host.
    Shared(u64, http2::SendRequest<Body>),
}

#[derive(Default)]
pub struct Shelf {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    hosts: HashMap<Authority, Host, RandomState>,
    /// Lines of all hosts.
    lines: usize,
    next: u64,
    is_swept: bool,
}

#[derive(Default)]
struct Host {
    /// The last one used is the next one used: the others grow old, and go.
    lines: Vec<(Line, Instant)>,
    shared: Option<Shared>,
}

struct Shared {
    id: u64,
    sender: http2::SendRequest<Body>,
    used: Instant,
}

impl Shelf {
    /// A connection to this host that is open, as far as is known.
    pub fn take(&self, to: &Authority) -> Option<Kept> {
        loop {
            let mut line = {
                let mut state = self.lock();
                let host = state.hosts.get_mut(to)?;
                if let Some(shared) = host.live() {
                    shared.used = Instant::now();
                    return Some(Kept::Shared(shared.id, shared.sender.clone()));
                }
                let (line, _) = host.lines.pop()?;
                state.lines -= 1;
                line
            };
            if line.is_open() {
                return Some(Kept::Line(line));
            }
        }
    }

    /// Keeps a line, unless it is closed or there are enough.
    pub fn keep(self: &Arc<Self>, to: Authority, mut line: Line) {
        if !line.is_open() {
            return;
        }
        let mut state = self.lock();
        if state.lines >= KEPT {
            return;
        }
        let host = state.hosts.entry(to).or_default();
        if host.lines.len() < KEPT_PER_HOST {
            host.lines.push((line, Instant::now()));
            state.lines += 1;
            self.sweep_later(&mut state);
        }
    }

    /// Offers a connection for sharing, unless there is one already. Gives it back for the first call.
    pub fn share(self: &Arc<Self>, to: &Authority, sender: http2::SendRequest<Body>) -> Kept {
        let mut state = self.lock();
        state.next += 1;
        let id = state.next;
        let host = state.hosts.entry(to.clone()).or_default();
        if host.live().is_none() {
            host.shared = Some(Shared {
                id,
                sender: sender.clone(),
                used: Instant::now(),
            });
        }
        self.sweep_later(&mut state);
        Kept::Shared(id, sender)
    }

    /// Gives a shared connection to no further call.
    pub fn forget(&self, to: &Authority, id: u64) {
        if let Some(host) = self.lock().hosts.get_mut(to) {
            host.shared.take_if(|shared| shared.id == id);
        }
    }

    /// Closes what has had no call for too long. True when nothing is left, and nobody needs to look again.
    pub fn let_go(&self, now: Instant) -> bool {
        let mut state = self.lock();
        let is_young = |used: Instant| now.duration_since(used) < IDLE;
        state.hosts.retain(|_, host| {
            host.lines
                .retain_mut(|(line, used)| is_young(*used) && line.is_open());
            host.shared
                .take_if(|shared| shared.sender.is_closed() || !is_young(shared.used));
            !host.lines.is_empty() || host.shared.is_some()
        });
        state.lines = state.hosts.values().map(|host| host.lines.len()).sum();
        state.is_swept = !state.hosts.is_empty();
        !state.is_swept
    }

    /// While anything is kept, somebody looks at its age.
    fn sweep_later(self: &Arc<Self>, state: &mut State) {
        if !mem::replace(&mut state.is_swept, true) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is half done where one could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn live(&mut self) -> Option<&mut Shared> {
        self.shared.take_if(|shared| shared.sender.is_closed());
        self.shared.as_mut()
    }
}

async fn sweep(shelf: Weak<Shelf>) {
    loop {
        tokio::time::sleep(SWEPT).await;
        let Some(shelf) = shelf.upgrade() else { return };
        if shelf.let_go(Instant::now()) {
            return;
        }
    }
}

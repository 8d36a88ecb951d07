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

use super::seats::{Seat, Seats};
use crate::providers::transport::{body::Body, line::Line};

/// Lines that wait for one host, and for all.
const KEPT_PER_HOST: usize = 128;
const KEPT: usize = 1024;
/// How long without a call, and how often that is looked at.
const IDLE: Duration = Duration::from_secs(90);
const SWEPT: Duration = Duration::from_secs(30);

/// A connection for one call more.
pub enum Kept {
    /// With the time since its last call.
    Line(Line, Duration),
    Shared(Joined),
}

/// A call's place on a connection with others.
pub struct Joined {
    /// What tells the connection from others to the same host.
    pub id: u64,
    pub sender: http2::SendRequest<Body>,
    pub seat: Seat,
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
    /// The first with a seat is the next one used, for the same reason.
    shared: Vec<Shared>,
}

struct Shared {
    id: u64,
    sender: http2::SendRequest<Body>,
    seats: Arc<Seats>,
    used: Instant,
}

impl Shelf {
    /// A connection to this host that is open, as far as is known.
    pub fn take(&self, to: &Authority) -> Option<Kept> {
        loop {
            let (mut line, used) = {
                let mut state = self.lock();
                let host = state.hosts.get_mut(to)?;
                if let Some(joined) = host.join() {
                    return Some(Kept::Shared(joined));
                }
                let line = host.lines.pop()?;
                state.lines -= 1;
                line
            };
            if line.is_open() {
                return Some(Kept::Line(line, used.elapsed()));
            }
        }
    }

    /// Keeps a line, unless it is closed. Where there are enough the one that waits longest goes.
    pub fn keep(self: &Arc<Self>, to: Authority, mut line: Line) {
        if !line.is_open() {
            return;
        }
        let mut state = self.lock();
        let state = &mut *state;
        let host = state.hosts.entry(to).or_default();
        host.lines.push((line, Instant::now()));
        state.lines += 1;
        if host.lines.len() > KEPT_PER_HOST {
            host.lines.remove(0);
            state.lines -= 1;
        } else if state.lines > KEPT {
            state.close_oldest();
        }
        self.sweep_later(state);
    }

    /// Offers a connection for sharing. Gives it back for the first call.
    pub fn share(
        self: &Arc<Self>,
        to: &Authority,
        sender: http2::SendRequest<Body>,
        seats: Arc<Seats>,
    ) -> Kept {
        let mut state = self.lock();
        state.next += 1;
        let id = state.next;
        let seat = seats.first();
        let host = state.hosts.entry(to.clone()).or_default();
        host.shared.push(Shared {
            id,
            sender: sender.clone(),
            seats,
            used: Instant::now(),
        });
        self.sweep_later(&mut state);
        Kept::Shared(Joined { id, sender, seat })
    }

    /// Gives a shared connection to no further call.
    pub fn forget(&self, to: &Authority, id: u64) {
        if let Some(host) = self.lock().hosts.get_mut(to) {
            host.shared.retain(|shared| shared.id != id);
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
                .retain(|shared| !shared.sender.is_closed() && is_young(shared.used));
            !host.lines.is_empty() || !host.shared.is_empty()
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

impl State {
    fn close_oldest(&mut self) {
        let waiting = self
            .hosts
            .values_mut()
            .filter(|host| !host.lines.is_empty());
        if let Some(host) = waiting.min_by_key(|host| host.lines[0].1) {
            host.lines.remove(0);
            self.lines -= 1;
        }
    }
}

impl Host {
    fn join(&mut self) -> Option<Joined> {
        self.shared.retain(|shared| !shared.sender.is_closed());
        self.shared.iter_mut().find_map(|shared| {
            let seat = shared.seats.take()?;
            shared.used = Instant::now();
            Some(Joined {
                id: shared.id,
                sender: shared.sender.clone(),
                seat,
            })
        })
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

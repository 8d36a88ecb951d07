//! Puts the parts together: from the command line to services, from services to a server.

mod clock;
mod keys;
pub mod work;

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::ServiceExt;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use tokio::{net::TcpListener, sync::watch};
use url::Url;

use crate::{
    clock::{ServiceClock, SystemEntropy},
    config::{ServeArgs, Shared},
    domain::{
        definition::{OwnAddresses, Rules},
        id::ProcessId,
    },
    http::{AppState, Door, limits::Rates},
    ports::clock::Entropy,
    providers::{
        catalog::Catalog, client::HttpProviderClient, egress::Egress, host_pages::HttpHostPages,
        key_source::HttpKeySource, webhook_sender::HttpWebhookSender,
    },
    store,
    use_cases::{
        Caches, Services, housekeeping::Housekeeping, operators, public_url,
        refresh::ahead::RefreshAhead, revocations::Revocations, unlock,
        webhooks::deliver::Deliveries, work::Work,
    },
};

const EVERY_ADDRESS: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
];

/// How long requests under way may take after SIGTERM.
const DRAIN: Duration = Duration::from_secs(20);

/// What background work has of it at least: a token that a provider is just handing out is stored.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Where browsers and Patchbay itself reach this process.
pub struct Addresses {
    pub public_url: Url,
    pub listen: SocketAddr,
}

impl Addresses {
    /// For commands that serve nothing: URLs they print are those of the default server.
    pub fn of_command(shared: &Shared) -> Result<Self, String> {
        Self::new(shared, SocketAddr::from(([127, 0, 0, 1], 3000)))
    }

    pub fn new(shared: &Shared, listen: SocketAddr) -> Result<Self, String> {
        let public_url = match &shared.public_url {
            Some(url) => url.clone(),
            None => {
                let host = if listen.ip().is_unspecified() {
                    "127.0.0.1".to_owned()
                } else {
                    host_of(listen)
                };
                Url::parse(&format!("http://{host}:{}", listen.port()))
                    .map_err(|error| error.to_string())?
            }
        };
        let fits = matches!(public_url.scheme(), "http" | "https")
            && public_url.host_str().is_some()
            && public_url.path() == "/"
            && public_url.query().is_none();
        if !fits {
            return Err(
                "--public-url must be like https://connect.example.com, without a path".to_owned(),
            );
        }
        Ok(Self { public_url, listen })
    }

    /// Where Patchbay calls its own sandbox: never through a load balancer.
    fn internal(&self) -> SocketAddr {
        if self.listen.ip().is_unspecified() {
            SocketAddr::from(([127, 0, 0, 1], self.listen.port()))
        } else {
            self.listen
        }
    }

    /// Whether browsers reach it on this machine only.
    pub fn is_local(&self) -> bool {
        app::validate::is_loopback_origin(&self.public_url.origin().ascii_serialization())
    }
}

fn host_of(address: SocketAddr) -> String {
    if address.is_ipv6() {
        format!("[{}]", address.ip())
    } else {
        address.ip().to_string()
    }
}

/// Who wants the services.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Serve,
    /// Calls no provider, so a definition may name any address.
    Command,
}

/// The services over a migrated database. Refused: no key or a wrong one, a definition with a mistake.
pub async fn services(
    shared: &Shared,
    addresses: &Addresses,
    purpose: Purpose,
) -> Result<Arc<Services>, String> {
    by_clock(shared, addresses, purpose, Arc::default()).await
}

async fn by_clock(
    shared: &Shared,
    addresses: &Addresses,
    purpose: Purpose,
    clock: Arc<ServiceClock>,
) -> Result<Arc<Services>, String> {
    let vault = keys::load(shared).await?;
    let internal = addresses.internal();
    let egress_allow = match purpose {
        Purpose::Serve => shared.egress_allow.clone(),
        Purpose::Command => EVERY_ADDRESS.to_vec(),
    };
    let rules = Rules {
        egress_allow,
        own: None,
    };
    let own = OwnAddresses {
        public_url: addresses.public_url.origin().ascii_serialization(),
        internal_url: format!("http://{}:{}", host_of(internal), internal.port()),
    };
    let catalog = Catalog::load(&rules, shared.catalog_dir.as_deref(), &own).map_err(|errors| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    let egress = Egress::new(shared.egress_allow.clone(), vec![internal]);
    let key_source = HttpKeySource::new(egress.clone());
    let host_pages = HttpHostPages::new(egress.clone());
    let providers = HttpProviderClient::new(egress, clock.clone());
    // Not even to Patchbay itself.
    let webhook_egress = Egress::new(shared.egress_allow.clone(), Vec::new());
    let store = store::connect(shared.database_url.expose())
        .await
        .map_err(|error| describe(&error))?;
    clock::set(&clock, &*store)
        .await
        .map_err(|error| describe(&error))?;
    let public_url = match (purpose, &shared.public_url) {
        (Purpose::Command, None) => public_url::recall(&*store)
            .await
            .map_err(|error| error.to_string())?
            .unwrap_or_else(|| addresses.public_url.clone()),
        _ => addresses.public_url.clone(),
    };
    let mut process = [0; 16];
    SystemEntropy.fill(&mut process);

    let services = Arc::new(Services {
        store,
        vault: Arc::new(vault),
        clock,
        entropy: Arc::new(SystemEntropy),
        providers: Arc::new(providers),
        key_source: Arc::new(key_source),
        host_pages: Arc::new(host_pages),
        webhook_sender: Arc::new(HttpWebhookSender::new(webhook_egress)),
        definitions: Arc::new(catalog),
        process: ProcessId(uuid::Uuid::from_bytes(process)),
        public_url,
        serving: purpose == Purpose::Serve,
        caches: Caches::default(),
        bells: Default::default(),
        doorkeeper: operators::Doorkeeper::default(),
        sandbox: Default::default(),
    });
    let name = (purpose == Purpose::Serve).then(|| process_name(addresses));
    unlock::run(&services, name.as_deref())
        .await
        .map_err(|error| error.to_string())?;
    Ok(services)
}

/// What an operator knows a server by.
fn process_name(addresses: &Addresses) -> String {
    format!("{} (pid {})", addresses.listen, std::process::id())
}

/// An error with its causes, on one line.
pub fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

/// Serves until SIGTERM or Ctrl-C, then lets requests under way finish.
pub async fn serve(shared: &Shared, args: &ServeArgs) -> Result<(), String> {
    // A connection is a file, and the usual limit of 1,024 is meant for programs that use select. Where
    // it cannot be raised it stays.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        format!(
            "cannot listen on {}: {error}; choose another address with --listen",
            args.listen
        )
    })?;
    let listen = listener.local_addr().map_err(|error| error.to_string())?;
    let addresses = Addresses::new(shared, listen)?;
    let clock = Arc::new(ServiceClock::new());
    let services = by_clock(shared, &addresses, Purpose::Serve, clock.clone()).await?;
    public_url::remember(&*services.store, &services.public_url)
        .await
        .map_err(|error| error.to_string())?;
    let demo = args.demo.unwrap_or_else(|| addresses.is_local());
    announce(&services, demo).await?;

    let (stop, stopped) = watch::channel(false);
    let mut loops = work::start(&services, works(args), &stopped);
    let name = process_name(&addresses);
    loops.spawn(keys::keep(services.clone(), name, stopped.clone()));
    loops.spawn(clock::keep(clock, services.store.clone(), stopped.clone()));
    let rates = Rates {
        user: args.rate_limit_user,
        project: args.rate_limit_project,
        address: args.rate_limit_address,
        trusted_proxies: args.trusted_proxies.clone(),
    };
    let app = Door::new(AppState::limited(services.clone(), demo, rates))
        .into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).with_graceful_shutdown({
        let mut stopped = stopped.clone();
        async move {
            let _ = stopped.changed().await;
        }
    });
    let server = tokio::spawn(async move { server.await });
    shutdown_signal().await;
    tracing::info!("stopping: requests under way may finish");
    let stopping = Instant::now();
    let _ = stop.send(true);
    let drained = tokio::time::timeout(DRAIN, server).await;
    let background = async {
        while loops.join_next().await.is_some() {}
        services.caches.refreshes.settle().await;
        services.caches.deliveries.settle().await;
    };
    let left = DRAIN.saturating_sub(stopping.elapsed()).max(LAST_WORK);
    if tokio::time::timeout(left, background).await.is_err() {
        tracing::warn!("some background work did not finish in time");
    }
    match drained {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => {
            tracing::warn!("some requests did not finish in time");
            Ok(())
        }
    }
}

/// The links a newcomer needs, on standard output.
async fn announce(services: &Services, demo: bool) -> Result<(), String> {
    println!("Patchbay is at {}", services.url(""));
    let link = operators::setup_link(services)
        .await
        .map_err(|error| error.to_string())?;
    if let Some(link) = link {
        println!(
            "Create the first operator: {}",
            services.url(&format!("/setup/{}", link.expose()))
        );
    }
    if demo {
        println!("Try the demo: {}", services.url("/demo"));
    }
    Ok(())
}

/// What is done beside answering.
fn works(args: &ServeArgs) -> Vec<Arc<dyn Work>> {
    vec![
        Arc::new(Housekeeping {
            keep_events: args.keep_events(),
        }),
        Arc::new(RefreshAhead::default()),
        Arc::new(Revocations),
        Arc::new(Deliveries),
    ]
}

async fn shutdown_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

//! `patchbay`: one binary, every command.

use std::process::ExitCode;

use clap::Parser;
use server::{cli, config, logging};

/// The browser bundles, in the binary of a release: in this file, so that the library does not wait
/// for them to be built. `cargo xtask` sets the flag, and names their folder and files.
#[cfg(embed_site)]
mod site {
    use std::borrow::Cow;

    /// Built anew when a file comes or goes, or the folder is another. A file that changes is known.
    const _: (&str, &str) = (env!("PATCHBAY_SITE_DIR"), env!("PATCHBAY_SITE_FILES"));

    #[derive(rust_embed::Embed)]
    #[folder = "$PATCHBAY_SITE_DIR"]
    struct Files;

    pub struct Embedded;

    impl server::http::assets::Site for Embedded {
        fn get(&self, file: &str) -> Option<Cow<'static, [u8]>> {
            Files::get(file).map(|found| found.data)
        }

        fn names(&self) -> Vec<String> {
            Files::iter().map(Cow::into_owned).collect()
        }
    }
}

/// With the system's allocator, allocation was 15 % of a proxied call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = config::Cli::parse();
    #[cfg(embed_site)]
    server::http::assets::embed(&site::Embedded);
    logging::start(&cli);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("patchbay: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("patchbay: {message}");
            ExitCode::FAILURE
        }
    }
}

//! Says which files outside the sources go into the binary.

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells build scripts by the environment"
)]
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
    println!("cargo:rerun-if-changed=../catalog");
    println!("cargo:rerun-if-env-changed=PATCHBAY_SITE_DIR");
    if let Some(folder) = std::env::var_os("PATCHBAY_SITE_DIR") {
        println!("cargo:rerun-if-changed={}", folder.to_string_lossy());
    }
}

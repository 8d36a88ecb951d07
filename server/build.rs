//! Says which files outside the sources go into the library.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
    println!("cargo:rerun-if-changed=../catalog");
}

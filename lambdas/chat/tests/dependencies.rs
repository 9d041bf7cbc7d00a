//! The contract crate stays pure: nothing below it may reach a network, a runtime, the environment or a clock.

use std::error::Error;
use std::path::Path;
use std::process::Command;

/// Everything the contract may be built from. A new name here is a decision, not a detail.
const ALLOWED: [&str; 8] = ["chat", "itoa", "memchr", "serde", "serde_core", "serde_json", "thiserror", "zmij"];

#[test]
fn the_contract_depends_on_no_aws_crate_and_no_async_runtime() -> Result<(), Box<dyn Error>> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "chat", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{lib}"])
        .args(["--locked", "--offline", "--no-dedupe"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let listing = String::from_utf8(tree.stdout)?;
    assert!(listing.lines().count() > 1, "cargo tree listed nothing");
    for dependency in listing.lines().filter(|line| !line.is_empty()) {
        assert!(ALLOWED.contains(&dependency), "chat depends on {dependency}");
    }
    Ok(())
}

#[test]
fn the_contract_reads_no_environment_and_no_clock() -> Result<(), Box<dyn Error>> {
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))? {
        let path = file?.path();
        let source = std::fs::read_to_string(&path)?;
        for word in ["std::env", "std::time", "std::net", "std::fs", "std::process", "std::thread"] {
            assert!(!source.contains(word), "{} uses {word}", path.display());
        }
    }
    Ok(())
}

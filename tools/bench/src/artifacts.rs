//! What is measured: the functions as they ship, and the baseline with its Python environment.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs ready to start, and what they weigh.
pub struct Artifacts {
    /// Root of the repository.
    pub workspace: PathBuf,
    /// Folder of the release binaries.
    release: PathBuf,
    /// Interpreter of the baseline's environment.
    pub python: PathBuf,
}

impl Artifacts {
    /// Builds both functions in the release profile, and the baseline's environment where it is missing or outdated.
    pub fn prepare() -> Result<Self, String> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workspace = workspace.canonicalize().map_err(|error| error.to_string())?;
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let build = ["build", "--release", "--locked", "-p", "data-source", "-p", "orchestrator"];
        run(Command::new(cargo).args(build).current_dir(&workspace))?;
        let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| workspace.join("target"), PathBuf::from);
        let python = python(&workspace)?;
        Ok(Self { workspace, release: target.join("release"), python })
    }

    /// The binary of a function.
    pub fn function(&self, name: &str) -> PathBuf {
        self.release.join(name)
    }

    /// Bytes of a function's zip, where `make package` has made one.
    pub fn zip_bytes(&self, name: &str) -> Option<u64> {
        let zip = self.workspace.join("dist").join(name).with_extension("zip");
        std::fs::metadata(zip).ok().map(|metadata| metadata.len())
    }

    /// Folder of the baseline's modules.
    pub fn baseline(&self) -> PathBuf {
        self.workspace.join("tools/bench/baseline")
    }
}

/// Makes the virtual environment anew whenever the pinned requirements differ from those it was made from.
fn python(workspace: &Path) -> Result<PathBuf, String> {
    let requirements = workspace.join("tools/bench/baseline/requirements.txt");
    let environment = workspace.join(".local/bench-venv");
    let interpreter = environment.join("bin/python");
    let installed = environment.join("requirements.txt");
    let wanted = std::fs::read_to_string(&requirements).map_err(|error| error.to_string())?;
    if interpreter.exists() && std::fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(interpreter);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(Command::new(&interpreter).args(install).arg(&requirements))?;
    std::fs::write(installed, wanted).map_err(|error| error.to_string())?;
    Ok(interpreter)
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}")) }
}

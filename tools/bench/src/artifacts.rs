//! What is measured: the functions as they ship, and the baseline with its Python environment.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::environment::FUNCTIONS;

/// Programs ready to start, and what they weigh.
pub struct Artifacts {
    /// Root of the repository.
    pub workspace: PathBuf,
    /// Interpreter of the baseline's environment.
    pub python: PathBuf,
}

impl Artifacts {
    /// Unpacks both functions' zips from `dist/`, so that what is measured is what is deployed, and makes the baseline's
    /// environment where it is missing or outdated.
    pub fn prepare() -> Result<Self, String> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workspace = workspace.canonicalize().map_err(|error| error.to_string())?;
        let python = python(&workspace)?;
        let artifacts = Self { workspace, python };
        for name in FUNCTIONS {
            artifacts.unpack(name)?;
        }
        Ok(artifacts)
    }

    /// The unpacked binary of a function.
    pub fn function(&self, name: &str) -> PathBuf {
        self.unpacked(name).join("bootstrap")
    }

    /// Bytes of a function's zip.
    pub fn zip_bytes(&self, name: &str) -> Result<u64, String> {
        let zip = self.zip(name);
        let metadata = std::fs::metadata(&zip).map_err(|error| format!("{}: {error}; run make package first", zip.display()))?;
        Ok(metadata.len())
    }

    fn zip(&self, name: &str) -> PathBuf {
        self.workspace.join("dist").join(name).with_extension("zip")
    }

    fn unpacked(&self, name: &str) -> PathBuf {
        self.workspace.join(".local/bench").join(name)
    }

    fn unpack(&self, name: &str) -> Result<(), String> {
        self.zip_bytes(name)?;
        run(Command::new(&self.python).args(["-m", "zipfile", "--extract"]).arg(self.zip(name)).arg(self.unpacked(name)))?;
        // Python's unpacking drops the permissions.
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.function(name), executable).map_err(|error| error.to_string())
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

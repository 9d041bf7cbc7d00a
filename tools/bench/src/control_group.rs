//! The CPU share of a function, by a Linux control group of either version, and the CPU time it used.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Memory at which Lambda gives a function one whole vCPU.
const ONE_CPU_MB: f64 = 1769.0;
/// Length of Lambda's enforcement period, as inferred by arXiv:2506.01283 ("Demystifying Serverless Costs").
pub const PERIOD_US: u64 = 20_000;
/// The most a group of version 1 can weigh against others.
const LARGEST_SHARES: &str = "262144";
/// The most a group of version 2 can weigh against others.
const LARGEST_WEIGHT: &str = "10000";

/// The share of one core a function of this size has.
pub fn share(memory_mb: u64) -> f64 {
    memory_mb as f64 / ONE_CPU_MB
}

/// A control group of its own for one process.
pub enum ControlGroup {
    /// Version 1: one folder in each of two hierarchies.
    V1 {
        /// Where the quota is written.
        cpu: PathBuf,
        /// Where the time is read.
        accounting: PathBuf,
    },
    /// Version 2: one folder.
    V2(PathBuf),
    /// This machine lets us make none, for this reason; the process runs without a limit.
    None(String),
}

impl ControlGroup {
    /// Makes an unlimited group that comes before whatever else the machine does; where none can be made the reason is kept instead.
    pub fn new(role: &str) -> Self {
        let name = format!("bench-{}-{role}", std::process::id());
        Self::v1(&name).or_else(|_| Self::v2(&name)).unwrap_or_else(Self::None)
    }

    /// Makes a group around this process, so that its timers are not held up by others either.
    pub fn around_this_process() -> Self {
        let group = Self::new("services");
        let added = i32::try_from(std::process::id()).map_err(|error| error.to_string()).and_then(|own| group.add(own));
        added.map_or_else(Self::None, |()| group)
    }

    fn v1(name: &str) -> Result<Self, String> {
        let root = Path::new("/sys/fs/cgroup");
        let (cpu, accounting) = (root.join("cpu").join(name), root.join("cpuacct").join(name));
        make(&cpu)?;
        make(&accounting)?;
        write(&cpu.join("cpu.cfs_period_us"), &PERIOD_US.to_string())?;
        write(&cpu.join("cpu.shares"), LARGEST_SHARES)?;
        Ok(Self::V1 { cpu, accounting })
    }

    fn v2(name: &str) -> Result<Self, String> {
        let own = std::fs::read_to_string("/proc/self/cgroup").map_err(|error| error.to_string())?;
        let own = own.lines().find_map(|line| line.strip_prefix("0::/")).ok_or("no control groups of version 2")?;
        let own = Path::new("/sys/fs/cgroup").join(own);
        // Once this process has moved into a group of its own, its siblings are made beside that.
        let is_moved = own.file_name().is_some_and(|folder| folder.to_string_lossy().starts_with("bench-"));
        let parent = if is_moved { own.parent().unwrap_or(&own) } else { &own };
        let group = parent.join(name);
        make(&group)?;
        let created = Self::V2(group);
        if is_moved {
            write(&parent.join("cgroup.subtree_control"), "+cpu")?;
            created.limit(None)?;
            created.weigh()?;
        }
        Ok(created)
    }

    fn weigh(&self) -> Result<(), String> {
        match self {
            Self::V2(group) => write(&group.join("cpu.weight"), LARGEST_WEIGHT),
            Self::V1 { .. } | Self::None(_) => Ok(()),
        }
    }

    /// Moves a process in.
    pub fn add(&self, process: i32) -> Result<(), String> {
        let id = process.to_string();
        match self {
            Self::V1 { cpu, accounting } => {
                write(&cpu.join("cgroup.procs"), &id).and_then(|()| write(&accounting.join("cgroup.procs"), &id))
            }
            Self::V2(group) => write(&group.join("cgroup.procs"), &id),
            Self::None(_) => Ok(()),
        }
    }

    /// Sets the share of one core, or lifts the limit.
    pub fn limit(&self, share: Option<f64>) -> Result<(), String> {
        let quota = share.map(|share| (share * PERIOD_US as f64).round() as u64);
        match self {
            Self::V1 { cpu, .. } => {
                write(&cpu.join("cpu.cfs_quota_us"), &quota.map_or_else(|| "-1".to_owned(), |quota| quota.to_string()))
            }
            Self::V2(group) => {
                let quota = quota.map_or_else(|| "max".to_owned(), |quota| quota.to_string());
                write(&group.join("cpu.max"), &format!("{quota} {PERIOD_US}"))
            }
            Self::None(_) => Ok(()),
        }
    }

    /// CPU time used by the group so far; without a group, by the process, in steps of ten milliseconds.
    pub fn used(&self, process: i32) -> Duration {
        let nanoseconds = match self {
            Self::V1 { accounting, .. } => number(&accounting.join("cpuacct.usage")),
            Self::V2(group) => {
                let stat = std::fs::read_to_string(group.join("cpu.stat")).unwrap_or_default();
                let usage = stat.lines().find_map(|line| line.strip_prefix("usage_usec "));
                usage.and_then(|usage| usage.trim().parse::<u64>().ok()).map(|usage| usage * 1000)
            }
            Self::None(_) => ticks(process).map(|ticks| ticks * 10_000_000),
        };
        Duration::from_nanos(nanoseconds.unwrap_or_default())
    }

    /// Why nothing is limited; nothing where it is.
    pub fn reason_for_none(&self) -> Option<&str> {
        match self {
            Self::None(reason) => Some(reason),
            _ => None,
        }
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        let folders: Vec<&PathBuf> = match self {
            Self::V1 { cpu, accounting } => vec![cpu, accounting],
            Self::V2(group) => vec![group],
            Self::None(_) => vec![],
        };
        for folder in folders {
            let processes = std::fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
            for process in processes.lines() {
                let _ = write(&folder.join("../cgroup.procs"), process);
            }
            // Refused while a process is still in it; the folder is then left to the next restart of the machine.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn make(folder: &Path) -> Result<(), String> {
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(format!("{} cannot be made: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn write(file: &Path, value: &str) -> Result<(), String> {
    std::fs::write(file, value).map_err(|error| format!("{} does not take {value:?}: {error}", file.display()))
}

fn number(file: &Path) -> Option<u64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// User and system time of a process in hundredths of a second: fields 14 and 15 of its status line.
fn ticks(process: i32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

//! A server in a process of its own, to be killed or measured. The program of a test runs itself again: a test named `child` in it
//! calls [`serve`], which does nothing unless the program was started by [`Child::spawn`].

#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::print_stdout, reason = "it is how the child tells its port")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use schemactl_server::{Config, Quotas, start};

/// Names the data folder to the program when it runs again as a server.
const DATA: &str = "SCHEMACTL_SERVER_CHILD_DATA";
const READY: &str = "READY ";

/// A running server.
pub(crate) struct Child {
    process: std::process::Child,
    pub(crate) port: u16,
}

/// Serves until standard input ends, in the program that [`Child::spawn`] has started.
pub(crate) fn serve() {
    let Some(data) = std::env::var_os(DATA) else {
        return;
    };
    // As `schemactl serve` does.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    let server = start(Config::new(data).quotas(Quotas::unlimited())).unwrap();
    println!("\n{READY}{}", server.port());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

impl Child {
    pub(crate) fn spawn(data: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let command = command.args(["--exact", "child", "--nocapture"]).env(DATA, data);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut ports = lines.filter_map(|line| line.unwrap().strip_prefix(READY)?.parse().ok());
        let port = ports.next().expect("the child gets ready");
        // The test harness of the child speaks up after a minute, and ends if nobody listens.
        std::thread::spawn(move || ports.for_each(drop));
        Self { process, port }
    }

    /// SIGKILL: nothing of the process runs after this.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Memory that is in use, in kilobytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

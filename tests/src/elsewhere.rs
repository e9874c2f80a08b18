//! The rest of AWS: an emulator, for tests in which the registry is one part among others. In: nothing. Out: a process on loopback with
//! nothing in it, ended with the value.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Stdio};

use crate::{clean_command, require_installed, root};

/// An emulator of AWS that listens on 127.0.0.1 only, ended with the value.
#[derive(Debug)]
pub struct Elsewhere {
    process: Child,
    url: String,
}

impl Elsewhere {
    /// Starts it on a free port, and returns when it answers.
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port is free")
            .port();
        let mut ministack = clean_command(&require_installed(root().join("target/venv-ministack/bin/ministack")));
        ministack
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string());
        // It would open a port to the network for devices.
        ministack.env("IOT_MTLS_ENABLED", "0").env("PERSIST_STATE", "0");
        let mut process = ministack
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the emulator runs");
        let mut lines = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        let ready = lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.contains("Running on"));
        assert!(ready, "the emulator started");
        // What it says later has to go somewhere, or it would wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Returns the address of the server.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

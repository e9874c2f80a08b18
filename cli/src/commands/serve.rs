//! `schemactl serve`

use std::path::PathBuf;

use schemactl_model::spell_out_line;
use schemactl_server::{BusClient, Config, Quotas, new_key, start};
use schemactl_workspace::LoadError;

use crate::args::{Quota, Quoted, ServeAccessArgs, ServeArgs, ServeBusArgs};
use crate::bindings;
use crate::context::Context;
use crate::event_facts::read_event_facts;
use crate::exit::Exit;
use crate::interrupt;
use crate::judgement;
use crate::printable::quote_word;
use crate::problem::Problem;

/// The folder of the registry's data in a workspace.
const DATA: &str = ".schemactl/registry";
/// What requests are signed with where nobody verifies it.
const ANY_KEY: (&str, &str) = ("local", "local");

pub(crate) fn run_serve(args: &ServeArgs, context: &Context) -> Result<Exit, Problem> {
    #[cfg(target_os = "linux")]
    without_huge_pages();
    let data = match &args.data {
        Some(data) => data.clone(),
        None => data_folder(context)?,
    };
    let key = key(&args.access);
    let mut config = Config::new(&data)
        .address(args.access.host)
        .port(args.port.unwrap_or(0))
        .region(&args.region)
        .account(&args.account)
        .quotas(quotas(args))
        .language(bindings::LANGUAGE, bindings::generate_rust_crate)
        .judge(judgement::judge_change);
    if let Ok(root) = context.root() {
        config = config.event_facts(move |event| read_event_facts(&root, event));
    }
    let console = context.console.clone();
    config = config.notices(move |line| console.note(&spell_out_line(line)));
    if let Some((access_key, secret)) = &key {
        config = config.verify_signatures(access_key, secret);
    }
    if let Some(bus) = bus(&args.bus, &args.region)? {
        config = config.bus(bus);
    }
    let (_, interrupted) = interrupt::watch_for_interrupt();
    let server = start(config)?;
    let url = server.url();
    context.console.result(&exports(&url, &args.region, key.as_ref()));
    let pages = if key.is_none() {
        ", for the AWS CLI and for your browser"
    } else {
        ", signatures verified"
    };
    let data = data.display();
    context.console.note(&format!(
        "EventBridge Schemas at {url}{pages}; data in {data}; Ctrl-C to stop"
    ));
    // An error means that nobody can send any more, which ends the wait as well.
    let _ = interrupted.recv();
    server.shutdown();
    Ok(Exit::Clean)
}

/// The folder of the workspace's data. A registry needs no workspace: without one the present folder has it, as if one were begun here.
fn data_folder(context: &Context) -> Result<PathBuf, Problem> {
    let problem = match context.root() {
        Ok(root) => return Ok(root.join(DATA)),
        Err(problem) => problem,
    };
    let is_missing = matches!(&problem, Problem::Load(errors) if matches!(errors[..], [LoadError::NoManifest { .. }]));
    let start = context.start();
    if !is_missing || !start.is_dir() {
        return Err(problem);
    }
    let data = start.join(DATA);
    context.console.note(&format!(
        "no schemactl.toml here or above: the registry is kept in {}; --data DIR names another folder",
        data.display()
    ));
    Ok(data)
}

/// A server runs for days, and the kernel merges small pages into huge ones minutes after they were written: its memory would grow
/// by megabytes that nobody touched. Other commands end before that, and huge pages make them faster.
#[cfg(target_os = "linux")]
fn without_huge_pages() {
    // A kernel that has none has nothing to turn off.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// The key that requests have to be signed with, if that counts.
fn key(access: &ServeAccessArgs) -> Option<(String, String)> {
    let remote = access.allow_remote && !access.host.is_loopback();
    if !access.verify_sigv4 && !remote {
        return None;
    }
    let given = access.access_key.clone().zip(access.secret_key.clone());
    Some(given.unwrap_or_else(new_key))
}

fn quotas(args: &ServeArgs) -> Quotas {
    if args.no_quotas {
        return Quotas::unlimited();
    }
    let mut quotas = Quotas::default();
    for Quota { of, number } in &args.quota {
        let quota = match of {
            Quoted::Registries => &mut quotas.registries,
            Quoted::Schemas => &mut quotas.schemas,
            Quoted::Versions => &mut quotas.versions,
            Quoted::DiscoveredSchemas => &mut quotas.discovered_schemas,
            Quoted::Discoverers => &mut quotas.discoverers,
        };
        *quota = *number;
    }
    quotas
}

fn bus(args: &ServeBusArgs, region: &str) -> Result<Option<BusClient>, Problem> {
    let Some(endpoint) = &args.endpoint else {
        return Ok(None);
    };
    let bus = BusClient::new(endpoint).map_err(|error| {
        Problem::usage(
            error.to_string(),
            "https is not supported; give the http URL of an emulator, or of a tunnel to the service",
        )
    })?;
    let (access_key, secret) = ANY_KEY;
    let bus = bus
        .name(&args.name)
        .source(&args.source)
        .credentials(region, access_key, secret);
    Ok(Some(bus))
}

/// What a shell needs, so that the AWS CLI, the SDKs and `schemactl push` speak to this registry.
fn exports(url: &str, region: &str, key: Option<&(String, String)>) -> String {
    let (access_key, secret) = key.map_or(ANY_KEY, |(access_key, secret)| (access_key, secret));
    let (access_key, secret) = (quote_word(access_key), quote_word(secret));
    format!(
        "export AWS_ENDPOINT_URL_SCHEMAS={url} AWS_ENDPOINT_URL_EVENTBRIDGE={url}\n\
         export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n\
         export AWS_ACCESS_KEY_ID={access_key} AWS_SECRET_ACCESS_KEY={secret}\n"
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    #[test]
    fn other_machines_always_need_a_key() {
        let key_of = |flags: &[&str]| {
            let serve = ["schemactl", "serve"];
            let args = Args::try_parse_from(serve.iter().chain(flags)).unwrap();
            let Command::Serve(serve) = args.command else {
                panic!("it is serve")
            };
            key(&serve.access)
        };
        assert_eq!(key_of(&[]), None);
        assert_eq!(key_of(&["--allow-remote"]), None, "nobody else reaches it");
        let (access_key, secret) = key_of(&["--host", "0.0.0.0", "--allow-remote"]).unwrap();
        assert!(access_key.len() >= 16 && secret.len() >= 32);
        assert_ne!(key_of(&["--host", "::", "--allow-remote"]).unwrap().1, secret);
        let given = ["--verify-sigv4", "--access-key", "AKID", "--secret-key", "s"];
        assert_eq!(key_of(&given), Some(("AKID".to_owned(), "s".to_owned())));
        // Without --allow-remote there is no key, and the server does not start.
        assert_eq!(key_of(&["--host", "0.0.0.0"]), None);
    }
}

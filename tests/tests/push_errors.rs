//! What people read when a push goes wrong: which account, region, registry and action, which permission is missing, and never
//! a secret.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use schemactl_server::Quotas;
use schemactl_tests::proxy::{Fault, ProxiedRequest, Proxy, SpoiledAnswer};
use schemactl_tests::{binary, clean_command};
use support::{Remote, told};

/// A workspace of one event whose registry is behind a proxy.
fn behind(remote: &Remote, spoil: impl Fn(&ProxiedRequest) -> Option<Fault> + Send + Sync + 'static) -> Proxy {
    remote.version("A", "1.0", "a");
    remote.version("A", "1.1", "b");
    remote.version("B", "1.0", "a");
    Proxy::start(&remote.server.url(), spoil)
}

fn push(remote: &Remote, proxy: &Proxy, more: &[&str]) -> (Option<i32>, String, String) {
    let url = proxy.url();
    let arguments = [&["push", "--create-registry", "--endpoint-url", &url], more].concat();
    told(&remote.schemactl(&arguments).output().unwrap())
}

fn writes_schema(seen: &ProxiedRequest) -> bool {
    (seen.method == "POST" || seen.method == "PUT") && seen.path.contains("/schemas/name/")
}

#[test]
fn every_kind_of_refusal_names_where_and_what() {
    for (status, code, part) in [
        (403, 5, "request the IAM action schemas:CreateSchema"),
        (404, 5, "not found"),
        (409, 5, "conflict"),
        (429, 5, "throttled"),
        (500, 5, "unavailable"),
        (503, 5, "unavailable"),
    ] {
        let remote = Remote::empty("");
        let proxy = behind(&remote, move |seen| {
            writes_schema(seen).then(|| Fault::Answer(SpoiledAnswer::with_status(status)))
        });
        let (exit, text, error) = push(&remote, &proxy, &[]);
        assert_eq!(exit, Some(code), "{status}: {error}");
        for named in [
            part,
            "CreateSchema of schema shop@",
            "registry events in us-east-1",
            "account 000000000000",
            &format!("asked to fail with {status}"),
        ] {
            assert!(error.contains(named), "{status}: {named} is not in\n{error}");
        }
        assert!(text.contains("1 of 4 writes made"), "{text}");
        for line in [
            "  done: create registry events",
            "  failed: create schema shop@",
            "  not tried: add 1.1",
        ] {
            assert!(text.contains(line), "{status}: {line} is not in\n{text}");
        }
    }
}

/// For each action that IAM may deny, the message names it.
#[test]
fn a_registry_that_does_not_exist_is_named() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    for arguments in [&["status"][..], &["prune"]] {
        let (exit, _, error) = remote.run(arguments);
        assert_eq!(exit, Some(0), "{error}");
        assert!(error.contains("the registry `events` does not exist"), "{error}");
    }
    remote.push();
    for arguments in [&["status"][..], &["prune"]] {
        let (_, _, error) = remote.run(arguments);
        assert!(!error.contains("does not exist"), "{error}");
    }
}

/// The same value is rejected however often it is sent.
#[test]
fn a_rejected_value_is_to_be_corrected_and_not_sent_again() {
    let remote = Remote::empty(&format!("description = \"{}\"", "d".repeat(257)));
    remote.version("A", "1.0", "a");
    let (exit, _, error) = remote.run(&["push", "--create-registry"]);
    assert_eq!(exit, Some(4), "{error}");
    assert!(error.contains("Description has 257 characters"), "{error}");
    assert!(error.contains("correct it in event.toml, schemactl.toml"), "{error}");
    assert!(!error.contains("run the command again"), "{error}");
}

#[test]
fn a_missing_permission_is_named() {
    type Denied = fn(&ProxiedRequest) -> bool;
    let cases: [(&str, &str, Denied); 6] = [
        ("DescribeRegistry", "us-east-1", |seen| {
            seen.method == "GET" && seen.path.ends_with("/registries/name/events")
        }),
        ("ListSchemas", "account", |seen| seen.path.contains("/schemas?")),
        ("CreateRegistry", "us-east-1", |seen| {
            seen.method == "POST" && seen.path.ends_with("/registries/name/events")
        }),
        ("DescribeSchema", "account", |seen| {
            seen.method == "GET" && seen.path.contains("/schemas/name/") && !seen.path.contains("/versions")
        }),
        ("CreateSchema", "account", |seen| {
            seen.method == "POST" && writes_schema(seen)
        }),
        ("UpdateSchema", "account", |seen| {
            seen.method == "PUT" && writes_schema(seen)
        }),
    ];
    for (action, part, denied) in cases {
        let remote = Remote::empty("");
        let proxy = behind(&remote, move |seen| {
            let message = "User: arn:aws:iam::000000000000:user/ci is not authorized".to_owned();
            let answer = SpoiledAnswer {
                error: "AccessDeniedException".to_owned(),
                message,
                ..SpoiledAnswer::with_status(403)
            };
            denied(seen).then_some(Fault::Answer(answer))
        });
        if action == "ListSchemas" {
            assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
        }
        let (exit, _, error) = push(&remote, &proxy, &[]);
        assert!(matches!(exit, Some(4 | 5)), "{action}: {exit:?} {error}");
        assert!(
            error.contains(&format!("IAM action schemas:{action};")),
            "{action}: {error}"
        );
        assert!(
            error.contains(part) && error.contains("registry events"),
            "{action}: {error}"
        );
    }
}

#[test]
fn no_secret_is_ever_shown() {
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const TOKEN: &str = "FwoGZXIvYXdzEGEXAMPLETOKENabcdefghijklmnopqrstuvwxyz0123456789";
    let remote = Remote::empty("");
    let proxy = behind(&remote, |seen| {
        // As AWS does: everything that was signed comes back.
        let answer = SpoiledAnswer {
            error: "InvalidSignatureException".to_owned(),
            message: format!(
                "The signature does not match. The Canonical String for this request should have been '{}'",
                seen.head
            ),
            ..SpoiledAnswer::with_status(403)
        };
        writes_schema(seen).then_some(Fault::Answer(answer))
    });
    let url = proxy.url().replace("http://", "http://someone:hidden-password@");
    let mut everything = String::new();
    for arguments in [
        &["push", "--create-registry", "-v"][..],
        &["plan", "-v", "--plan-file", "plan.json"],
        &["status", "-v"],
        &["doctor", "-v"],
    ] {
        let mut command = remote.schemactl(arguments);
        command.args(["--endpoint-url", &url]).envs([
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_SESSION_TOKEN", TOKEN),
            ("AWS_ENDPOINT_URL", "http://someone:hidden-password@127.0.0.1:1"),
        ]);
        let (_, text, error) = told(&command.output().unwrap());
        everything += &(text + &error);
    }
    for file in ["plan.json", "schemactl.lock"] {
        everything += &std::fs::read_to_string(remote.folder.path().join(file)).unwrap_or_default();
    }
    let signed = proxy.seen().iter().any(|seen| seen.head.contains(TOKEN));
    assert!(signed, "the token was sent, so that it could have come back");
    assert!(everything.contains("The signature does not match."), "{everything}");
    for secret in [SECRET, TOKEN, "AKIAIOSFODNN7EXAMPLE", "Signature=", "hidden-password"] {
        assert!(!everything.contains(secret), "{secret} is in\n{everything}");
    }
}

#[test]
fn a_full_registry_is_asked_for_no_more_schemas_and_still_takes_versions() {
    let quotas = Quotas {
        schemas: 2,
        ..Quotas::unlimited()
    };
    let remote = Remote::limited("", quotas);
    remote.version("Z", "1.0", "a");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    for number in 0..60 {
        remote.version(&format!("E{number:02}"), "1.0", "a");
    }
    remote.version("Z", "1.1", "b");
    let before = remote.writes();
    let (exit, text, error) = remote.run(&["push"]);
    assert_eq!(exit, Some(5), "{error}");
    assert!(error.contains("The quota of 2 schemas"), "{error}");
    assert!(text.contains("done: add 1.1"), "{text}");
    // One finds room, one is written to; as many as write side by side may be refused.
    let (done, failed) = (text.matches("  done: ").count(), text.matches("  failed: ").count());
    assert_eq!(done, 2, "{text}");
    assert!((1..=4).contains(&failed), "{text}");
    assert_eq!(text.matches("  not tried: ").count(), 61 - done - failed, "{text}");
    assert_eq!(remote.writes() - before, done + failed);
}

#[test]
fn no_number_of_an_account_is_shown_if_that_is_asked_for() {
    let remote = Remote::new();
    for arguments in [
        &["push", "--create-registry", "-v"][..],
        &["plan", "-v"],
        &["status", "-v"],
        &["doctor", "-v"],
    ] {
        let (_, text, error) = remote.run(&[arguments, &["--mask-account"]].concat());
        assert!(!(text.clone() + &error).contains("000000000000"), "{text}{error}");
    }
    let (_, text, _) = remote.run(&["status"]);
    assert!(text.contains("000000000000"), "{text}");
}

#[test]
fn an_endpoint_that_never_answers_is_given_up() {
    let remote = Remote::empty("");
    let proxy = behind(&remote, |_| Some(Fault::BlackHole));
    let begun = Instant::now();
    let (exit, _, error) = push(&remote, &proxy, &["--timeout", "4"]);
    assert_eq!(exit, Some(4), "{error}");
    assert!(
        error.contains("unreachable") && error.contains("no time for another in 4 s"),
        "{error}"
    );
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[test]
fn a_service_that_dies_in_the_middle_leaves_an_exact_list() {
    for position in [4, 6, 9, 11] {
        let remote = Remote::empty("");
        let proxy = behind(&remote, move |seen| {
            (seen.index >= position).then_some(Fault::ResetAfter)
        });
        let (exit, text, error) = push(&remote, &proxy, &[]);
        assert_eq!(exit, Some(5), "{position}: {text}{error}");
        let lines = |state: &str| {
            text.lines()
                .filter(|line| line.starts_with(&format!("  {state}: ")))
                .count()
        };
        let states = ["done", "not confirmed", "failed", "not tried"];
        assert_eq!(states.map(lines).iter().sum::<usize>(), 4, "{text}");
        let (exit, _, error) = remote.run(&["push", "--create-registry"]);
        assert_eq!(exit, Some(0), "{error}");
        let requests = remote.server.requests();
        let made = requests
            .iter()
            .filter(|request| request.write && request.status < 300)
            .count();
        assert_eq!(made, 4, "{position}: each write is made once");
    }
}

#[test]
fn a_doctor_says_all_that_is_wrong() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let (code, text, _) = remote.run(&["doctor"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("it does not exist yet") && text.contains("nothing is wrong") && !text.contains('…'),
        "{text}"
    );
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    let denied = Proxy::start(&remote.server.url(), |seen| {
        let answer = SpoiledAnswer {
            error: "AccessDeniedException".to_owned(),
            ..SpoiledAnswer::with_status(403)
        };
        seen.path.contains("/schemas?").then_some(Fault::Answer(answer))
    });
    let (code, text, _) = remote.run(&["doctor", "--endpoint-url", &denied.url()]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("WRONG  ListSchemas") && text.contains("IAM action schemas:ListSchemas"),
        "{text}"
    );

    // A new installation is not wrong: no workspace was named, and there is none.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut doctor = remote.schemactl(&["doctor"]);
    let (code, text, _) = told(&doctor.current_dir(elsewhere.path()).output().unwrap());
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("note   workspace") && text.contains("nothing is wrong"),
        "{text}"
    );

    // Everything is wrong at once: no git, no workspace; then no region; then no credentials.
    let mut doctor = remote.schemactl(&["doctor", "--workspace", "/"]);
    let (code, text, _) = told(&doctor.env("PATH", "").output().unwrap());
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("WRONG  git") && text.contains("WRONG  workspace"),
        "{text}"
    );
    let mut doctor = remote.schemactl(&["doctor"]);
    let (code, text, _) = told(
        &doctor
            .env_remove("AWS_REGION")
            .env_remove("AWS_DEFAULT_REGION")
            .output()
            .unwrap(),
    );
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("WRONG  region") && text.contains("--region"), "{text}");
    let mut doctor = remote.schemactl(&["doctor"]);
    let (code, text, _) = told(
        &doctor
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .output()
            .unwrap(),
    );
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("WRONG  credentials") && text.contains("aws sso login"),
        "{text}"
    );
}

/// A workspace need not have a registry; one that is to have one, and is not reached, is wrong.
#[test]
fn a_doctor_takes_no_offence_at_a_workspace_without_aws() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let folder = remote.folder.path();
    let config = folder.join("config");
    std::fs::write(&config, "[profile team]\nsso_session = x\n").unwrap();
    let text = std::fs::read_to_string(folder.join("schemactl.toml")).unwrap();
    std::fs::write(
        folder.join("schemactl.toml"),
        text + "[env.prod]\naccount = \"000000000000\"\n",
    )
    .unwrap();
    let doctor = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut doctor = clean_command(&binary());
        doctor.current_dir(folder).arg("doctor").args(arguments);
        let (code, text, _) = told(&doctor.envs(variables.iter().copied()).output().unwrap());
        (code, text)
    };
    for variables in [
        &[][..],
        &[("AWS_PAGER", "")],
        &[("AWS_REGION", "")],
        &[("AWS_CONFIG_FILE", "/nowhere")],
    ] {
        let (code, text) = doctor(&[], variables);
        assert_eq!(code, Some(0), "{variables:?}: {text}");
        for part in ["note   region", "AWS_REGION", "`schemactl serve`", "nothing is wrong"] {
            assert!(text.contains(part), "{variables:?}: {part} is not in\n{text}");
        }
    }
    for (arguments, variables) in [
        (&[][..], ("AWS_ACCESS_KEY_ID", "key")),
        (&[], ("AWS_PROFILE", "team")),
        (&[], ("AWS_CONFIG_FILE", config.to_str().unwrap())),
        (&[], ("AWS_ENDPOINT_URL_SCHEMAS", "http://127.0.0.1:1")),
        (&["--profile", "team"], ("AWS_PAGER", "")),
        (&["--env", "prod"], ("AWS_PAGER", "")),
        (&["--endpoint-url", "nowhere"], ("AWS_PAGER", "")),
    ] {
        let (code, text) = doctor(arguments, &[variables]);
        assert_eq!(code, Some(1), "{arguments:?} {variables:?}: {text}");
        assert!(text.contains("WRONG"), "{text}");
    }
}

/// A name that was mistyped, or a registry that somebody deleted: nothing would be compared, and the check would pass.
#[test]
fn a_base_that_is_no_registry_is_told() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let (code, text, error) = remote.run(&["check", "--against", "registry"]);
    assert_eq!(code, Some(0), "{text}{error}");
    assert!(error.contains("the registry `events` does not exist yet"), "{error}");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    assert_eq!(remote.run(&["check", "--against", "registry"]).0, Some(0));
    let settings = remote.folder.path().join("schemactl.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(settings, text.replace("\"events\"", "\"event\"")).unwrap();
    let (code, text, error) = remote.run(&["check", "--against", "registry"]);
    assert_eq!(code, Some(2), "{text}{error}");
    let help = "correct its name in schemactl.toml";
    assert!(
        error.contains("the registry `event` does not exist") && error.contains(help),
        "{error}"
    );
}

/// What is wrong with profile or credentials is one line without the layers of the SDK, and the next one says what to do.
#[test]
fn a_wrong_profile_and_missing_credentials_are_told_in_a_line() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let folder = remote.folder.path();
    let (config, credentials) = (folder.join("config"), folder.join("credentials"));
    let profiles = "[default]\n[profile dev]\nregion = eu-west-1\n[profile prod]\nsource_profile = gone\nrole_arn = arn:aws:iam::1:role/x\n";
    std::fs::write(&config, profiles).unwrap();
    std::fs::write(
        &credentials,
        "[work]\naws_access_key_id = a\naws_secret_access_key = b\n",
    )
    .unwrap();
    let status = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut status = remote.schemactl(&[&["status"], arguments].concat());
        status
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", &config)
            .env("AWS_SHARED_CREDENTIALS_FILE", &credentials)
            .envs(variables.iter().copied());
        told(&status.output().unwrap())
    };
    let unknown = "the AWS configuration has no profile `porod`";
    let known = "did you mean `prod`? The profiles are default, dev, prod, work";
    let missing = "no valid credentials: neither environment variables nor the AWS profile name any";
    let keys = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    let set = [
        ("AWS_PROFILE", "porod"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
    ];
    for (arguments, variables, code, parts) in [
        (&["--profile", "porod"][..], &[][..], 2, [unknown, known]),
        (&[], &set[..1], 2, [unknown, known]),
        (&["--profile", "dev"], &[], 4, [missing, keys]),
        (&["--profile", "prod"], &[], 4, ["profile `gone` was not defined", keys]),
        (&[], &[], 4, [missing, keys]),
    ] {
        let (found, _, error) = status(arguments, variables);
        assert_eq!(found, Some(code), "{arguments:?} {variables:?}: {error}");
        for part in parts {
            assert!(error.contains(part), "{arguments:?} {variables:?}: {part}: {error}");
        }
        for jargon in ["dispatch failure", "provider", "\\n"] {
            assert!(
                !error.contains(jargon),
                "{arguments:?} {variables:?}: {jargon}: {error}"
            );
        }
    }
    // Keys of the environment come first, and need no profile.
    let (_, _, error) = status(&[], &set);
    assert!(!error.contains("profile"), "{error}");
}

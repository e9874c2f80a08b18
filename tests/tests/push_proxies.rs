//! Answers of something that stands between schemactl and the registry: proxies, login pages, caches. What is said has the status, the first
//! bytes and the next step; what may have been written is looked up; nothing is written twice, and the exit code is true.
#![allow(clippy::unwrap_used)]

mod support;

use schemactl_server::Quotas;
use schemactl_tests::proxy::{Fault, ProxiedRequest, Proxy, foreign_answer};
use support::{Remote, told};

const HTML: &str = "<html><head><title>Sign in</title></head><body>Please sign in to the guest network.</body></html>";

/// Name, answer, and what is shown of it.
fn answers() -> Vec<(&'static str, String, &'static [&'static str])> {
    let html = "Content-Type: text/html\r\n";
    vec![
        ("304", foreign_answer(304, "", ""), &["status 304", "it is empty"]),
        ("HTML 200", foreign_answer(200, html, HTML), &["status 200", "`<html>"]),
        (
            "302",
            foreign_answer(302, "Location: http://login.example/\r\n", HTML),
            &["status 302", "http://login.example/", "redirects"],
        ),
        (
            "407",
            foreign_answer(407, "Proxy-Authenticate: Basic\r\n", "Proxy Authentication Required"),
            &[
                "status 407",
                "`Proxy Authentication Required`",
                "a user name and a password",
            ],
        ),
        (
            "403 of a proxy",
            foreign_answer(403, html, HTML),
            &["status 403", "`<html>"],
        ),
        ("empty 200", foreign_answer(200, "", ""), &["status 200"]),
        ("empty 204", foreign_answer(204, "", ""), &["status 204"]),
        ("empty object", foreign_answer(202, "", "{}"), &["status 202"]),
        (
            "502",
            foreign_answer(502, html, "<h1>Bad Gateway</h1>"),
            &["status 502", "Bad Gateway"],
        ),
    ]
}

fn remote() -> Remote {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    remote.version("A", "1.1", "b");
    remote
}

fn writes_schema(seen: &ProxiedRequest) -> bool {
    (seen.method == "POST" || seen.method == "PUT") && seen.path.contains("/schemas/name/")
}

fn assert_true_and_converges(remote: &Remote, proxy: &Proxy, case: &str, parts: &[&str]) {
    let arguments = [
        "push",
        "--create-registry",
        "--endpoint-url",
        &proxy.url(),
        "--timeout",
        "20",
    ];
    let (code, text, error) = told(&remote.schemactl(&arguments).output().unwrap());
    if code == Some(0) {
        assert!(text.contains("made, and read back"), "{case}: {text}");
        assert_eq!(remote.run(&["status"]).0, Some(0), "{case}: 0 is true");
    } else {
        assert!(matches!(code, Some(4 | 5)), "{case}: {code:?} {error}");
        for part in parts {
            assert!(error.contains(part), "{case}: {part} is not in\n{error}");
        }
        assert!(!error.contains("IAM"), "{case}: {error}");
    }
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0), "{case}");
    assert_eq!(remote.run(&["status"]).0, Some(0), "{case}");
    let requests = remote.server.requests();
    let made = requests
        .iter()
        .filter(|request| request.write && request.status < 300)
        .count();
    assert_eq!(made, 3, "{case}: each write is made once");
}

/// Does something with each answer at the same time: most of the time is waiting for another attempt.
fn with_each_answer(then: impl Fn(usize, &str, &str, &[&str]) + Sync) {
    std::thread::scope(|scope| {
        for (number, (name, answer, parts)) in answers().into_iter().enumerate() {
            let then = &then;
            scope.spawn(move || then(number, name, &answer, parts));
        }
    });
}

/// The fault of a request that is passed on or not.
fn spoiled(answer: &str, after: bool) -> Fault {
    if after {
        Fault::ForeignAfter(answer.to_owned())
    } else {
        Fault::Foreign(answer.to_owned())
    }
}

#[test]
fn a_foreign_answer_to_every_call_says_what_it_is() {
    with_each_answer(|_, name, answer, parts| {
        let remote = remote();
        let answer = answer.to_owned();
        let proxy = Proxy::start(&remote.server.url(), move |_| Some(spoiled(&answer, false)));
        assert_true_and_converges(&remote, &proxy, name, parts);
    });
}

/// Two positions for each answer, at others each; all of them with `SCHEMACTL_ALL_POSITIONS=1`.
#[test]
fn a_foreign_answer_once_at_any_call_is_looked_up() {
    let all = std::env::var_os("SCHEMACTL_ALL_POSITIONS").is_some();
    with_each_answer(|number, name, answer, parts| {
        let positions = (0..12)
            .flat_map(|position| [(position, false), (position, true)])
            .enumerate();
        for (_, (position, after)) in positions.filter(|(index, _)| all || index % 12 == number) {
            let remote = remote();
            let answer = answer.to_owned();
            let proxy = Proxy::start(&remote.server.url(), move |seen| {
                (seen.index == position).then(|| spoiled(&answer, after))
            });
            let case = format!("{name} at {position}, passed on: {after}");
            assert_true_and_converges(&remote, &proxy, &case, parts);
        }
    });
}

#[test]
fn a_foreign_answer_to_every_write_is_no_write() {
    with_each_answer(|_, name, answer, parts| {
        for after in [false, true] {
            let remote = remote();
            let answer = answer.to_owned();
            let proxy = Proxy::start(&remote.server.url(), move |seen| {
                writes_schema(seen).then(|| spoiled(&answer, after))
            });
            let case = format!("{name} to writes, passed on: {after}");
            assert_true_and_converges(&remote, &proxy, &case, parts);
        }
    });
}

/// A cache that answers with what somebody else has asked for is asked again, and what it says is never taken for the registry.
#[test]
fn an_answer_about_something_else_is_not_taken() {
    let body = r#"{"SchemaName":"shop@Other","SchemaVersion":"1","Type":"JSONSchemaDraft4","Content":"{}"}"#;
    let answer = foreign_answer(200, "Content-Type: application/json\r\n", body);
    let remote = remote();
    let reads = |seen: &ProxiedRequest| {
        seen.method == "GET" && seen.path.contains("/schemas/name/") && !seen.path.contains("/versions")
    };
    let proxy = Proxy::start(&remote.server.url(), move |seen| {
        (reads(seen) && seen.index % 3 != 0).then(|| Fault::Foreign(answer.clone()))
    });
    assert_true_and_converges(&remote, &proxy, "another schema", &["is about another version"]);
}

/// The service has accepted the write: that it reads back as another schema makes it no write that was not made.
#[test]
fn a_write_that_reads_back_altered_is_made_and_not_confirmed() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote.version("A", "1.1", "b");
    remote.version("A", "1.2", "c");
    let body = r#"{"SchemaName":"shop@A","SchemaVersion":"2","Type":"JSONSchemaDraft4","Content":"{}"}"#;
    let answer = foreign_answer(200, "Content-Type: application/json\r\n", body);
    let proxy = Proxy::start(&remote.server.url(), move |seen| {
        let reads = seen.method == "GET" && seen.path.contains("schemaVersion=2");
        reads.then(|| Fault::Foreign(answer.clone()))
    });
    let arguments = ["push", "--endpoint-url", &proxy.url(), "--timeout", "2"];
    let (code, text, error) = remote.run(&arguments);
    assert_eq!(code, Some(5), "{text}{error}");
    assert!(
        error.contains("version 2 reads back with a different content"),
        "{error}"
    );
    for part in [
        "1 of 2 writes made, 1 not confirmed",
        "  not confirmed: add 1.1",
        "  not tried: add 1.2",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_delete_that_a_proxy_answers_is_not_called_done() {
    let remote = remote();
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote.settings("keep = 1");
    let proxy = Proxy::start(&remote.server.url(), |seen| {
        let page = || Fault::Foreign(foreign_answer(200, "Content-Type: text/html\r\n", HTML));
        (seen.method == "DELETE").then(page)
    });
    let arguments = ["prune", "--enable-deletes", "--yes", "--endpoint-url", &proxy.url()];
    let (code, text, error) = told(&remote.schemactl(&arguments).output().unwrap());
    assert_eq!(code, Some(4), "{text}{error}");
    assert!(error.contains("the version can still be read"), "{error}");
    assert_eq!(remote.run(&["prune", "--enable-deletes", "--yes"]).0, Some(0));
}

#[test]
fn a_quota_is_told_once_and_the_rest_is_not_tried() {
    let quotas = Quotas {
        schemas: 2,
        ..Quotas::unlimited()
    };
    let remote = Remote::limited("", quotas);
    for number in 0..80 {
        remote.version(&format!("E{number:02}"), "1.0", "a");
    }
    let (code, text, error) = remote.run(&["push", "--create-registry"]);
    assert_eq!(code, Some(5), "{error}");
    assert_eq!(error.matches("error: ").count(), 1, "{error}");
    assert!(error.contains("The quota of 2 schemas"), "{error}");
    let tried = text.matches("  failed: ").count();
    assert!((1..=4).contains(&tried), "no more than write side by side: {text}");
    assert_eq!(text.matches("  not tried: ").count(), 78 - tried, "{text}");
}

/// A list that leads back to a page that was read has no end.
#[test]
fn a_list_that_leads_in_a_circle_is_an_error_that_names_the_token() {
    let schema =
        r#"{"SchemaName":"shop@A","SchemaArn":"arn:aws:schemas:us-east-1:1:schema/events/shop@A","VersionCount":1}"#;
    for (list, member, item) in [
        ("/schemas?", "Schemas", schema),
        ("/versions?", "SchemaVersions", r#"{"SchemaVersion":"1"}"#),
    ] {
        for circle in [1, 2] {
            let remote = remote();
            remote.push();
            let count = std::sync::atomic::AtomicUsize::new(0);
            let is_list = move |seen: &ProxiedRequest| seen.path.contains(list);
            let proxy = Proxy::start(&remote.server.url(), move |seen| {
                let token = count.fetch_add(usize::from(is_list(seen)), std::sync::atomic::Ordering::SeqCst) % circle;
                let body = format!(r#"{{"{member}":[{item}],"NextToken":"page-{token}"}}"#);
                let answer = foreign_answer(200, "Content-Type: application/json\r\n", &body);
                is_list(seen).then_some(Fault::Foreign(answer))
            });
            for command in ["status", "pull", "push"] {
                let arguments = [command, "--endpoint-url", &proxy.url(), "--timeout", "20"];
                let (code, _, error) = told(&remote.schemactl(&arguments).output().unwrap());
                assert_eq!(code, Some(4), "{command}: {error}");
                let operation = if member == "Schemas" {
                    "ListSchemas of"
                } else {
                    "ListSchemaVersions of schema shop@A"
                };
                for part in [operation, "the `NextToken` `page-", "a second time"] {
                    assert!(error.contains(part), "{command}: {part} is not in\n{error}");
                }
            }
        }
    }
}

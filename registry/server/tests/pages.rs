//! The pages for browsers: what they show, and that nothing in a registry can act in them.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use schemactl_pages::{DeprecationNote, JudgedBreak, JudgedChange, JudgedDirection, Judgement};
use schemactl_server::EventFacts;
use serde_json::{Value, json};
use support::{Fixture, REGISTRY, Reply, SCHEMA, schema, try_send_exact};

/// As a browser asks: without a signature.
fn open(fixture: &Fixture, path: &str) -> Reply {
    let lines = [
        format!("GET {path} HTTP/1.1"),
        "Host: localhost".to_owned(),
        "Sec-Fetch-Site: none".to_owned(),
        "Accept: text/html,application/xhtml+xml".to_owned(),
    ];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    try_send_exact(fixture.server.port(), &lines, b"").unwrap()
}

#[track_caller]
fn page(fixture: &Fixture, path: &str) -> String {
    let reply = open(fixture, path);
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/html; charset=utf-8")),
        "{path}"
    );
    reply.body
}

#[test]
fn pages_lead_from_registries_to_versions() {
    let fixture = Fixture::new();
    assert!(page(&fixture, "/").contains("No registry exists yet"));
    fixture.create_schema();
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    let link = "/registries/orders/com.shop@OrderPlaced";
    assert!(page(&fixture, "/").contains("href=\"/registries/orders\""));
    assert!(page(&fixture, "/registries/orders").contains(&format!("href=\"{link}\"")));
    let newest = page(&fixture, link);
    assert!(newest.contains("Version 2") && newest.contains("OrderPlaced 2") && !newest.contains("OrderPlaced 1"));
    assert!(page(&fixture, &format!("{link}?version=1")).contains("OrderPlaced 1"));
    let changes = page(&fixture, &format!("{link}?version=2&show=changes"));
    assert!(changes.contains("<del>") && changes.contains("<ins>"));
    let found = page(&fixture, "/?q=placed%202");
    assert!(found.contains("1 schema with") && found.contains(&format!("{link}?version=2")));
}

const LINK: &str = "/registries/orders/com.shop@OrderPlaced";

/// Parts of paths that lead nowhere.
const PARTS: &[(&str, u16, &str)] = &[
    (
        "/registries/none",
        404,
        "The registry <code>none</code> does not exist.",
    ),
    (
        "/registries/%00",
        404,
        "<code>\\u{0}</code> is not 1 to 64 of the characters",
    ),
    ("/registries/a%20b", 404, "<code>a b</code> is not 1 to 64"),
    ("/registries/%FF", 400, "Invalid UTF-8 in <code>registry</code>"),
    ("/registries/LONG", 404, "xxx...</code> is not 1 to 64"),
    (
        "/registries/none/com.shop@OrderPlaced",
        404,
        "The registry <code>none</code> does not exist.",
    ),
    (
        "/registries/orders/none",
        404,
        "<code>orders</code> has no schema <code>none</code>.",
    ),
    ("/registries/orders/%C3%A9", 404, "is not 1 to 385 of the characters"),
    ("/registries/orders/%FF", 400, "Invalid UTF-8 in <code>schema</code>"),
    (
        "SCHEMA/bindings/1/Rust1",
        404,
        "There is no code of <code>Rust1</code> for version 1",
    ),
    ("SCHEMA/bindings/9/Rust1", 404, "for version 9"),
    (
        "SCHEMA/bindings/x/Rust1",
        404,
        "expected the number that the registry gave a version, such as 3",
    ),
    (
        "SCHEMA/bindings/01/Rust1",
        404,
        "expected the number that the registry gave",
    ),
    (
        "SCHEMA/bindings/1/Cobol",
        404,
        "<code>Cobol</code> is not a language of code bindings; expected",
    ),
    ("SCHEMA/bindings/1/Java8", 404, "There is no code of <code>Java8</code>"),
    (
        "/registries/orders/none/bindings/1/Rust1",
        404,
        "has no schema <code>none</code>",
    ),
    (
        "/discoverers/none",
        404,
        "The discoverer <code>none</code> does not exist.",
    ),
    ("/no/such/page", 404, "This page does not exist."),
    ("/v1/no/such/operation", 404, "This page does not exist."),
];

/// Parameters that a page does not understand.
const PARAMETERS: &[(&str, u16, &str)] = &[
    (
        "SCHEMA?version=abc",
        400,
        "<code>version</code> is <code>abc</code>; expected the number",
    ),
    (
        "SCHEMA?version=",
        400,
        "<code>version</code> is <code></code>; expected the number",
    ),
    ("SCHEMA?version=1.0", 400, "<code>version</code> is <code>1.0</code>"),
    ("SCHEMA?version=01", 400, "<code>version</code> is <code>01</code>"),
    ("SCHEMA?version=-1", 400, "<code>version</code> is <code>-1</code>"),
    ("SCHEMA?version=99999999999999999999", 400, "<code>version</code> is"),
    ("SCHEMA?version=%FF", 400, "<code>version</code> is"),
    (
        "SCHEMA?version=9",
        404,
        "has no version 9 in the registry; expected one that is listed with it, the newest is 1",
    ),
    (
        "SCHEMA?version=1&version=1",
        400,
        "<code>version</code> is given more than once",
    ),
    (
        "SCHEMA?verison=1",
        400,
        "<code>verison</code> is not a parameter of this page; expected <code>version</code> or <code>show</code>",
    ),
    (
        "SCHEMA?show=diff",
        400,
        "<code>show</code> is <code>diff</code>; expected <code>content</code>, <code>changes</code> or <code>bindings</code>",
    ),
    (
        "SCHEMA?show=%1B%C2%85%E2%80%AE%3Cb%3E",
        400,
        "<code>show</code> is <code>\\u{1b}\\u{85}\\u{202e}&lt;b&gt;</code>",
    ),
    ("SCHEMA?show=", 400, "<code>show</code> is <code></code>"),
    ("SCHEMA?after=x", 400, "<code>after</code> is not a parameter"),
    ("/?Q=order", 400, "expected <code>q</code> or <code>after</code>"),
    ("/?q=a&q=b", 400, "<code>q</code> is given more than once"),
    ("/registries/orders?version=1", 400, "expected <code>after</code>"),
    ("/discoverers?q=a", 400, "expected <code>after</code>"),
    ("/discoverers/events-event-bus-shop?after=a", 400, "this page has none"),
    ("SCHEMA/bindings/1/Rust1?version=1", 400, "this page has none"),
];

/// Addresses that lead somewhere.
const ADDRESSES: &[(&str, u16, &str)] = &[
    ("SCHEMA", 200, "Version 1"),
    ("SCHEMA?version=1&show=content", 200, "Version 1"),
    ("SCHEMA?show=changes", 200, "holds no version before this one"),
    ("SCHEMA?show=bindings", 200, "No code was generated"),
    ("/?q=%20", 200, "Registries"),
    ("/?after=%FF", 200, "Registries"),
    ("/registries/orders?after=a", 200, "com.shop@OrderPlaced"),
    ("/discoverers?after=a", 200, "events-event-bus-shop"),
    ("/discoverers/events-event-bus-shop", 200, "Event bus"),
];

/// Every part of a path and every parameter of a query, with what it can be and what it cannot; SCHEMA and LONG stand for longer texts.
#[test]
fn an_address_that_leads_nowhere_says_what_was_expected() {
    let fixture = Fixture::configured(|config| config.language("Rust1", |_| Err("nothing".to_owned())));
    fixture.create_schema();
    let bus = json!({ "SourceArn": "arn:aws:events:us-east-1:000000000000:event-bus/shop" });
    fixture.send("POST", "/v1/discoverers", &bus).expect(201);
    for (path, status, expected) in PARTS.iter().chain(PARAMETERS).chain(ADDRESSES) {
        let path = path.replace("SCHEMA", LINK).replace("LONG", &"x".repeat(400));
        let reply = open(&fixture, &path);
        let kind = reply.header("content-type");
        assert_eq!(
            (reply.status, kind),
            (*status, Some("text/html; charset=utf-8")),
            "{path}"
        );
        assert!(
            reply.body.contains(expected),
            "{path}: {expected} is not in {}",
            reply.body
        );
        let title = match status {
            200 => "<h1>",
            404 => "<h1>Nothing here</h1>",
            _ => "<h1>Invalid address</h1>",
        };
        assert!(reply.body.contains(title), "{path}: {}", reply.body);
    }
}

#[test]
fn a_search_shows_our_numbers_beside_those_of_the_registry() {
    let fixture = Fixture::with_schema();
    let content = json!({ "x-schemactl": { "version": "1.10" }, "title": "needle" }).to_string();
    fixture
        .send(
            "PUT",
            SCHEMA,
            &json!({ "Content": content, "Type": "JSONSchemaDraft4" }),
        )
        .expect(200);
    let found = page(&fixture, "/?q=orderplaced");
    let expected = format!(
        "in <a href=\"{LINK}?version=1\">version 1</a>, <a href=\"{LINK}?version=2\">version 1.10</a> (registry 2)"
    );
    assert!(found.contains(&expected), "{found}");
}

#[test]
fn nothing_in_a_registry_can_act() {
    let fixture = Fixture::new();
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&";
    fixture
        .send(
            "POST",
            REGISTRY,
            &json!({ "Description": hostile, "tags": { hostile: hostile } }),
        )
        .expect(201);
    let content = json!({ hostile: hostile, "description": hostile }).to_string();
    let body = json!({ "Content": content, "Type": "OpenApi3", "Description": hostile, "tags": { hostile: hostile } });
    fixture.send("POST", SCHEMA, &body).expect(201);
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    fixture
        .send(
            "PUT",
            "/v1/policy?registryName=orders",
            &json!({ "Policy": json!({ hostile: 1 }).to_string() }),
        )
        .expect(200);
    let link = "/registries/orders/com.shop@OrderPlaced";
    for path in [
        "/".to_owned(),
        "/registries/orders".to_owned(),
        format!("{link}?version=1"),
        format!("{link}?version=2&show=changes"),
        "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        format!("{link}?version=%22%3E%3Cscript%3E"),
    ] {
        let reply = open(&fixture, &path);
        for part in ["<script", "<img src=x", "<img src=\"x", "javascript:"] {
            assert!(!reply.body.contains(part), "{path}: {}", reply.body);
        }
        let policy = reply.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    }
}

#[test]
fn other_sites_get_no_pages() {
    let fixture = Fixture::with_schema();
    for line in [
        "Origin: http://evil.example",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        let reply = try_send_exact(fixture.server.port(), &["GET / HTTP/1.1", "Host: localhost", line], b"").unwrap();
        assert_eq!(reply.status, 403, "{line}");
    }
    let rebound = try_send_exact(fixture.server.port(), &["GET / HTTP/1.1", "Host: evil.example"], b"").unwrap();
    assert_eq!(rebound.status, 403);
}

#[test]
fn pages_change_nothing() {
    let fixture = Fixture::with_schema();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        fixture
            .send(method, "/", &Value::Null)
            .error(404, "UnknownOperationException");
        fixture
            .send(method, "/registries/orders", &Value::Null)
            .error(404, "UnknownOperationException");
    }
    fixture.get(SCHEMA).expect(200);
}

/// Programs get JSON, whatever is wrong; people who open an address of the API get a page.
#[test]
fn browsers_get_pages_and_programs_get_json() {
    let fixture = Fixture::new();
    for (path, status, exception) in [
        ("/no/such/page", 404, "UnknownOperationException"),
        ("/v1/registries", 403, "MissingAuthenticationTokenException"),
    ] {
        let page = open(&fixture, path);
        assert_eq!(
            (page.status, page.header("content-type")),
            (status, Some("text/html; charset=utf-8")),
            "{path}"
        );
        for accept in ["*/*", "application/json"] {
            let lines = [
                format!("GET {path} HTTP/1.1"),
                "Host: localhost".to_owned(),
                format!("Accept: {accept}"),
            ];
            let lines: Vec<_> = lines.iter().map(String::as_str).collect();
            try_send_exact(fixture.server.port(), &lines, b"")
                .unwrap()
                .error(status, exception);
        }
    }
    assert!(open(&fixture, "/v1/registries").body.contains("curl --aws-sigv4"));
}

#[test]
fn what_a_change_means_stands_beside_it() {
    let judged = |reason: &str| JudgedBreak {
        event: "{\"id\": \"<b>\"}".to_owned(),
        reason: Some(reason.to_owned()),
    };
    let judgement = Judgement {
        backward: JudgedDirection::Incompatible,
        forward: JudgedDirection::Undecided,
        policy: "tolerant-reader".to_owned(),
        policy_source: None,
        needed: Some("major".to_owned()),
        changes: vec![JudgedChange {
            rule: "required-property-added".to_owned(),
            text: "`buyerId` is now required".to_owned(),
            backward: Some(judged("it is missing")),
            ..JudgedChange::default()
        }],
        assumptions: Vec::new(),
    };
    let fixture = Fixture::configured(move |config| {
        config.judge(move |old, new, _| {
            assert_eq!(old.content_type, "JSONSchemaDraft4");
            match (
                old.content.contains("OrderPlaced 1"),
                new.content.contains("OrderPlaced 2"),
            ) {
                (true, true) => Ok(judgement.clone()),
                (false, _) => Err("not a `schema`".to_owned()),
                (true, false) => panic!("a judge that breaks off"),
            }
        })
    });
    fixture.create_schema();
    for number in [2, 3] {
        fixture.send("PUT", SCHEMA, &schema(number)).expect(200);
    }
    let link = "/registries/orders/com.shop@OrderPlaced";
    let changes = page(&fixture, &format!("{link}?version=2&show=changes"));
    for part in [
        "Readers of <b>2</b> reject events of <b>1</b>",
        "Readers of <b>1</b> may reject events of <b>2</b>",
        "needs a new <b>major</b> version",
        "<code>buyerId</code> is now required",
        "breaks readers of 2",
        "An event of 1 that readers of 2 reject",
        "&lt;b&gt;",
        "it is missing",
    ] {
        assert!(changes.contains(part), "{part} is not in {changes}");
    }
    let unknown = page(&fixture, &format!("{link}?version=3&show=changes"));
    assert!(
        unknown.contains("could not be determined: not a <code>schema</code>"),
        "{unknown}"
    );
    fixture.delete(&format!("{SCHEMA}/version/2")).expect(204);
    let broken = page(&fixture, &format!("{link}?version=3&show=changes"));
    assert!(
        broken.contains("could not be determined: the comparison broke off") && broken.contains("<del>"),
        "{broken}"
    );
}

/// A stamp is text that anybody can write.
#[test]
fn stamps_are_shown_where_they_are_versions() {
    let fixture = Fixture::with_schema();
    let stamps = [
        json!("1.10"),
        json!("<script>"),
        json!(7),
        json!(null),
        json!(["1.0"]),
        json!("1".repeat(99)),
    ];
    for stamp in &stamps {
        let content = json!({ "x-schemactl": { "version": stamp } }).to_string();
        fixture
            .send("PUT", SCHEMA, &json!({ "Content": content, "Type": "OpenApi3" }))
            .expect(200);
    }
    let deep = format!(
        "{{\"x-schemactl\":{{\"version\":\"9.9\"}},\"a\":{}{}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    fixture
        .send("PUT", SCHEMA, &json!({ "Content": deep, "Type": "OpenApi3" }))
        .expect(200);
    let shown = page(&fixture, "/registries/orders/com.shop@OrderPlaced?version=2");
    assert!(
        shown.contains("<b>1.10</b>") && shown.contains("registry version 2"),
        "{shown}"
    );
    assert!(
        !shown.contains("<script") && shown.matches("<span class=\"quiet\">registry ").count() <= 2,
        "{shown}"
    );
}

/// Facts are read for every page: what was judged by others does not count any more when they change.
#[test]
fn what_a_workspace_says_of_an_event_counts() {
    let policy = std::sync::Arc::new(std::sync::Mutex::new("closed"));
    let told = std::sync::Arc::clone(&policy);
    let fixture = Fixture::configured(move |config| {
        let config = config.event_facts(move |event| {
            let note = DeprecationNote {
                sunset: Some("2027-03-31".to_owned()),
                ..DeprecationNote::default()
            };
            (event == "com.shop/OrderPlaced").then(|| EventFacts {
                policy: (*told.lock().unwrap()).to_owned(),
                policy_source: "event.toml".to_owned(),
                deprecations: vec![(Some(1), note)],
                ..EventFacts::default()
            })
        });
        config.judge(|_, _, facts| {
            Ok(Judgement {
                policy: facts.map_or("default", |facts| &facts.policy).to_owned(),
                policy_source: facts.map(|facts| facts.policy_source.clone()),
                ..Judgement::default()
            })
        })
    });
    fixture.create_schema();
    for (event, version) in [
        ("com.shop/OrderPlaced", "1.0"),
        ("com.shop/OrderPlaced", "2.0"),
        ("com.shop/Other", "1.1"),
    ] {
        let content = json!({ "x-schemactl": { "event": event, "version": version } }).to_string();
        let body = json!({ "Content": content, "Type": "JSONSchemaDraft4" });
        fixture.send("PUT", SCHEMA, &body).expect(200);
    }
    let changes = |version: u32| page(&fixture, &format!("{LINK}?version={version}&show=changes"));
    assert!(changes(2).contains("the policy <code>closed</code> of <code>event.toml</code>."));
    *policy.lock().unwrap() = "open-strict";
    assert!(
        changes(2).contains("the policy <code>open-strict</code> of"),
        "the question is another one"
    );
    assert!(changes(4).contains("the policy <code>default</code>, which is assumed"));
    let shown = |version: u32| page(&fixture, &format!("{LINK}?version={version}"));
    assert!(shown(2).contains("Published until <time datetime=\"2027-03-31\">"));
    assert_eq!(
        shown(3).matches("deprecated</span>").count(),
        2,
        "1.0 and 1.1 in the list: majors of the event that is shown"
    );
    assert!(!shown(3).contains("Published until") && !shown(4).contains("deprecated"));
}

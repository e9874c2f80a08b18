//! Pages as values: what a view holds is shown, and is never markup.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use schemactl_pages::{
    BindingRow, BindingState, DeprecationNote, DiscovererPage, DiscovererRow, DiscoverersPage, HomePage, JudgedBreak,
    JudgedChange, JudgedDirection, Judgement, PolicyView, RegistryCard, RegistryHits, RegistryPage, SchemaHit,
    SchemaPage, SchemaRow, SchemaView, SearchPage, ShownVersion, TagMap, VersionLabel, VersionRow, render_api_error,
    render_bad_request, render_database_error, render_not_found, render_not_found_with,
};

/// Text that would act if it were markup, in the places where text can stand.
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&`";

fn text() -> String {
    HOSTILE.to_owned()
}

fn tags() -> TagMap {
    TagMap::from([(text(), text())])
}

fn label(number: i64, ours: Option<&str>) -> VersionLabel {
    VersionLabel {
        number,
        ours: ours.map(str::to_owned),
    }
}

fn version(number: i64, ours: Option<&str>, content: &str) -> ShownVersion {
    ShownVersion {
        label: label(number, ours),
        content_type: "JSONSchemaDraft4".to_owned(),
        content: content.to_owned(),
        created: "2026-11-28T12:00:00Z".to_owned(),
    }
}

/// A schema with the versions 1 and 2, of which 2 is shown.
fn schema_page() -> SchemaPage {
    let versions = [label(2, Some("1.10")), label(1, None)];
    SchemaPage {
        registry: "orders".to_owned(),
        name: "com.shop@OrderPlaced".to_owned(),
        description: None,
        arn: "arn:schema".to_owned(),
        tags: TagMap::new(),
        version_count: 2,
        versions: versions
            .map(|label| VersionRow {
                label,
                created: "2026-11-28T12:00:00Z".to_owned(),
                is_deprecated: false,
            })
            .into(),
        version: version(2, Some("1.10"), r#"{"a":1,"b":2}"#),
        before: Some(version(1, None, r#"{"a":1}"#)),
        deprecated: None,
        view: SchemaView::Content,
        judged: None,
        bindings: Vec::new(),
        generated: "Rust1".to_owned(),
        foreign: "Go1".to_owned(),
    }
}

fn discoverer(id: &str) -> DiscovererRow {
    DiscovererRow {
        id: id.to_owned(),
        source_arn: text(),
        description: Some(text()),
        is_started: true,
    }
}

/// A judgement with hostile text in every place.
fn hostile_judgement() -> Judgement {
    let change = |found: bool| JudgedChange {
        rule: text(),
        text: text(),
        backward: found.then(|| JudgedBreak {
            event: format!("{{\"{}\":1}}", HOSTILE.replace('"', "")),
            reason: Some(text()),
        }),
        forward: None,
        undecided: Some(text()),
    };
    Judgement {
        policy: text(),
        policy_source: Some(text()),
        needed: Some(text()),
        changes: vec![change(true), change(false)],
        assumptions: vec![text()],
        ..Judgement::default()
    }
}

/// The page of a schema with hostile text in every place.
fn hostile_schema() -> SchemaPage {
    SchemaPage {
        registry: text(),
        name: text(),
        description: Some(text()),
        arn: text(),
        tags: tags(),
        versions: vec![VersionRow {
            label: label(2, Some(HOSTILE)),
            created: text(),
            is_deprecated: true,
        }],
        deprecated: Some(DeprecationNote {
            since: Some(text()),
            sunset: Some(text()),
            successor: Some(text()),
        }),
        version: version(2, Some(HOSTILE), HOSTILE),
        before: Some(version(1, Some(HOSTILE), "{}")),
        bindings: vec![BindingRow {
            language: text(),
            state: BindingState::Failed,
            reason: Some(text()),
            modified: text(),
            size: Some(7),
        }],
        generated: text(),
        foreign: text(),
        ..schema_page()
    }
}

/// Every kind of page with hostile text in every place.
fn hostile_pages() -> Vec<String> {
    let shown = |view, judged| SchemaPage {
        view,
        judged,
        ..hostile_schema()
    };
    let home = HomePage {
        registries: vec![RegistryCard {
            name: text(),
            description: Some(text()),
            schemas: 1,
            tags: tags(),
        }],
        last: Some(text()),
        discoverers: vec![discoverer(HOSTILE)],
        arn_prefix: text(),
    };
    let search = SearchPage {
        words: text(),
        registries: vec![RegistryHits {
            registry: text(),
            schemas: vec![SchemaHit {
                name: text(),
                versions: vec![label(1, Some(HOSTILE))],
            }],
        }],
    };
    let registry = RegistryPage {
        name: text(),
        description: Some(text()),
        arn: text(),
        tags: tags(),
        schema_count: 1,
        schemas: vec![SchemaRow {
            name: text(),
            description: Some(text()),
            newest: Some(text()),
            versions: 1,
            last_modified: text(),
        }],
        last: Some(text()),
        policy: Some(PolicyView {
            revision: text(),
            text: text(),
        }),
    };
    let discoverers = DiscoverersPage {
        discoverers: vec![discoverer(HOSTILE)],
        last: Some(text()),
    };
    let one = DiscovererPage {
        discoverer: discoverer(HOSTILE),
        arn: text(),
        tags: tags(),
        cross_account: true,
        registry: Some(text()),
    };
    vec![
        home.render(),
        search.render(),
        registry.render(),
        shown(SchemaView::Content, None).render(),
        shown(SchemaView::Changes, Some(Ok(hostile_judgement()))).render(),
        shown(SchemaView::Changes, Some(Err(text()))).render(),
        shown(SchemaView::Bindings, None).render(),
        discoverers.render(),
        one.render(),
        render_api_error(400, HOSTILE, HOSTILE),
        render_not_found_with(HOSTILE),
        render_bad_request(HOSTILE),
    ]
}

#[test]
fn no_text_of_a_view_is_markup() {
    for page in hostile_pages() {
        for part in ["<script", "<img src=x", "javascript:", "onerror=alert(1)>"] {
            assert!(!page.contains(part), "{part} in {page}");
        }
        assert!(page.contains("&lt;script&gt;"), "the text is shown: {page}");
    }
}

#[test]
fn pages_are_whole_and_the_same_every_time() {
    let quiet = [
        render_not_found(),
        render_database_error(),
        HomePage::default().render(),
    ];
    for page in hostile_pages().iter().chain(&quiet) {
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>"));
        assert_eq!(page.matches("<h1>").count(), 1, "{page}");
        assert_eq!(page.matches("id=\"main\"").count(), 1, "{page}");
    }
    assert_eq!(hostile_pages(), hostile_pages());
}

#[test]
fn a_version_is_called_as_people_know_it() {
    let page = schema_page().render();
    for part in [
        "Version 1.10",
        "registry version 2",
        "<b>1.10</b>",
        "registry 2",
        "<b>1</b>",
        "Changes since 1<",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(page.matches("<span class=\"quiet\">registry ").count(), 1);
    assert!(page.contains("<time datetime=\"2026-11-28T12:00:00Z\">2026-11-28 12:00:00 UTC</time>"));
}

#[test]
fn what_a_change_means_stands_beside_it() {
    let judgement = Judgement {
        backward: JudgedDirection::Incompatible,
        forward: JudgedDirection::Undecided,
        policy: "open-strict".to_owned(),
        policy_source: None,
        needed: Some("major".to_owned()),
        changes: vec![JudgedChange {
            rule: "required-property-added".to_owned(),
            text: "`buyerId` is now required".to_owned(),
            backward: Some(JudgedBreak {
                event: "{\"id\": \"<b>\"}".to_owned(),
                reason: Some("it is missing".to_owned()),
            }),
            ..JudgedChange::default()
        }],
        assumptions: Vec::new(),
    };
    let page = |judged| SchemaPage {
        view: SchemaView::Changes,
        judged,
        ..schema_page()
    };
    let changes = page(Some(Ok(judgement))).render();
    for part in [
        "Readers of <b>1.10</b> reject events of <b>1</b>",
        "Readers of <b>1</b> may reject events of <b>1.10</b>",
        "needs a new <b>major</b> version",
        "<code>buyerId</code> is now required",
        "breaks readers of 1.10",
        "An event of 1 that readers of 1.10 reject",
        "&lt;b&gt;",
        "it is missing",
        "<ins>",
    ] {
        assert!(changes.contains(part), "{part} is not in {changes}");
    }
    let unknown = page(Some(Err("not a `schema`".to_owned()))).render();
    assert!(
        unknown.contains("could not be determined: not a <code>schema</code>"),
        "{unknown}"
    );
    assert!(!page(None).render().contains("Readers of"), "nobody judged");
}

#[test]
fn bindings_can_be_fetched_where_they_are() {
    let binding = |state, size| BindingRow {
        language: "Rust1".to_owned(),
        state,
        reason: None,
        modified: "2026-11-28T12:00:00Z".to_owned(),
        size,
    };
    let page = SchemaPage {
        view: SchemaView::Bindings,
        bindings: vec![
            binding(BindingState::InProgress, None),
            binding(BindingState::Complete, Some(1)),
        ],
        ..schema_page()
    };
    let page = page.render();
    assert_eq!(page.matches("Download Rust1").count(), 1);
    assert!(page.contains("href=\"/registries/orders/com.shop@OrderPlaced/bindings/2/Rust1\""));
    for part in [
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
        "1 byte<",
        "--schema-version 2 --language Rust1",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn a_hit_has_both_numbers() {
    let page = SearchPage {
        words: "order".to_owned(),
        registries: vec![RegistryHits {
            registry: "orders".to_owned(),
            schemas: vec![SchemaHit {
                name: "com.shop@OrderPlaced".to_owned(),
                versions: vec![label(1, None), label(3, Some("1.10"))],
            }],
        }],
    };
    let page = page.render();
    let link = |number| format!("<a href=\"/registries/orders/com.shop@OrderPlaced?version={number}\">");
    let expected = format!("in {}version 1</a>, {}version 1.10</a> (registry 3)", link(1), link(3));
    assert!(page.contains(&expected), "{page}");
    // On a phone the name breaks where its parts meet, and not in a word.
    assert!(page.contains(">com.shop<wbr>@OrderPlaced</a>"), "{page}");
}

#[test]
fn the_first_version_has_nothing_to_be_compared_with() {
    let page = SchemaPage {
        view: SchemaView::Changes,
        before: None,
        ..schema_page()
    };
    let page = page.render();
    assert!(
        page.contains("holds no version before this one") && !page.contains("pre class=\"json"),
        "{page}"
    );
}

#[test]
fn reasons_name_what_was_found() {
    let page = render_bad_request("`show` is `<b>`; expected `changes`");
    assert!(
        page.contains("<code>&lt;b&gt;</code>; expected <code>changes</code>"),
        "{page}"
    );
}

#[test]
fn the_policy_of_a_verdict_is_named() {
    let page = |policy_source: Option<&str>| SchemaPage {
        view: SchemaView::Changes,
        judged: Some(Ok(Judgement {
            policy: "open-strict".to_owned(),
            policy_source: policy_source.map(str::to_owned),
            ..Judgement::default()
        })),
        ..schema_page()
    };
    let known = page(Some("schemactl.toml")).render();
    assert!(
        known.contains("the policy <code>open-strict</code> of <code>schemactl.toml</code>."),
        "{known}"
    );
    let assumed = page(None).render();
    assert!(
        assumed.contains("<code>open-strict</code>, which is assumed"),
        "{assumed}"
    );
}

#[test]
fn what_is_on_its_way_out_says_so() {
    let mut page = schema_page();
    page.versions[1].is_deprecated = true;
    page.deprecated = Some(DeprecationNote {
        since: Some("2026-12-01".to_owned()),
        sunset: Some("2027-03-31".to_owned()),
        successor: Some("OrderPlaced@2".to_owned()),
    });
    let shown = page.render();
    for part in [
        "Since <time datetime=\"2026-12-01\">2026-12-01</time>.",
        "Published until <time datetime=\"2027-03-31\">2027-03-31</time>.",
        "Use <code>OrderPlaced@2</code> in its place.",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert_eq!(
        shown.matches("deprecated</span>").count(),
        2,
        "the version, and its row in the list"
    );
    assert!(!schema_page().render().contains("deprecated"));
}

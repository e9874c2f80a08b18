//! What keeps a server from starting, and what stops it.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::net::TcpStream;

use rusqlite::Connection;
use schemactl_server::{Config, StartError, start};
use serde_json::{Value, json};
use support::{Fixture, REGISTRY, SCHEMA, schema, send};
use tempfile::TempDir;

#[test]
fn folders_are_created() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("a/file:b?mode=memory");
    drop(start(Config::new(&data)).unwrap());
    assert!(data.join("registry.sqlite").is_file());
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = start(Config::new(file.join("data"))).unwrap_err();
    assert!(matches!(error, StartError::DataFolder { .. }), "{error}");
    fs::create_dir(folder.path().join("registry.sqlite")).unwrap();
    let error = start(Config::new(folder.path())).unwrap_err();
    assert!(matches!(error, StartError::Database { .. }), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("registry.sqlite");
    let text = "not a database, but longer than the header of one ".repeat(100);
    fs::write(&file, &text).unwrap();
    let error = start(Config::new(folder.path())).unwrap_err();
    assert!(matches!(error, StartError::Damaged { .. }), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_damaged_database_is_found_at_the_start() {
    let Fixture { server, data } = Fixture::with_schema();
    server.shutdown();
    let file = data.path().join("registry.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    // The header stays whole, and every page after the first is spoilt.
    bytes[4096..].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    let error = start(Config::new(data.path())).unwrap_err();
    assert!(matches!(error, StartError::Damaged { .. }), "{error}");
}

#[test]
fn databases_of_others_and_of_the_future_are_left_alone() {
    let Fixture { server, data } = Fixture::with_schema();
    server.shutdown();
    let database = Connection::open(data.path().join("registry.sqlite")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    let error = start(Config::new(data.path())).unwrap_err();
    assert!(
        matches!(
            error,
            StartError::Newer {
                found: 99,
                known: 5,
                ..
            }
        ),
        "{error}"
    );
    database.pragma_update(None, "application_id", 1).unwrap();
    let error = start(Config::new(data.path())).unwrap_err();
    assert!(matches!(error, StartError::Foreign { .. }), "{error}");
}

#[test]
fn a_locked_database_is_named() {
    let Fixture { server, data } = Fixture::with_schema();
    server.shutdown();
    let database = Connection::open(data.path().join("registry.sqlite")).unwrap();
    database
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        .unwrap();
    let error = start(Config::new(data.path())).unwrap_err();
    assert!(matches!(error, StartError::Locked { .. }), "{error}");
    assert!(
        error
            .to_string()
            .ends_with("registry.sqlite is locked by another program"),
        "{error}"
    );
}

#[test]
fn a_taken_port_is_named() {
    let fixture = Fixture::new();
    let port = fixture.server.port();
    let data = TempDir::new().unwrap();
    let error = start(Config::new(data.path()).port(port)).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")),
        "{error}"
    );
}

#[test]
fn a_stopped_server_listens_no_more() {
    let Fixture { server, data } = Fixture::with_schema();
    let port = server.port();
    assert_eq!(server.url(), format!("http://127.0.0.1:{port}"));
    // A client that keeps its connection open does not keep the server.
    let idle = TcpStream::connect(("127.0.0.1", port)).unwrap();
    server.shutdown();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    drop(idle);
    let again = start(Config::new(data.path()).port(port)).unwrap();
    send(again.port(), "GET", SCHEMA, &Value::Null).expect(200);
}

#[test]
fn a_database_that_is_busy_may_serve_the_next_try() {
    let fixture = Fixture::with_schema();
    let database = Connection::open(fixture.data.path().join("registry.sqlite")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = fixture.send("PUT", SCHEMA, &support::schema(2));
    refused.error(503, "ServiceUnavailableException");
    fixture.get(SCHEMA).expect(200);
    database.execute_batch("ROLLBACK").unwrap();
    fixture.send("PUT", SCHEMA, &support::schema(2)).expect(200);
}

/// Format 3 did not keep the number of versions.
#[test]
fn a_database_of_an_older_format_is_brought_up_to_date() {
    let Fixture { server, data } = Fixture::with_schema();
    for number in 2..5 {
        send(server.port(), "PUT", SCHEMA, &schema(number)).expect(200);
    }
    server.shutdown();
    let database = Connection::open(data.path().join("registry.sqlite")).unwrap();
    let older =
        "DROP INDEX shapes_of_kinds; ALTER TABLE shapes DROP COLUMN source; ALTER TABLE shapes DROP COLUMN detail_type;
         DROP TRIGGER version_added; DROP TRIGGER version_removed; ALTER TABLE schemas DROP COLUMN version_count;
         PRAGMA user_version = 3";
    database.execute_batch(older).unwrap();
    drop(database);
    let server = start(Config::new(data.path())).unwrap();
    let count = || {
        send(server.port(), "GET", &format!("{REGISTRY}/schemas"), &Value::Null).expect(200)["Schemas"][0]["VersionCount"].clone()
    };
    assert_eq!(count(), 4);
    send(server.port(), "DELETE", &format!("{SCHEMA}/version/2"), &Value::Null).expect(204);
    assert_eq!(count(), 3);
    send(server.port(), "PUT", SCHEMA, &schema(9)).expect(200);
    assert_eq!(count(), 4);
}

/// Format 4 did not keep of which events a discovered schema is; its content names them.
#[test]
fn discovered_schemas_of_an_older_format_keep_their_events() {
    const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    let Fixture { server, data } = Fixture::new();
    send(server.port(), "POST", "/v1/discoverers", &json!({ "SourceArn": BUS })).expect(201);
    let put = |port: u16, detail_type: &str, detail: &Value| {
        let entry = json!({ "Source": "com.shop", "DetailType": detail_type, "Detail": detail.to_string() });
        let body = json!({ "Entries": [entry] }).to_string();
        let lines = [
            "POST / HTTP/1.1",
            "Host: localhost",
            "X-Amz-Target: AWSEvents.PutEvents",
        ];
        support::send_raw(port, &lines, body.as_bytes()).expect(200);
    };
    put(server.port(), "Order Placed", &json!({ "id": 1 }));
    put(server.port(), "Order Paid", &json!({ "id": 1 }));
    let schemas = "/v1/registries/name/discovered-schemas/schemas";
    let paid = format!("{schemas}/name/com.shop%40OrderPaid");
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    send(
        server.port(),
        "PUT",
        &paid,
        &json!({ "Content": deep, "Type": "OpenApi3" }),
    )
    .expect(200);
    server.shutdown();
    let database = Connection::open(data.path().join("registry.sqlite")).unwrap();
    let older = "DROP INDEX shapes_of_kinds; ALTER TABLE shapes DROP COLUMN source;
         ALTER TABLE shapes DROP COLUMN detail_type; PRAGMA user_version = 4";
    database.execute_batch(older).unwrap();
    drop(database);
    let server = start(Config::new(data.path())).unwrap();
    put(server.port(), "order placed", &json!({ "other": 1 }));
    put(server.port(), "Order Placed", &json!({ "id": "a" }));
    put(server.port(), "Order Paid", &json!({ "id": "a" }));
    let list = send(server.port(), "GET", schemas, &Value::Null).expect(200);
    let list: Vec<_> = list["Schemas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|schema| {
            (
                schema["SchemaName"].as_str().unwrap(),
                schema["VersionCount"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("com.shop@OrderPaid", 3),
        ("com.shop@OrderPlaced", 2),
        ("com.shop@OrderPlaced-2", 1),
    ];
    assert_eq!(list, expected);
}

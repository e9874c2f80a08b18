//! An event bus of the test's own.

#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, reason = "a panic here fails the test that called")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};

/// One request that the bus got.
pub(crate) struct Received {
    pub(crate) head: Vec<String>,
    pub(crate) entries: Vec<Value>,
}

/// A bus that answers each request with the next of `answers`, and with success when there are no more.
pub(crate) fn bus(answers: Vec<(u16, Value)>) -> (String, Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut answers = answers.into_iter();
        for connection in listener.incoming() {
            let mut connection = BufReader::new(connection.unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                connection.read_line(&mut line).unwrap();
                match line.trim_end() {
                    "" => break,
                    line => head.push(line.to_ascii_lowercase()),
                }
            }
            let length = head
                .iter()
                .find_map(|line| line.strip_prefix("content-length: "))
                .unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            connection.read_exact(&mut body).unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            let entries = body["Entries"].as_array().unwrap().clone();
            let taken: Vec<_> = entries.iter().map(|_| json!({ "EventId": "1" })).collect();
            let (status, answer) = answers.next().unwrap_or((200, json!({ "Entries": taken })));
            let answer = answer.to_string();
            let head_of_answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                answer.len()
            );
            connection
                .get_mut()
                .write_all((head_of_answer + &answer).as_bytes())
                .unwrap();
            if sender.send(Received { head, entries }).is_err() {
                return;
            }
        }
    });
    (endpoint, receiver)
}

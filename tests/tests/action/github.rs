//! The comments of a pull request, as the API of GitHub hands them out: pages of at most 100, changed by their number, refused to tokens without
//! the permission. In: comments that are there. Out: an address, and the comments as they are later.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value as Json, json};

use crate::runner::{Runner, TOKEN};

/// Who writes with the token of a job.
pub(crate) const BOT: &str = "github-actions[bot]";
/// The most characters of a comment.
const LONGEST: usize = 65_536;
/// Where the pull request has its comments.
const COMMENTS: &str = "/repos/shop/events/issues/7/comments";

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PostedComment {
    pub(crate) id: usize,
    pub(crate) author: String,
    pub(crate) body: String,
}

/// What a pull request has, and what happens to requests.
#[derive(Debug, Default)]
pub(crate) struct PullState {
    pub(crate) comments: Vec<PostedComment>,
    /// The token may only read.
    pub(crate) is_read_only: bool,
    /// Whatever is changed is not there any more.
    pub(crate) loses_changes: bool,
    /// Methods and paths of all requests.
    pub(crate) requests: Vec<String>,
}

/// The API of a pull request. It ends with the test.
pub(crate) struct CommentsApi {
    url: String,
    state: Arc<Mutex<PullState>>,
}

impl CommentsApi {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(PullState::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(&stream, &shared);
            }
        });
        Self { url, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, PullState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a comment of somebody.
    pub(crate) fn add(&self, author: &str, body: &str) {
        self.state().add(author, body);
    }

    /// Returns the comments that the job has written.
    pub(crate) fn of_bot(&self) -> Vec<PostedComment> {
        let state = self.state();
        let comments = state.comments.iter().filter(|comment| comment.author == BOT);
        comments.cloned().collect()
    }

    /// Makes a runner one of the pull request.
    pub(crate) fn tell(&self, runner: Runner) -> Runner {
        runner
            .with_variable("GITHUB_API_URL", &self.url)
            .with_fact("github.event.pull_request.number", "7")
            .with_fact("github.event.pull_request.head.sha", "5eed1e55")
    }
}

impl PullState {
    fn add(&mut self, author: &str, body: &str) -> PostedComment {
        let comment = PostedComment {
            id: 1_000 + self.comments.len(),
            author: author.to_owned(),
            body: body.to_owned(),
        };
        self.comments.push(comment.clone());
        comment
    }

    fn answer(&mut self, method: &str, path: &str, body: &str) -> (u16, Json) {
        self.requests.push(format!("{method} {path}"));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        if method == "GET" && path == COMMENTS {
            return (200, self.list(query));
        }
        if self.is_read_only {
            return (403, json!({"message": "Resource not accessible by integration"}));
        }
        let body: Json = serde_json::from_str(body).unwrap();
        let text = body["body"].as_str().unwrap();
        if text.chars().count() > LONGEST {
            let message = format!("Body is too long (maximum is {LONGEST} characters)");
            return (422, json!({ "message": message }));
        }
        let changed = path.strip_prefix("/repos/shop/events/issues/comments/");
        match (method, changed) {
            ("POST", None) if path == COMMENTS => (201, self.add(BOT, text).to_json()),
            ("PATCH", Some(id)) if !self.loses_changes => {
                let mut comments = self.comments.iter_mut();
                let comment = comments.find(|comment| comment.id.to_string() == id).unwrap();
                text.clone_into(&mut comment.body);
                (200, comment.to_json())
            }
            _ => (404, json!({"message": "Not Found"})),
        }
    }

    /// A page of comments, the oldest first.
    fn list(&self, query: &str) -> Json {
        let number = |name: &str, default: usize| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let value = pairs.find_map(|(key, value)| (key == name).then_some(value));
            value.map_or(default, |value| value.parse().unwrap())
        };
        let size = number("per_page", 30).min(100);
        let first = (number("page", 1) - 1) * size;
        let comments = self.comments.iter().skip(first).take(size);
        comments.map(PostedComment::to_json).collect()
    }
}

impl PostedComment {
    fn to_json(&self) -> Json {
        json!({
            "id": self.id,
            "html_url": format!("https://github.com/shop/events/pull/7#issuecomment-{}", self.id),
            "user": { "login": self.author },
            "body": self.body,
        })
    }
}

/// Answers the one request of a connection.
fn serve(stream: &TcpStream, state: &Mutex<PullState>) {
    let mut reader = BufReader::new(stream);
    let mut head: Vec<String> = Vec::new();
    while head.last().is_none_or(|line| !line.is_empty()) {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        head.push(line.trim_end().to_owned());
    }
    let field = |name: &str| {
        let mut fields = head.iter().filter_map(|line| line.split_once(": "));
        fields.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.to_owned()))
    };
    let mut writer = stream;
    if field("expect").is_some() {
        writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let length = field("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = head[0].split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let (status, answer) = if field("authorization") == Some(format!("Bearer {TOKEN}")) {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.answer(method, path, std::str::from_utf8(&body).unwrap())
    } else {
        (401, json!({"message": "Bad credentials"}))
    };
    let answer = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    );
    writer.write_all((head + &answer).as_bytes()).unwrap();
}

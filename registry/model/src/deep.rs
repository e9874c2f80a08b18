//! Stack for deep documents. Recursion follows the nesting of a document, and a check runs in threads of any size: what is
//! nested deeply is walked on a stack of its own.

use crate::value::{Kind, Value};

/// Levels that every thread has stack for.
// INVARIANT: deeper values are walked on a thread with the stack below. Otherwise a nested document ends the process.
const SHALLOW: usize = 24;
/// What a document of the deepest nesting that is read takes in a debug build, in bytes.
const STACK: usize = 64 << 20;

/// Runs `work` on a document of that depth: here, or in a thread of its own if it is deep.
pub fn with_stack_for<T: Send>(depth: usize, work: impl FnOnce() -> T + Send) -> T {
    if depth <= SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(STACK);
        let thread = deep
            .spawn_scoped(scope, work)
            .expect("the system has room for a thread");
        match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

impl Value {
    /// Returns how deep arrays and objects are nested.
    pub fn depth(&self) -> usize {
        match &self.kind {
            Kind::Array(elements) => 1 + elements.iter().map(Self::depth).max().unwrap_or(0),
            Kind::Object(members) => 1 + members.iter().map(|member| member.value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }
}

/// Returns an upper bound of the depth of a JSON text: brackets in strings count too.
pub fn depth_of_text(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn the_deepest_document_is_read_on_a_small_stack() {
        let small = std::thread::Builder::new().stack_size(512 << 10);
        let thread = small.spawn(|| {
            let text = format!("{}1{}", "[".repeat(500), "]".repeat(500));
            parse(&Source::new("test", text)).unwrap().depth()
        });
        assert_eq!(thread.unwrap().join().unwrap(), 500);
    }
}

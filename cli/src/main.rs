//! The schemactl binary. Everything it does is in the library beside it, where tests can reach it.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    schemactl::run(std::env::args_os())
}

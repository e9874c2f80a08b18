//! The exit codes: one public table for every command. `--help`, `docs/reference/commands.md` and
//! the tests show this one.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing to complain about.
    Clean = 0,
    /// The answer is no: a finding, an invalid event, generated code that is not up to date.
    Findings = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// A file cannot be read, parsed or written.
    Unreadable = 3,
    /// The registry refused, or cannot be reached.
    Remote = 4,
    /// A push made some of its writes and not all, or a pull or an adoption left something out or uncertain.
    Partly = 5,
    /// The registry differs from the workspace in a way that this command does not mend.
    Differs = 6,
    /// `plan --detailed-exitcode` found something to push.
    Changes = 10,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Returns the code that says more of two commands: what went wrong before what was found, and that before nothing.
    pub(crate) fn louder(self, other: Self) -> Self {
        const QUIETEST_FIRST: [Exit; 9] = [
            Exit::Clean,
            Exit::Changes,
            Exit::Findings,
            Exit::Differs,
            Exit::Partly,
            Exit::Remote,
            Exit::Unreadable,
            Exit::Usage,
            Exit::Interrupted,
        ];
        let rank = |exit: Self| QUIETEST_FIRST.iter().position(|known| *known == exit);
        if rank(other) > rank(self) { other } else { self }
    }
}

/// The table as `--help` prints it.
pub(crate) const TABLE: &str = "\
Exit codes:
    0  clean
    1  findings: an error, an invalid event, or generated code that is not up to date
    2  usage or configuration error
    3  a file cannot be read, parsed or written
    4  the registry rejected a call, cannot be reached, or has changed since the plan of `push --plan-file`
    5  partly done: run the push again, or see what the pull omitted or could not determine
    6  the registry differs in a way that is not corrected: see `push --repair` and `push --adopt`
   10  plan --detailed-exitcode: there is something to push
  130  interrupted
  101  a bug in schemactl";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_code() {
        for exit in [
            Exit::Clean,
            Exit::Findings,
            Exit::Usage,
            Exit::Unreadable,
            Exit::Remote,
            Exit::Partly,
            Exit::Differs,
            Exit::Changes,
            Exit::Interrupted,
        ] {
            let code = format!("{:>5}  ", exit as u8);
            assert!(TABLE.contains(&code), "{code}");
        }
    }
}

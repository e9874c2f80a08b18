//! `schemactl completions`: a script that a shell reads once. It runs the program for each completion, so that the events of the workspace are
//! known.

use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::args::CompletionsArgs;
use crate::completion::VARIABLE;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

/// The name of the program, which is looked for in PATH each time.
const PROGRAM: &str = "schemactl";

/// bash takes `@` and `=` for ends of words, so that its words are no arguments. The script splits the line by spaces, and hands back what is
/// behind the part that bash keeps. It runs in the bash 3.2 of macOS, which has neither negative indexes nor `compopt`.
const BASH: &str = r#"_schemactl() {
    local line="${COMP_LINE:0:$COMP_POINT}" words last kept
    IFS=$' \t\n' read -r -a words <<< "$line"
    case "$line" in *[[:space:]]) words+=("") ;; esac
    last="${words[${#words[@]}-1]}"
    kept="${last%"$2"}"
    local IFS=$'\n'
    COMPREPLY=($(_CLAP_COMPLETE_INDEX=$((${#words[@]}-1)) VARIABLE=bash schemactl -- "${words[@]}" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    case "${COMPREPLY[0]-}" in */ | *=) compopt -o nospace 2>/dev/null ;; esac
}
complete -o default -F _schemactl schemactl
"#;

/// A file of `fpath` is the function `_schemactl` at its first call, which has to complete something, too.
const ZSH_AUTOLOAD: &str = r#"if [ "$funcstack[1]" = _schemactl ]; then _clap_dynamic_completer_schemactl "$@"; fi
"#;

pub(crate) fn run_completions(args: &CompletionsArgs, context: &Context) -> Result<Exit, Problem> {
    if args.shell == Shell::Bash {
        context.console.result(&BASH.replace("VARIABLE", VARIABLE));
        return Ok(Exit::Clean);
    }
    let shells = Shells::builtins();
    let completer = shells
        .completer(&args.shell.to_string())
        .ok_or_else(|| Problem::usage(format!("`{}` is not supported", args.shell), "choose another shell"))?;
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)
        .expect("writing to memory cannot fail");
    if args.shell == Shell::Zsh {
        script.extend_from_slice(ZSH_AUTOLOAD.as_bytes());
    }
    context.console.result(&String::from_utf8_lossy(&script));
    Ok(Exit::Clean)
}

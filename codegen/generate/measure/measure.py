"""Lines of code and the cost of `cargo check` for the same event types: ours, quicktype's and typify's, in one run.

In: an index of schemas (the folder of `examples/corpus`), a source in it, the programs. The schemas are the first ones, by
path, that all three tools generate. Each tool's files become modules of one crate; `cargo check` of that crate alone is
timed, with its dependencies built, three times, and the least CPU time counts.

    python3 measure.py FOLDER SOURCE --ours PATH/TO/schemactl --typify PATH/TO/typify-cli --quicktype PATH/TO/quicktype
"""
import argparse
import json
import pathlib
import resource
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
RUNTIME = HERE.parent.parent / "runtime"

MANIFEST = """[package]
name = "{name}"
version = "0.0.0"
edition = "2021"
[workspace]
[lib]
path = "src/lib.rs"
[dependencies]
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
{extra}
"""
EXTRA = {
    "ours": f'schemactl-runtime = {{ path = "{RUNTIME}" }}',
    "quicktype": "",
    "typify": 'chrono = { version = "0.4", features = ["serde"] }\nregress = "0.11"\nuuid = { version = "1", features = ["serde"] }',
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("source")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--typify", required=True)
    parser.add_argument("--quicktype", required=True)
    parser.add_argument("--scratch", type=pathlib.Path, default=pathlib.Path("target/measure"))
    parser.add_argument("--count", type=int, default=100)
    return parser.parse_args()


def commands(options, schema, name, out):
    return {
        "ours": [options.ours, "generate", "--schema", schema, "--name", name, "-o", out["ours"]],
        "quicktype": [options.quicktype, "--lang", "rust", "--src-lang", "schema", "--visibility", "public",
                      "--top-level", name, "-o", out["quicktype"], schema],
        "typify": [options.typify, schema, name],
    }


def generate(options, schema, index):
    """The files of all three tools, or None if one of them has none."""
    name = f"Event{index}"
    out = {tool: options.scratch / tool / "src" / f"e{index}.rs" for tool in EXTRA}
    for tool, command in commands(options, schema, name, out).items():
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode != 0:
            return None
        if tool == "typify":
            out[tool].write_text(done.stdout)
    return out


def check(folder):
    """CPU seconds of checking the crate alone."""
    target = folder.parent / "target"
    command = ["cargo", "check", "--quiet", "--offline", "--target-dir", str(target)]
    best = None
    for _ in range(4):
        (folder / "src/lib.rs").touch()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            return None, done.stderr
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        # The first run builds the dependencies.
        best = spent if best is None else min(best, spent)
    return best, ""


def lines(files):
    """Lines that are not blank."""
    return sum(1 for file in files for line in file.read_text().splitlines() if line.strip())


def main():
    options = arguments()
    options.scratch = options.scratch.resolve()
    shutil.rmtree(options.scratch / "src", ignore_errors=True)
    for tool, extra in EXTRA.items():
        shutil.rmtree(options.scratch / tool, ignore_errors=True)
        (options.scratch / tool / "src").mkdir(parents=True)
        (options.scratch / tool / "Cargo.toml").write_text(MANIFEST.format(name=tool, extra=extra))
    rows = [json.loads(line) for line in (options.folder / "index.jsonl").read_text().splitlines()]
    paths = sorted(row["path"] for row in rows if row["source"] == options.source)
    chosen = []
    for path in paths:
        if len(chosen) == options.count:
            break
        made = generate(options, options.folder / path, len(chosen))
        if made:
            chosen.append(made)
    print(f"{options.source}: {len(chosen)} schemas")
    for tool in EXTRA:
        modules = "".join(f"pub mod e{index};\n" for index in range(len(chosen)))
        (options.scratch / tool / "src/lib.rs").write_text("#![allow(warnings)]\n" + modules)
        subprocess.run(["cargo", "fetch", "--quiet"], cwd=options.scratch / tool)
        spent, error = check(options.scratch / tool)
        count = lines([made[tool] for made in chosen])
        print(f"{tool:10} {count:7} lines   " + (f"check {spent:.2f} s CPU" if spent else f"does not compile: {error[:400]}"))


if __name__ == "__main__":
    main()

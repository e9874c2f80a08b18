"""Runs handed verdicts through every command that reads schemas: `verdicts.py SCHEMACTL FILE [--only WAY] [--show N]`.

In: the binary and JSON lines, `{id, kind, policy, draft, old, new, want: {backward, forward}}`, where `error` asks for an error
instead of a verdict; the cases of tests/cases/compat are read as well. Out: for each way (batch, diff, check, validate, generate)
how many cases agree, and every one that does not. The exit code is 1 if one disagrees.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from engine import Engine
from sampler import Sampler
from views import VALIDATORS

DRAFTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
DIRECTIONS = ("backward", "forward")
# Rules that are about a schema by itself.
OTHER_RULES = {"not-registrable", "object-not-closed", "schema-too-long", "version-field-missing"}
# A command that takes longer has no answer; the slowest case of the project's bars takes 3 s in a release build.
SECONDS = 120


def read_cases(path):
    """Returns the cases of a file."""
    cases = [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]
    for case in cases:
        case.setdefault("policy", "open-strict")
        case.setdefault("kind", Path(path).stem)
        case.setdefault("want", {name: case.get(name) for name in DIRECTIONS})
    return cases


def write_workspace(folder, case):
    """Writes both schemas as files, and as versions 1.0 and 1.1 of an event."""
    for name, version in (("old", "1.0"), ("new", "1.1")):
        schema = case[name]
        if isinstance(schema, dict):
            schema = {"$schema": DRAFTS[case["draft"]], **schema}
        event = folder / "schemas/shop/Event"
        event.mkdir(parents=True, exist_ok=True)
        for path in (folder / f"{name}.json", event / f"{version}.json"):
            path.write_text(json.dumps(schema, indent=1))
    (event / "event.toml").write_text('source = "shop"\ndetail-type = "Event"\nversion-field = "no-such-field"\n')
    settings = f'version = 1\n[registry]\nname = "r"\n[check]\npolicy = "{case["policy"]}"\nmode = "full"\n'
    (folder / "schemactl.toml").write_text(settings)


class Commands:
    """The commands, each in the folder of a case."""

    def __init__(self, binary, folder, case):
        self.binary, self.folder, self.case = binary, folder, case

    def run(self, *arguments):
        """Returns exit code and output."""
        command = [self.binary, *arguments]
        try:
            done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None, "no answer in time"
        return done.returncode, done.stdout + done.stderr

    def expected_code(self, *verdicts):
        return "error" if "error" in verdicts else int(any(verdict != "compatible" for verdict in verdicts))

    def agrees(self, expected, code):
        return code in (2, 3) if expected == "error" else code == expected

    def diff(self):
        """Returns what disagrees when the files are compared, a direction at a time."""
        for direction in DIRECTIONS:
            options = ["--policy", self.case["policy"], "--mode", direction]
            code, output = self.run("diff", "old.json", "new.json", *options)
            if not self.agrees(self.expected_code(self.case["want"][direction]), code):
                return f"{direction}: exit {code}: {output}"
        return None

    def check(self):
        """Returns what disagrees when both are versions of an event."""
        expected = self.expected_code(*self.case["want"].values())
        code, output = self.run("check", "--format", "json")
        if expected == "error":
            # An invalid schema may be a finding, and a finding is no verdict.
            return None if code in (1, 2, 3) else f"exit {code}: {output}"
        findings = json.loads(output[: output.rindex("}") + 1])["findings"] if code in (0, 1) else []
        # Other findings, such as a schema that is too long for the registry, are no verdicts.
        broken = [one for one in findings if one["severity"] == "error" and one["rule"] not in OTHER_RULES]
        found = int(bool(broken)) if code in (0, 1) else code
        return None if found == expected else f"exit {code}: {[(one['rule'], one['message']) for one in broken]} {output}"

    def events(self):
        """Yields events, and whether the new schema accepts them."""
        schema, draft = self.case["new"], self.case["draft"]
        if "error" in self.case["want"].values():
            yield {}, None
            return
        validator = VALIDATORS[draft](schema, validate_formats=False)
        sampler = Sampler(schema, draft, self.case["old"], random.Random(self.case["id"]))
        for event in sampler.events(6):
            yield event, validator.is_valid(event)

    def validate(self):
        for event, valid in self.events():
            (self.folder / "event.json").write_text(json.dumps(event))
            code, output = self.run("validate", "Event@1.1", "event.json")
            if not self.agrees("error" if valid is None else int(not valid), code):
                return f"{json.dumps(event)[:200]}: exit {code}: {output}"
        return None

    def generate(self):
        code, output = self.run("generate", "--schema", "new.json", "--name", "Event", "--output", "-")
        wrong = "error" in self.case["want"].values()
        return None if (code != 0) == wrong else f"exit {code}: {output}"


def judge_batch(case, answer):
    """Returns what disagrees with the answer of `diff --batch`."""
    wanted = case["want"]
    if "error" in wanted.values():
        fine = "error" in answer and not any(name in answer for name in DIRECTIONS)
        return None if fine else json.dumps(answer)
    found = {name: answer.get(name, {}).get("verdict") for name in DIRECTIONS}
    return None if found == wanted else json.dumps(answer)


def judge_case(binary, case, ways):
    """Yields each way and what disagrees there, or None."""
    with tempfile.TemporaryDirectory() as folder:
        write_workspace(Path(folder), case)
        commands = Commands(binary, Path(folder), case)
        for way in ways:
            if way == "batch":
                yield way, judge_batch(case, Engine(binary).ask([case])[0])
            else:
                yield way, getattr(commands, way)()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("file")
    parser.add_argument("--only")
    parser.add_argument("--show", type=int, default=400)
    options = parser.parse_args()
    ways = [options.only] if options.only else ["batch", "diff", "check", "validate", "generate"]
    agreed, asked = Counter(), Counter()
    for case in read_cases(options.file):
        for way, fault in judge_case(options.binary, case, ways):
            asked[way] += 1
            agreed[way] += fault is None
            if fault:
                print(f"{case['id']} {case['kind']} {way}: wanted {case['want']}: {fault[: options.show]}")
    for way in ways:
        print(f"{way}: {agreed[way]} of {asked[way]} agree")
    sys.exit(int(agreed != asked))


if __name__ == "__main__":
    main()

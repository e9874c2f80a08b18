"""A corpus of pairs under policies, held against sampled events: `run.py SCHEMACTL [--pairs N] [--first N] [--seed S] [--events N]`.

In: the binary. Out: JSON with the verdicts' tally and every contradiction: "compatible", and an event that a writer surely sends
is refused by every reading of the reader; or "incompatible", and the event shown is one that no writer sends or that some
reading of the reader accepts; or a reason that speaks of an internal error. `--cases FILE` judges the pairs of a file instead,
`--shrink` makes each contradiction as small as it gets.
"""

import argparse
import json
import random
import sys
from collections import Counter

from engine import SECOND, Engine, shrink
from sampler import Sampler
from schemas import make_pair
from views import Reader, Schema, Writer

class Direction:
    """One direction of a pair: a writer's schema, a reader's, a policy."""

    def __init__(self, pair, name, events, seed):
        self.pair, self.name = pair, name
        sides = ("old", "new") if name == "backward" else ("new", "old")
        written, read = (pair[side] for side in sides)
        draft, policy = pair["draft"], pair["policy"]
        self.draft, self.events, self.random = draft, events, random.Random(f"{seed}/{pair['id']}/{name}")
        self.closes = policy in ("tolerant-reader", "producer-declared", "apply-defaults")
        self.written, self.read = written, read
        self.writer = Writer(written, draft)
        self.readers = [Reader(read, draft, policy == "apply-defaults", generous) for generous in (True, False)]
        opens = policy in ("tolerant-reader", "apply-defaults")
        self.forms = [reader.opened() if opens else read for reader in self.readers]
        self.checks = [Schema(form, draft) for form in self.forms]

    def is_sent(self, event):
        return self.writer.holds(self.written, event) and (not self.closes or self.writer.sends_surely(event))

    def breaking_event(self):
        """Returns an event that the writer surely sends and that every reading of the reader refuses."""
        sampler = Sampler(self.written, self.draft, self.read, self.random)
        for event in sampler.events(self.events):
            refused = not any(check.holds(form, event) for check, form in zip(self.checks, self.forms))
            if refused and self.is_sent(event) and self.second_opinion(event):
                return event
        return None

    def second_opinion(self, event):
        """Returns whether the other validator agrees that the event is written and refused."""
        valid = [SECOND[self.draft](form).is_valid(event) for form in (self.written, self.forms[0])]
        return valid == [True, False]

    def fault_of_witness(self, event):
        """Returns what is wrong with an event that is said to break."""
        if not self.writer.holds(self.written, event):
            return "its own schema refuses the witness"
        if all(check.holds(form, event) for check, form in zip(self.checks, self.forms)):
            return "the reader accepts the witness"
        if self.closes:
            for path, schemas in self.writer.refused_places(event):
                if all(self.has_closed_event(schema) for schema in schemas):
                    return f"no writer sends the witness: a property at `{path}` is not declared"
        return None

    def has_closed_event(self, schema):
        """Returns whether a writer surely sends some value of the subschema: if not, it and what is in it may stay open."""
        whole = {**schema, **self.writer.definitions}
        writer = Writer(whole, self.draft)
        sampler = Sampler(whole, self.draft, {}, self.random)
        objects = (value for value in sampler.events(200) if isinstance(value, dict))
        return any(writer.sends_surely(value) for value in objects)

    def judge(self, verdict):
        """Returns event and reason of a contradiction, or None."""
        if verdict["verdict"] == "compatible":
            event = self.breaking_event()
            return None if event is None else (event, "compatible, and this event breaks")
        if verdict["verdict"] == "incompatible":
            fault = self.fault_of_witness(verdict["witness"])
            return fault and (verdict["witness"], f"incompatible, and {fault}")
        reason = verdict.get("reason", "")
        return (None, reason) if "internal error" in reason else None


def judge_pair(pair, answer, events, seed, tally):
    """Yields the contradictions of a pair."""
    if "error" in answer:
        tally[f"refused: {json.dumps(answer['error'])[:150]}"] += 1
        return
    for name in ("backward", "forward"):
        verdict = answer[name]
        tally[verdict["verdict"]] += 1
        if verdict["verdict"] == "undecided":
            tally[f"undecided: {verdict['reason'][:60]}"] += 1
        found = Direction(pair, name, events, seed).judge(verdict)
        if found:
            yield {**pair, "direction": name, "verdict": verdict, "event": found[0], "why": found[1]}


def read_cases(path):
    with open(path) as lines:
        pairs = [json.loads(line) for line in lines if line.strip()]
    return [{"policy": "open-strict", **pair} for pair in pairs]


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--pairs", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--cases")
    parser.add_argument("--shrink", action="store_true")
    return parser.parse_args()


def main():
    options = read_arguments()
    numbers = range(options.first, options.first + options.pairs)
    pairs = read_cases(options.cases) if options.cases else [make_pair(options.seed, number) for number in numbers]
    engine, tally, contradictions = Engine(options.binary), Counter(), []
    for pair, answer in zip(pairs, engine.ask(pairs)):
        contradictions += judge_pair(pair, answer, options.events, options.seed, tally)
    if options.shrink:
        judge = lambda pair: judge_pair(pair, engine.ask([pair])[0], options.events, options.seed, Counter())
        contradictions = [shrink(found, judge) for found in contradictions]
    report = {"pairs": len(pairs), "tally": dict(tally.most_common()), "contradictions": contradictions}
    json.dump(report, sys.stdout, indent=1)


if __name__ == "__main__":
    main()

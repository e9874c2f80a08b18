"""The engine behind `schemactl diff --batch`, and making a pair smaller while something stays true of it.

In: the binary, pairs. Out: the answer to each pair.
"""

import json
import subprocess

from jsonschema import Draft4Validator, Draft6Validator, Draft7Validator, Draft201909Validator, Draft202012Validator

SECOND = {
    "draft4": Draft4Validator,
    "draft6": Draft6Validator,
    "draft7": Draft7Validator,
    "draft2019-09": Draft201909Validator,
    "draft2020-12": Draft202012Validator,
}


class Engine:
    """A process for each policy, asked pair by pair or all at once."""

    def __init__(self, binary):
        self.binary = binary

    def ask(self, pairs):
        """Returns an answer for each pair, in order."""
        answers = {}
        for policy in sorted({pair["policy"] for pair in pairs}):
            asked = [(at, pair) for at, pair in enumerate(pairs) if pair["policy"] == policy]
            lines = [json.dumps({**pair, "id": at}) for at, pair in asked]
            command = [self.binary, "diff", "--batch", "-", "--policy", policy]
            done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True)
            found = [json.loads(line) for line in done.stdout.splitlines()]
            if len(found) != len(asked):
                raise RuntimeError(f"{len(found)} answers to {len(asked)} pairs: {done.stderr}")
            answers.update({answer["id"]: answer for answer in found})
        return [answers[at] for at in range(len(pairs))]


def is_schema(value, draft):
    try:
        SECOND[draft].check_schema(value)
    except Exception:
        return False
    return True


def reductions(value):
    """Yields the value with one part left out, the largest parts first."""
    if isinstance(value, dict):
        for key in sorted(value, key=lambda key: -len(json.dumps(value[key]))):
            yield {name: inner for name, inner in value.items() if name != key}
            yield from ({**value, key: smaller} for smaller in reductions(value[key]))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]
            yield from ([*value[:at], smaller, *value[at + 1 :]] for smaller in reductions(value[at]))


def shrink(found, judge):
    """Returns the contradiction with everything left out that it does not need."""
    kind = found["why"][:40]
    best, smaller = found, True
    while smaller:
        smaller = False
        for side in ("old", "new", "both"):
            for candidate in reductions(best["old"] if side == "both" else best[side]):
                sides = {"old": candidate, "new": candidate} if side == "both" else {side: candidate}
                pair = {**best, **sides}
                if side == "both" and best["old"] != best["new"]:
                    break
                still = is_contradiction(pair, judge, kind, found["direction"])
                if still:
                    best, smaller = still, True
                    break
    return best


def is_contradiction(pair, judge, kind, direction):
    """Returns the contradiction of that kind that the pair still is, or None."""
    if not all(is_schema(pair[side], pair["draft"]) for side in ("old", "new")):
        return None
    asked = {key: pair[key] for key in ("id", "kind", "policy", "draft", "old", "new")}
    try:
        found = [one for one in judge(asked) if one["direction"] == direction and one["why"][:40] == kind]
    except (KeyError, RuntimeError):
        # A reference to what was left out.
        return None
    return found[0] if found else None

"""Events of a schema, made by choosing branches and filling in values: a generator that shares nothing with the engine.

In: a schema, another one whose limits are worth trying too, and random numbers. Out: events that are likely valid; who calls
filters them. Nothing here decides anything.
"""

import math

from views import Schema, matches

TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
# Texts for the patterns that the generated schemas use.
TEXTS = {
    "^[a-z]+$": ["a", "abc"],
    "^[A-Z]{3}$": ["EUR", "USD"],
    "^x-": ["x-", "x-a", "x-b"],
    "^[0-9]+$": ["0", "42"],
    "_id$": ["_id", "order_id"],
    "^ord-[0-9]{4}$": ["ord-1234", "ord-0000"],
    "^(a|b)": ["a", "b", "ab"],
}
STRANGE = ["", "a", "zz", "EUR", "x-a", "0", "ord-1234", "other", "a" * 12]
DEPTH = 6


class Sampler(Schema):
    """Makes events of a document."""

    def __init__(self, root, draft, other, random):
        super().__init__(root, draft)
        self.random = random
        self.numbers, self.texts, self.values, self.names = {0, 1, -1, 0.5, 2}, set(STRANGE), [], set()
        for document in (root, other):
            self.collect(document)
        self.numbers, self.texts = sorted(self.numbers), sorted(self.texts)
        self.names = sorted(self.names)

    def target(self, reference):
        """Returns what a reference leads to, or a schema of everything: nothing made here is taken for valid."""
        try:
            return super().target(reference)
        except (KeyError, IndexError, ValueError):
            return True

    def collect(self, value):
        """Gathers the limits and constants of a document."""
        if isinstance(value, list):
            for inner in value:
                self.collect(inner)
        elif isinstance(value, dict):
            for keyword, inner in value.items():
                if keyword in ("const", "default"):
                    self.values.append(inner)
                elif keyword == "enum" and isinstance(inner, list):
                    self.values.extend(inner)
                elif keyword == "required" and isinstance(inner, list):
                    self.names.update(inner)
                elif keyword in TEXTS:
                    self.names.update(TEXTS[keyword])
                elif keyword in ("properties", "dependentRequired", "dependentSchemas", "dependencies"):
                    self.names.update(inner)
                if isinstance(inner, (int, float)) and not isinstance(inner, bool) and abs(inner) < 1e9:
                    self.numbers.update({inner, inner + 1, inner - 1, inner + 0.5})
                    if "Length" in keyword:
                        self.texts.update({"a" * int(max(0, inner + step)) for step in (-1, 0, 1)})
                if keyword == "pattern":
                    self.texts.update(TEXTS.get(inner, []))
                self.collect(inner)

    def events(self, count):
        """Yields that many events: the fullest and the barest first."""
        for number in range(count):
            share = (0.95, 0.05)[number] if number < 2 else self.random.choice((0.2, 0.5, 0.8))
            self.share = share
            event = self.make([self.root], DEPTH)
            if number > 4 and self.random.random() < 0.3:
                event = self.nudged(event)
            yield event

    def nudged(self, event):
        """Replaces, drops or adds one value somewhere."""
        if isinstance(event, dict) and event and self.random.random() < 0.8:
            name = self.random.choice(sorted(event))
            changed = dict(event)
            if self.random.random() < 0.2:
                del changed[name]
            else:
                changed[name] = self.nudged(event[name])
            return changed
        if isinstance(event, list) and event and self.random.random() < 0.7:
            at = self.random.randrange(len(event))
            return [*event[:at], self.nudged(event[at]), *event[at + 1 :]]
        if isinstance(event, dict) and self.names and self.random.random() < 0.8:
            return {**event, self.random.choice(self.names): self.any_value(1)}
        return self.any_value(1)

    def any_value(self, depth):
        choice = self.random.randrange(9)
        if choice == 0:
            return None
        if choice == 1:
            return self.random.random() < 0.5
        if choice in (2, 3):
            return self.random.choice(self.numbers)
        if choice in (4, 5):
            return self.random.choice(self.texts)
        if choice == 6 and self.values:
            return self.random.choice(self.values)
        if depth <= 0:
            return 7
        if choice == 7:
            return [self.any_value(depth - 1) for _ in range(self.random.randrange(3))]
        names = self.random.sample(self.names, min(len(self.names), self.random.randrange(3)))
        return {name: self.any_value(depth - 1) for name in names}

    def flatten(self, schema, parts, depth):
        """Chooses branches, and gathers the keywords that then describe the value."""
        if isinstance(schema, bool):
            parts.append({} if schema else {"enum": []})
            return
        members = self.members(schema)
        parts.append(members)
        if depth < -20:
            return
        below = list(members.get("allOf", []))
        if "$ref" in members:
            below.append(self.target(members["$ref"]))
        for keyword in ("anyOf", "oneOf"):
            if members.get(keyword):
                below.append(self.random.choice(members[keyword]))
        if "if" in members:
            if self.random.random() < 0.5:
                below += [members["if"], members.get("then", True)]
            elif "else" in members:
                below.append(members["else"])
        for name, required, then in self.dependencies(members):
            if self.random.random() < 0.5:
                parts.append({"required": [name, *required]})
                below += [] if then is None else [then]
        for inner in below:
            self.flatten(inner, parts, depth - 1)

    def make(self, schemas, depth):
        parts = []
        for schema in schemas:
            self.flatten(schema, parts, depth)
        listed = [part["enum"] if "enum" in part else [part["const"]] for part in parts if part.keys() & {"enum", "const"}]
        if listed:
            common = [value for value in listed[0] if all(value in other for other in listed)]
            return self.random.choice(common) if common else self.any_value(1)
        kind = self.kind(parts, depth)
        if kind == "object":
            return self.make_object(parts, depth)
        if kind == "array":
            return self.make_array(parts, depth)
        if kind == "string":
            return self.make_text(parts)
        if kind in ("number", "integer"):
            return self.make_number(parts, kind)
        return None if kind == "null" else self.random.random() < 0.5

    def kind(self, parts, depth):
        allowed = set(TYPES)
        for part in parts:
            types = part.get("type", TYPES)
            types = {types} if isinstance(types, str) else set(types)
            allowed &= types | ({"integer"} if "number" in types else set())
        if not any("type" in part for part in parts):
            hints = {"properties": "object", "required": "object", "patternProperties": "object", "items": "array"}
            hints.update({"pattern": "string", "minLength": "string", "maxLength": "string", "minimum": "number"})
            hinted = sorted({kind for part in parts for keyword, kind in hints.items() if keyword in part} & allowed)
            if hinted and self.random.random() < 0.9:
                return self.random.choice(hinted)
        if depth <= 0 and len(allowed - {"array", "object"}) > 0:
            allowed -= {"array", "object"}
        return self.random.choice(sorted(allowed)) if allowed else "null"

    def make_object(self, parts, depth):
        required = {name for part in parts for name in part.get("required", [])}
        declared = {name for part in parts for name in part.get("properties", {})}
        patterns = {pattern for part in parts for pattern in part.get("patternProperties", {})}
        chosen = required | {name for name in declared if self.random.random() < (self.share if depth > 0 else 0.05)}
        for pattern in sorted(patterns):
            chosen |= {name for name in TEXTS.get(pattern, []) if self.random.random() < self.share / 2}
        is_map = not declared and not patterns
        wanted = max([part.get("minProperties", 0) for part in parts])
        pool = [name for part in parts for name in self.allowed_names(part)] or [*self.names, "k1", "k2", "k3"]
        wanted = max(wanted, self.random.randrange(3)) if is_map else wanted
        while len(chosen) < wanted and not set(pool) <= chosen:
            chosen.add(self.random.choice(pool))
        value = {}
        for name in sorted(chosen):
            schemas = [inner for part in parts for inner in self.property_schemas(part, name)]
            value[name] = self.make(schemas, depth - 1) if schemas else self.any_value(1)
        return value

    def allowed_names(self, part):
        rule = part.get("propertyNames", {})
        rule = rule if isinstance(rule, dict) else {}
        return rule.get("enum", []) or TEXTS.get(rule.get("pattern"), [])

    def property_schemas(self, part, name):
        found = [part["properties"][name]] if name in part.get("properties", {}) else []
        found += [inner for pattern, inner in part.get("patternProperties", {}).items() if matches(pattern, name)]
        return found or [part[word] for word in ("additionalProperties", "unevaluatedProperties") if word in part]

    def make_array(self, parts, depth):
        least = max(part.get("minItems", 0) for part in parts)
        most = min(part.get("maxItems", 9) for part in parts)
        first = max(len(self.first_items(part)) for part in parts)
        count = max(least, min(most, self.random.randrange(max(2, first) + 2) if depth > 0 else 0))
        if any("contains" in part for part in parts):
            count = max(count, 1)
        value = []
        for index in range(min(count, 12)):
            schemas = [inner for part in parts for at, inner in self.items_of(part, range(index + 1)) if at == index]
            contained = [part["contains"] for part in parts if "contains" in part]
            if contained and (index == 0 or self.random.random() < 0.3):
                schemas += contained
            value.append(self.make(schemas, depth - 1))
        return value

    def first_items(self, part):
        first = part.get("prefixItems", part.get("items", []))
        return first if isinstance(first, list) else []

    def make_text(self, parts):
        patterns = [part["pattern"] for part in parts if "pattern" in part]
        least = max(part.get("minLength", 0) for part in parts)
        most = min(part.get("maxLength", math.inf) for part in parts)
        pool = TEXTS.get(patterns[0], []) if patterns else self.texts
        fitting = [text for text in pool if least <= len(text) <= most]
        if fitting and self.random.random() < 0.9:
            return self.random.choice(fitting)
        length = least if self.random.random() < 0.5 else least + 3
        return "a" * int(min(length, most))

    def make_number(self, parts, kind):
        low = max(part.get("minimum", -math.inf) for part in parts)
        high = min(part.get("maximum", math.inf) for part in parts)
        steps = [part["multipleOf"] for part in parts if "multipleOf" in part]
        pool = [number for number in self.numbers if low <= number <= high]
        if steps:
            pool = [number for number in [*pool, *(steps[0] * each for each in (0, 1, 2, 3))] if low <= number <= high]
            pool = [number for number in pool if (number / steps[0]) == int(number / steps[0])]
        if kind == "integer":
            pool = [int(number) for number in pool if number == int(number)]
        pool = [int(number) if number == int(number) else number for number in pool]
        if pool:
            return self.random.choice(pool)
        return low if math.isfinite(low) else 0

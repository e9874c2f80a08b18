"""What a writer sends and what a reader accepts under a policy, defined on events instead of by rewriting for an engine.

In: a schema, its draft. Out: two writer views and a reader view. `sends_surely` accepts only events that a writer sends under
every reading of the policy; `may_send` accepts those that it sends under some reading. A verdict "compatible" is held against the
first, a witness against the second, so that a contradiction never rests on a choice of ours. Validity itself is asked of
jsonschema-rs; references are `#/definitions/NAME` or `#/$defs/NAME`.
"""

import json
import re

import jsonschema_rs

VALIDATORS = {
    "draft4": jsonschema_rs.Draft4Validator,
    "draft6": jsonschema_rs.Draft6Validator,
    "draft7": jsonschema_rs.Draft7Validator,
    "draft2019-09": jsonschema_rs.Draft201909Validator,
    "draft2020-12": jsonschema_rs.Draft202012Validator,
}
BRANCHES = ("allOf", "anyOf", "oneOf")
CONDITIONAL = ("then", "else")


def matches(pattern, name):
    return re.search(pattern, name) is not None


class Schema:
    """A document that subschemas of it can be asked about."""

    def __init__(self, root, draft):
        self.root, self.draft = root, draft
        self.modern = draft in ("draft2019-09", "draft2020-12")
        self.compiled = {}
        members = root if isinstance(root, dict) else {}
        self.definitions = {key: members[key] for key in ("definitions", "$defs") if key in members}

    def holds(self, schema, value):
        """Returns whether the subschema accepts the value, as written."""
        if isinstance(schema, bool):
            return schema
        known = self.compiled.get(id(schema))
        if known is None:
            whole = {**schema, **self.definitions}
            whole.pop("$schema", None)
            # The schema is kept beside its validator, so that its id stays its own.
            known = (VALIDATORS[self.draft](whole, validate_formats=False), schema)
            self.compiled[id(schema)] = known
        return known[0].is_valid(value)

    def target(self, reference):
        """Returns the subschema that a pointer leads to; a KeyError for other references."""
        if not reference.startswith("#"):
            raise KeyError(reference)
        schema = self.root
        for token in reference.split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            schema = schema[int(token)] if isinstance(schema, list) else schema[token]
        return schema

    def members(self, schema):
        """Returns the keywords that count: up to draft-07 a reference hides what stands beside it."""
        if not isinstance(schema, dict):
            return {}
        if "$ref" in schema and not self.modern:
            return {"$ref": schema["$ref"]}
        return schema

    def dependencies(self, members):
        """Yields name, names required with it, and the schema required with it."""
        for keyword in ("dependencies", "dependentRequired", "dependentSchemas"):
            if (keyword == "dependencies") == self.modern:
                continue
            for name, then in members.get(keyword, {}).items():
                yield (name, then, None) if isinstance(then, list) else (name, [], then)

    def in_place(self, schema, conditions=False, seen=()):
        """Yields every set of keywords that describes the same value, taken or not."""
        members = self.members(schema)
        yield members
        below = [branch for keyword in BRANCHES for branch in members.get(keyword, [])]
        if "if" in members:
            below += [members[keyword] for keyword in CONDITIONAL if keyword in members]
            below += [members["if"]] if conditions else []
        if conditions and "not" in members:
            below.append(members["not"])
        below += [then for _, _, then in self.dependencies(members) if then is not None]
        reference = members.get("$ref")
        if reference is not None and reference not in seen:
            seen = (*seen, reference)
            below.append(self.target(reference))
        for inner in below:
            yield from self.in_place(inner, conditions, seen)

    def declares(self, schema, conditions):
        keywords = ("properties", "patternProperties")
        return any(members.get(keyword) for members in self.in_place(schema, conditions) for keyword in keywords)

    def properties_of(self, members, value):
        """Yields name, subschema for each property, but those that only `unevaluatedProperties` covers."""
        for name in value:
            covered = name in members.get("properties", {})
            if covered:
                yield name, members["properties"][name]
            for pattern, inner in members.get("patternProperties", {}).items():
                if matches(pattern, name):
                    covered = True
                    yield name, inner
            if not covered and members.get("additionalProperties", True) not in (True, {}):
                yield name, members["additionalProperties"]

    def items_of(self, members, value):
        """Yields index, subschema for each element."""
        first = members.get("prefixItems", []) if self.draft == "draft2020-12" else members.get("items", [])
        rest = members.get("items" if self.draft == "draft2020-12" else "additionalItems", True)
        if not isinstance(first, list):
            first, rest = [], first
        for index in range(len(value)):
            yield index, first[index] if index < len(first) else rest


def listed(members, value):
    """Returns whether `enum` or `const` lists the value."""
    return value in members.get("enum", []) or ("const" in members and members["const"] == value)


def names_of_names(members):
    rule = members.get("propertyNames")
    rule = rule if isinstance(rule, dict) else {}
    return [name for name in [*rule.get("enum", []), rule.get("const")] if isinstance(name, str)]


class Writer(Schema):
    """The events that a writer sends which sends only what its schema declares or requires."""

    def sends_surely(self, event):
        return self.sent(self.root, event, True) is not None

    def sent(self, schema, value, whole):
        """Returns the names that the schema accounts for, or None where the value is not sent."""
        if not self.holds(schema, value):
            return None
        members = self.members(schema)
        parts = [self.sent_in_place(members, value), self.sent_below(members, value)]
        if None in parts:
            return None
        names = parts[0] | parts[1]
        if not isinstance(value, dict):
            return names
        if listed(members, value) or members.get("unevaluatedProperties", True) not in (True, {}):
            names |= set(value)
        if whole and not set(value) <= names and self.declares(schema, True) and not self.needs_names(schema, value):
            return None
        return names

    def sent_in_place(self, members, value):
        parts = [self.sent(inner, value, False) for inner in members.get("allOf", [])]
        if "$ref" in members:
            parts.append(self.sent(self.target(members["$ref"]), value, False))
        for keyword in ("anyOf", "oneOf"):
            if keyword in members:
                taken = [inner for inner in members[keyword] if self.holds(inner, value)]
                found = [names for names in (self.sent(inner, value, False) for inner in taken) if names is not None]
                parts.append(set().union(*found) if found else None)
        if "if" in members:
            condition = self.holds(members["if"], value)
            keyword = CONDITIONAL[0] if condition else CONDITIONAL[1]
            if condition and isinstance(value, dict):
                parts.append(self.named(members["if"], value))
            if keyword in members:
                parts.append(self.sent(members[keyword], value, False))
        if isinstance(value, dict):
            for name, required, then in self.dependencies(members):
                if name in value:
                    parts.append({name, *required})
                    parts.append(set() if then is None else self.sent(then, value, False))
        return None if None in parts else set().union(*parts)

    def needs_names(self, schema, value):
        """Returns whether `minProperties` asks for every property of the value, and for more than are known."""
        least, known = self.members(schema).get("minProperties", 0), set()
        for members in self.in_place(schema, True):
            if "patternProperties" in members:
                # It depends on the patterns whether they have names enough.
                return False
            known.update(members.get("properties", {}), members.get("required", []), names_of_names(members))
            for name, required, _ in self.dependencies(members):
                known.update([name, *required])
        return len(value) <= least and len(known) < least

    def named(self, condition, value):
        """Returns the names of a condition that the value has."""
        members = self.members(condition)
        return {name for name in value if name in members.get("properties", {}) or name in members.get("required", [])}

    def sent_below(self, members, value):
        if isinstance(value, list):
            below = [(value[index], inner) for index, inner in self.items_of(members, value)]
            below += [(element, members["contains"]) for element in value if "contains" in members]
            contained = members.get("contains")
            for element, inner in below:
                if (inner is not contained or self.holds(inner, element)) and self.sent(inner, element, True) is None:
                    return None
            return set()
        if not isinstance(value, dict):
            return set()
        names = {*members.get("required", []), *names_of_names(members)}
        for name, inner in self.properties_of(members, value):
            if self.sent(inner, value[name], True) is None:
                return None
            names.add(name)
        rest = members.get("unevaluatedProperties", True)
        if isinstance(rest, dict) and any(self.sent(rest, value[name], True) is None for name in set(value) - names):
            return None
        return names

    def may_send(self, event):
        return not self.refused_places(event)

    def refused_places(self, event):
        """Returns each place with a property that no reading of the policy lets a writer send, with the schemas that close it and
        what is around it."""
        places, described = {}, {}
        self.account(self.root, event, "", places, True)
        self.describe(self.root, event, "", described)
        refused = []
        for path, place in places.items():
            schemas = described.get(path, {})
            if len(schemas) > 1:
                # Each schema of a value knows the names of the others, in force or not.
                place["names"].update(*schemas.values())
            free = any(other["free"] and (path + "/").startswith(at + "/") for at, other in places.items())
            if place["closing"] and not free and not set(place["value"]) <= place["names"]:
                around = [other for at, other in places.items() if (path + "/").startswith(at + "/")]
                refused.append((path, [schema for other in around for schema in other["wholes"]]))
        return refused

    def account(self, schema, value, path, places, whole):
        """Notes at each object the names that some schema in force there accounts for."""
        if not self.holds(schema, value):
            return
        members = self.members(schema)
        place = places.setdefault(path, {"value": value, "names": set(), "wholes": [], "closing": False, "free": False})
        if isinstance(value, dict) and whole:
            self.account_whole(schema, value, place)
        place["free"] |= listed(members, value)
        for inner in self.in_force(members, value):
            self.account(inner, value, path, places, False)
        below = self.below(members, value)
        if isinstance(value, dict):
            place["names"] |= {name for name, _ in self.properties_of(members, value)}
        for key, inner in below:
            self.account(inner, value[key], f"{path}/{key}", places, True)

    def describe(self, schema, value, path, described):
        """Notes at each place below the schemas that describe it, in force or not, with the names that they mention."""
        for members in self.in_place(schema, True):
            for key, inner in self.below(members, value):
                names = described.setdefault(f"{path}/{key}", {}).setdefault(id(inner), set())
                for part in self.in_place(inner, True) if isinstance(value[key], dict) else ():
                    names.update(self.mentioned(part, value[key]))
                self.describe(inner, value[key], f"{path}/{key}", described)

    def mentioned(self, members, value):
        """Returns the names that a schema declares, requires or lists, and those of the value that its patterns match."""
        names = {*members.get("properties", {}), *members.get("required", []), *names_of_names(members)}
        for name, required, _ in self.dependencies(members):
            names.update([name, *required])
        open_too = any(members.get(word, True) not in (True, False, {}) for word in ("additionalProperties", "unevaluatedProperties"))
        patterns = members.get("patternProperties", {})
        return names | {name for name in value if open_too or any(matches(pattern, name) for pattern in patterns)}

    def below(self, members, value):
        """Returns the keys of the value, each with a schema that describes what stands there."""
        if isinstance(value, dict):
            below = list(self.properties_of(members, value))
            if isinstance(members.get("unevaluatedProperties"), dict):
                below += [(name, members["unevaluatedProperties"]) for name in value]
            return below
        if isinstance(value, list):
            contained = ((at, members["contains"]) for at in range(len(value)) if "contains" in members)
            return [*self.items_of(members, value), *contained]
        return []

    def account_whole(self, schema, value, place):
        everywhere = list(self.in_place(schema, True))
        for members in everywhere:
            place["names"].update(members.get("required", []), names_of_names(members))
            for name, required, _ in self.dependencies(members):
                place["names"].update([name, *required])
        conditions = [members[word] for members in everywhere for word in ("if", "not") if word in members]
        for condition in conditions:
            for members in self.in_place(condition, True):
                place["names"].update(members.get("properties", {}))
                patterns = members.get("patternProperties", {})
                place["names"].update(name for name in value if any(matches(pattern, name) for pattern in patterns))
        is_open = any(
            "unevaluatedProperties" in members
            or members.get("additionalProperties", True) not in (True, False, {})
            or len(value) <= members.get("minProperties", 0)
            or listed(members, value)
            for members in everywhere
        )
        if is_open:
            place["names"].update(value)
        if self.declares(schema, False):
            place["wholes"].append(schema)
            place["closing"] |= not is_open

    def in_force(self, members, value):
        inner = [branch for keyword in BRANCHES for branch in members.get(keyword, [])]
        if "$ref" in members:
            inner.append(self.target(members["$ref"]))
        if "if" in members:
            condition = self.holds(members["if"], value)
            inner += [members["if"]] if condition else []
            keyword = CONDITIONAL[0] if condition else CONDITIONAL[1]
            inner += [members[keyword]] if keyword in members else []
        if isinstance(value, dict):
            inner += [then for name, _, then in self.dependencies(members) if then is not None and name in value]
        return inner


class Reader(Schema):
    """The schema of what a reader accepts that ignores unknown properties; `generous` where the policy leaves a choice."""

    def __init__(self, root, draft, defaults, generous):
        super().__init__(root, draft)
        self.defaults, self.generous = defaults, generous

    def opened(self):
        if isinstance(self.root, bool):
            return self.root
        schema = self.rewritten(self.root, True)
        for keyword, definitions in self.definitions.items():
            both = {name: self.rewritten(inner, True) for name, inner in definitions.items()}
            both.update({f"{name}.written": self.rewritten(inner, False) for name, inner in definitions.items()})
            schema[keyword] = both
        return schema

    def rewritten(self, schema, is_open):
        if isinstance(schema, bool):
            return schema
        result = {}
        for keyword, value in self.members(schema).items():
            if keyword not in ("definitions", "$defs", "$schema"):
                self.rewrite_keyword(schema, keyword, value, is_open, result)
        added = result.pop("added", None)
        if added:
            result["allOf"] = [*result.get("allOf", []), *added]
        return result

    def rewrite_keyword(self, schema, keyword, value, is_open, result):
        each = lambda open_too: [self.rewritten(inner, open_too) for inner in value]
        if keyword == "$ref":
            result[keyword] = value if is_open or value == "#" else f"{value}.written"
        elif keyword in ("additionalProperties", "unevaluatedProperties") and value is False and is_open:
            return
        elif keyword == "enum" and is_open and schema.get("x-extensible-enum") is True:
            if "type" not in schema:
                result["type"] = sorted({kind_of(each) for each in value})
        elif keyword == "required" and is_open and self.defaults:
            kept = [name for name in value if not self.fills(schema, name)]
            if kept or self.draft != "draft4":
                result[keyword] = kept
        elif keyword in ("anyOf", "oneOf") and is_open and self.unknown_kind(schema, value):
            branches = [*each(True), *each(False), self.unknown_kind(schema, value)]
            result.setdefault("added", []).append({"anyOf": branches})
        elif keyword == "oneOf" and is_open:
            forms = [{"oneOf": each(False)}, {"oneOf": each(True)}]
            result.setdefault("added", []).append({"anyOf": forms} if forms[0] != forms[1] else forms[0])
        elif keyword in ("not", "if", "propertyNames"):
            result[keyword] = self.rewritten(value, False)
        elif keyword == "contains":
            counted = "maxContains" in schema or ("minContains" in schema and not self.generous)
            result[keyword] = self.rewritten(value, is_open and not counted)
        elif keyword in ("properties", "patternProperties", "dependentSchemas", "dependencies"):
            inner = {name: one if isinstance(one, list) else self.rewritten(one, is_open) for name, one in value.items()}
            result[keyword] = inner
        elif keyword in ("items", "prefixItems", "allOf", "anyOf") and isinstance(value, list):
            result[keyword] = each(is_open)
        elif keyword in ("items", "additionalItems", "additionalProperties", "then", "else", "unevaluatedItems"):
            result[keyword] = self.rewritten(value, is_open)
        elif keyword == "unevaluatedProperties":
            result[keyword] = self.rewritten(value, is_open and self.generous)
        else:
            result[keyword] = value

    def fills(self, schema, name):
        """Returns whether a default that its own schema accepts stands for the property."""
        if not self.generous and self.is_looked_at(name):
            return False
        places = self.in_place(schema) if self.generous else [schema]
        for members in places:
            inner = members.get("properties", {}).get(name)
            if isinstance(inner, dict) and "default" in self.members(inner) and self.holds(inner, inner["default"]):
                return True
        return False

    def is_looked_at(self, name):
        """Returns whether several schemas may describe the property, or count on its presence."""
        text = json.dumps(self.root)
        keywords = ("dependent", "dependencies", "patternProperties", "propertyNames", "maxProperties", "enum", "const")
        return text.count(json.dumps(name) + ":") > 1 or any(keyword in text for keyword in keywords)

    def unknown_kind(self, schema, branches):
        """Returns a schema of the values whose tag no branch of an extensible union knows."""
        if schema.get("x-extensible-enum") is not True:
            return None
        resolved = [self.target(branch["$ref"]) if "$ref" in branch else branch for branch in branches]
        tags = [tags_of(branch) for branch in resolved]
        for tag in tags[0] if tags else ():
            if all(tag in other for other in tags):
                known = sorted(value for other in tags for value in other[tag])
                unknown = {"type": "string", "not": {"enum": known}}
                return {"type": "object", "properties": {tag: {} if self.generous else unknown}, "required": [tag]}
        return None


def tags_of(branch):
    """Returns the properties that a branch fixes to texts: name to values."""
    properties = branch.get("properties", {}) if isinstance(branch, dict) else {}
    fixed = {}
    for name, inner in properties.items():
        values = [inner["const"]] if "const" in inner else inner.get("enum", [])
        if values and all(isinstance(value, str) for value in values) and name in branch.get("required", []):
            fixed[name] = values
    return fixed


def kind_of(value):
    if isinstance(value, bool):
        return "boolean"
    kinds = {type(None): "null", str: "string", list: "array", dict: "object", int: "number", float: "number"}
    return kinds[type(value)]

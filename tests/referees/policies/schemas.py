"""Pairs of event schemas that differ by an edit or two, realistic and hostile ones, in every draft.

In: a number. Out: the pair of that number, the same on every machine: id, kind, policy, draft, old, new. Schemas are written in
2020-12 and put into older drafts keyword by keyword; what a draft cannot express is left out.
"""

import copy
import random

from sampler import TEXTS

POLICIES = ["tolerant-reader", "producer-declared", "apply-defaults", "open-strict"]
DRAFTS = ["draft2020-12"] * 5 + ["draft2019-09"] * 2 + ["draft7"] * 2 + ["draft6", "draft4"]
NAMES = ["id", "total", "status", "note", "city", "sku", "x-a", "order_id"]
KINDS = ["card", "iban", "wallet", "cash"]


def pick(rng, *choices):
    return rng.choice(choices)


def make_scalar(rng):
    schema = copy.deepcopy(
        pick(
            rng,
            {"type": "string"},
            {"type": "string"},
            {"type": "integer"},
            {"type": "number", "minimum": 0},
            {"type": "boolean"},
            {"type": ["string", "null"]},
            {"type": "string", "maxLength": rng.randrange(1, 5)},
            {"type": "string", "minLength": rng.randrange(1, 3)},
            {"type": "string", "pattern": rng.choice(sorted(TEXTS))},
            {"enum": rng.sample(["new", "paid", "sent", "lost"], 2)},
            {"enum": rng.sample([1, 2, "a", None, True], 2)},
            {"type": "string", "enum": ["free", "pro"], "x-extensible-enum": True},
            {"const": pick(rng, "v1", 1, None)},
            {"type": "integer", "minimum": 0, "maximum": rng.randrange(1, 9)},
            {"type": "number", "multipleOf": pick(rng, 1, 0.5)},
            {},
        )
    )
    if rng.random() < 0.15:
        schema["default"] = pick(rng, "a", "new", 1, 0, None)
    return schema


def make_value(rng, depth):
    draw = rng.random()
    if depth <= 0 or draw < 0.55:
        return make_scalar(rng)
    if draw < 0.75:
        return make_object(rng, depth - 1)
    if draw < 0.9:
        items = {"type": "array", "items": make_value(rng, depth - 1)}
        if rng.random() < 0.15:
            items = {"type": "array", "prefixItems": [make_value(rng, depth - 1)], "items": pick(rng, False, {})}
        if rng.random() < 0.15:
            items["contains"] = make_value(rng, depth - 1)
        return items
    return make_union(rng, depth - 1)


def make_properties(rng, depth, least=1):
    names = rng.sample(NAMES, rng.randrange(least, 4))
    return {name: make_value(rng, depth) for name in names}


def make_object(rng, depth, features=True):
    schema = {"type": "object", "properties": make_properties(rng, depth)}
    if rng.random() < 0.1:
        del schema["type"]
    names = list(schema["properties"])
    required = [name for name in names if rng.random() < 0.4]
    if rng.random() < 0.15:
        required.append(pick(rng, "ID", "orderId", *NAMES))
    if required:
        schema["required"] = sorted(set(required))
    if rng.random() < 0.2:
        schema["additionalProperties"] = pick(rng, False, False, True, {}, {"type": "string"})
    if features and rng.random() < 0.55:
        add_feature(rng, schema, depth)
    return schema


def make_union(rng, depth):
    tag = pick(rng, "kind", "kind", "t")
    kinds = rng.sample(KINDS, rng.randrange(2, 4))
    branches = []
    for kind in kinds:
        properties = {tag: {"const": kind}}
        if rng.random() < 0.8:
            properties[rng.choice(NAMES)] = make_value(rng, depth)
        branch = {"properties": properties, "required": [tag]}
        if rng.random() < 0.3:
            branch["required"] = sorted({tag, rng.choice(sorted(properties)), pick(rng, tag, "ref")})
        if rng.random() < 0.3:
            branch["type"] = "object"
        if rng.random() < 0.15:
            branch["additionalProperties"] = False
        branches.append(branch)
    schema = {"type": "object", pick(rng, "oneOf", "oneOf", "anyOf"): branches}
    if rng.random() < 0.2:
        schema["x-extensible-enum"] = True
    if rng.random() < 0.3:
        schema["properties"] = make_properties(rng, 0)
    if rng.random() < 0.3:
        schema["unevaluatedProperties"] = False
    return schema


def make_condition(rng, schema):
    name = rng.choice([*schema.get("properties", {}), *NAMES[:2]])
    test = pick(rng, {"const": "a"}, {"type": "string"}, {"const": 1}, {"type": "integer"})
    condition = pick(rng, {"properties": {name: test}}, {"properties": {name: test}, "required": [name]}, {"required": [name]})
    return condition


def make_part(rng, depth):
    return pick(
        rng,
        {"required": [rng.choice([*NAMES, "ref"])]},
        {"properties": make_properties(rng, depth)},
        make_object(rng, depth, features=False),
        {"required": [rng.choice(NAMES)], "properties": make_properties(rng, depth)},
    )


def add_feature(rng, schema, depth):
    """Adds one construct that closing and opening have to understand."""
    name, other = rng.choice([*schema.get("properties", {}), *NAMES]), rng.choice([*NAMES, "z"])
    draw = rng.randrange(17)
    if draw == 0:
        schema["dependentRequired"] = {name: [other]}
    elif draw == 1:
        schema["dependentSchemas"] = {name: make_part(rng, depth - 1)}
    elif draw == 2:
        schema["patternProperties"] = {rng.choice(["^x-", "_id$", "^[a-z]+$", "^(a|b)"]): make_value(rng, depth - 1)}
    elif draw == 3:
        schema["minProperties"] = rng.randrange(1, 4)
    elif draw == 4:
        schema["maxProperties"] = rng.randrange(1, 4)
    elif draw == 5:
        schema["allOf"] = [{"$ref": "#/$defs/Base"}]
    elif draw == 6:
        schema["unevaluatedProperties"] = pick(rng, False, False, True, {"type": "string"})
    elif draw == 7:
        schema["if"], schema["then"] = make_condition(rng, schema), make_part(rng, depth - 1)
        if rng.random() < 0.4:
            schema["else"] = make_part(rng, depth - 1)
    elif draw == 8:
        schema[pick(rng, "oneOf", "anyOf")] = [make_part(rng, depth - 1) for _ in range(rng.randrange(2, 4))]
    elif draw == 9:
        schema["not"] = make_condition(rng, schema)
    elif draw == 10:
        schema["propertyNames"] = pick(rng, {"enum": [name, other, "id"]}, {"pattern": "^[a-z]+$"}, {"maxLength": 5})
    elif draw == 11:
        schema["allOf"] = [make_part(rng, depth - 1), make_part(rng, depth - 1)]
    elif draw == 12:
        schema.setdefault("properties", {})["self"] = {"$ref": "#/$defs/Base"}
    elif draw == 13:
        schema[pick(rng, "oneOf", "anyOf")] = make_union(rng, depth - 1).get("oneOf", [{}])
    elif draw == 14:
        schema["enum"] = [{"id": "a"}, {"id": "a", "q": 1}]
    elif draw == 15:
        schema.pop("properties", None)
        schema["additionalProperties"] = make_value(rng, depth - 1)
    else:
        schema.pop("properties", None)


def make_document(rng):
    draw = rng.random()
    root = make_union(rng, 1) if draw < 0.15 else make_object(rng, 2)
    base = make_object(rng, 1, features=rng.random() < 0.2)
    base.pop("allOf", None)
    if rng.random() < 0.1:
        base.setdefault("properties", {})["next"] = {"$ref": "#/$defs/Base"}
    root["$defs"] = {"Base": base}
    return root


def subschemas(schema, found):
    """Gathers every subschema that is an object, the root first."""
    if not isinstance(schema, dict):
        return found
    found.append(schema)
    for keyword, value in schema.items():
        if keyword in ("properties", "patternProperties", "dependentSchemas", "$defs"):
            for inner in value.values():
                subschemas(inner, found)
        elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
            for inner in value:
                subschemas(inner, found)
        elif keyword in ("items", "additionalProperties", "unevaluatedProperties", "then", "else", "contains", "if", "not"):
            subschemas(value, found)
    return found


def edit_property(rng, schema):
    properties = schema.setdefault("properties", {})
    draw, name = rng.randrange(7), rng.choice(sorted(properties) or ["id"])
    if draw <= 1:
        properties[rng.choice([*NAMES, "v"])] = make_value(rng, 1)
        return "property-added"
    if draw == 2:
        properties.pop(name, None)
        return "property-removed"
    if draw == 3 and name in properties:
        properties[rng.choice(NAMES)] = properties.pop(name)
        return "property-renamed"
    if draw == 4:
        schema["required"] = sorted({*schema.get("required", []), name, *([name.upper()] if rng.random() < 0.3 else [])})
        return "required-added"
    if draw == 5 and schema.get("required"):
        schema["required"] = schema["required"][1:]
        if not schema["required"]:
            del schema["required"]
        return "required-removed"
    properties[name] = make_value(rng, 1)
    return "property-changed"


def edit_shape(rng, schema):
    draw = rng.randrange(6)
    if draw == 0:
        schema["additionalProperties"] = pick(rng, False, True, {}, {"type": "string"})
        return "additional-changed"
    if draw == 1:
        schema.pop("additionalProperties", None)
        schema.pop("unevaluatedProperties", None)
        return "opened"
    if draw == 2:
        schema["unevaluatedProperties"] = False
        return "unevaluated-added"
    if draw == 3:
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                schema[keyword] = [*schema[keyword], {"properties": {"kind": {"const": "new"}}, "required": ["kind"]}]
                return "branch-added"
    if draw == 4 and "properties" in schema:
        schema["allOf"] = [*schema.get("allOf", []), {"properties": schema.pop("properties")}]
        return "moved-into-all-of"
    schema.setdefault("properties", {})
    add_feature(rng, schema, 1)
    return "feature-added"


def edit_value(rng, schema):
    for keyword in rng.sample(sorted(schema), len(schema)):
        value = schema[keyword]
        if keyword == "enum" and value:
            schema[keyword] = value[1:] if len(value) > 1 and rng.random() < 0.5 else [*value, "extra"]
            return "enum-changed"
        if keyword in ("minimum", "maximum", "minLength", "maxLength", "minProperties", "maxProperties"):
            schema[keyword] = max(0, value + pick(rng, -1, 1))
            return "bound-changed"
        if keyword == "type" and rng.random() < 0.5:
            schema[keyword] = pick(rng, ["string", "null"], "string", "integer", "object", "number")
            return "type-changed"
        if keyword in ("oneOf", "anyOf", "allOf") and len(value) > 1:
            schema[keyword] = value[1:]
            return "branch-removed"
        if keyword in ("if", "then", "not", "dependentRequired", "propertyNames", "const", "x-extensible-enum"):
            del schema[keyword]
            return f"{keyword}-removed"
    schema["description"] = "reworded"
    return "described"


def make_edit(rng, root):
    places = subschemas(root, [])
    schema = root if rng.random() < 0.3 else rng.choice(places)
    is_object = "properties" in schema or schema.get("type") == "object"
    draw = rng.random()
    if draw < 0.08:
        root["description"] = "reworded"
        return "described"
    if is_object and draw < 0.55:
        return edit_property(rng, schema)
    if is_object and draw < 0.75:
        return edit_shape(rng, schema)
    return edit_value(rng, schema)


def downgrade(schema, draft):
    """Puts a 2020-12 schema into an older draft; what the draft has no words for is dropped."""
    if isinstance(schema, bool):
        return schema if draft != "draft4" else ({} if schema else {"not": {}})
    if draft == "draft2020-12" or not isinstance(schema, dict):
        return schema
    modern, result = draft == "draft2019-09", {}
    for keyword, value in schema.items():
        downgrade_keyword(schema, keyword, value, draft, modern, result)
    return result


def downgrade_keyword(schema, keyword, value, draft, modern, result):
    inner = lambda one: one if isinstance(one, list) else downgrade(one, draft)
    if keyword == "$defs":
        result["$defs" if modern else "definitions"] = {name: inner(one) for name, one in value.items()}
    elif keyword == "$ref":
        result[keyword] = value if modern else value.replace("$defs", "definitions")
    elif keyword in ("dependentRequired", "dependentSchemas"):
        target = result if modern else result.setdefault("dependencies", {})
        each = {name: inner(one) for name, one in value.items()}
        target.update({keyword: each} if modern else each)
    elif keyword == "prefixItems":
        result["items"] = [inner(one) for one in value]
    elif keyword == "items" and "prefixItems" in schema:
        result["additionalItems"] = value if isinstance(value, bool) else inner(value)
    elif keyword == "const" and draft == "draft4":
        result["enum"] = [value]
    elif keyword in ("propertyNames", "contains") and draft == "draft4":
        return
    elif keyword in ("if", "then", "else") and draft in ("draft4", "draft6"):
        return
    elif keyword in ("unevaluatedProperties", "unevaluatedItems") and not modern:
        return
    elif keyword in ("properties", "patternProperties"):
        result[keyword] = {name: inner(one) for name, one in value.items()}
    elif keyword in ("allOf", "anyOf", "oneOf"):
        result[keyword] = [inner(one) for one in value]
    elif keyword in ("additionalProperties", "items", "additionalItems") and isinstance(value, bool):
        result[keyword] = value if keyword != "items" else inner(value)
    elif isinstance(value, dict) and keyword not in ("const", "default"):
        result[keyword] = inner(value)
    else:
        result[keyword] = value


def make_pair(seed, number):
    """Returns the pair of that number."""
    rng = random.Random(f"{seed}/{number}")
    draft, policy = rng.choice(DRAFTS), rng.choice(POLICIES)
    old = make_document(rng)
    new = copy.deepcopy(old)
    edits = [make_edit(rng, new) for _ in range(pick(rng, 1, 1, 2))]
    if rng.random() < 0.04:
        new, edits = pick(rng, False, {"not": {}}), ["nothing"]
        new = {"not": {}} if draft == "draft4" else new
    if rng.random() < 0.5 and edits != ["nothing"]:
        old, new = new, old
    sides = {"old": downgrade(old, draft), "new": downgrade(new, draft)}
    return {"id": str(number), "kind": "+".join(edits), "policy": policy, "draft": draft, **sides}

"""boto3 at each limit of the service: the largest value has to be accepted, and one more refused.

In: the endpoint and credentials of the environment. Out: JSON, a row a limit in the order of the table in docs/reference/serve-model.md: what is
limited, the limit, and the status, error and message that one more is refused with. The test in serve_limits.rs holds the rows against
the table.
"""

import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
schemas = boto3.client("schemas", config=CONFIG)
events = boto3.client("events", config=CONFIG, endpoint_url=os.environ["AWS_ENDPOINT_URL_SCHEMAS"])
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/"
FOUR_BYTES = "\U0001f4e6"
rows = []
problems = []


def refusal(call):
    """Status, error and message of a call that has to fail."""
    try:
        answer = call()
    except ClientError as error:
        response = error.response
        return [response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]]
    entries = answer.get("Entries", []) if isinstance(answer, dict) else []
    failed = [entry for entry in entries if "ErrorCode" in entry]
    if failed:
        return [200, failed[0]["ErrorCode"], failed[0]["ErrorMessage"]]
    return [200, "accepted", ""]


def limit(what, most, call, values):
    """`values` are those at the limit, which are accepted, and those that are one over it."""
    accepted, over = values
    for value in accepted:
        answer = refusal(lambda: call(value))
        if answer[1] != "accepted":
            problems.append(f"{what}: the largest value is refused: {answer}")
    answers = {tuple(refusal(lambda: call(value))) for value in over}
    kinds = {answer[:2] for answer in answers}
    if len(kinds) != 1:
        problems.append(f"{what}: {sorted(answers)}")
    status, error = sorted(kinds)[0]
    rows.append({"what": what, "limit": most, "status": status, "error": error, "messages": [answer[2] for answer in answers]})


def text(most, least=0, unit="x"):
    """Texts of the most characters and the fewest, and those beyond: characters count, not bytes."""
    inside = [unit * most, FOUR_BYTES * most] + ([unit * least] if least else [])
    outside = [unit * (most + 1), FOUR_BYTES * (most + 1)] + ([unit * (least - 1)] if least else [])
    return inside, outside


def content(number):
    return json.dumps({"title": str(number)})


def names():
    def registry(name):
        schemas.create_registry(RegistryName=name)
        schemas.delete_registry(RegistryName=name)

    def schema(name):
        made = {"RegistryName": "limits", "SchemaName": name}
        schemas.create_schema(**made, Content="{}", Type="OpenApi3")
        schemas.delete_schema(**made)

    punctuation = "!\"#$%&'()*+,:;<=>?[\\]^`{|}~ é\0"
    limit("registry name", "64 characters", registry, (["x" * 64, "x"], ["x" * 65]))
    limit("characters of a registry name", "A-Z a-z 0-9 . _ -", registry, (["aZ09._-"], [f"a{c}b" for c in punctuation + "@"]))
    limit("schema name", "385 characters", schema, (["x" * 385, "x"], ["x" * 386]))
    limit("characters of a schema name", "A-Z a-z 0-9 . _ - @", schema, (["aZ09._-@"], [f"a{c}b" for c in punctuation]))


def texts():
    name = {"RegistryName": "limits", "SchemaName": "texts"}
    schemas.create_schema(**name, Content="{}", Type="OpenApi3")
    discoverer = schemas.create_discoverer(SourceArn=f"{BUS}texts")["DiscovererId"]
    limit("Description of a registry", "256 characters", lambda value: schemas.update_registry(RegistryName="limits", Description=value), text(256))
    limit("Description of a schema", "256 characters", lambda value: schemas.update_schema(**name, Description=value), text(256))
    limit("Description of a discoverer", "256 characters", lambda value: schemas.update_discoverer(DiscovererId=discoverer, Description=value), text(256))
    quoted = [[f'"{value[:-2]}"' for value in values] for values in text(100000)]
    limit("Content", "1 to 100000 characters", lambda value: schemas.update_schema(**name, Content=value, Type="OpenApi3"), (quoted[0] + ["1"], quoted[1] + [""]))
    numbers = iter(range(100))
    token = lambda value: schemas.update_schema(**name, Content=content(next(numbers)), Type="OpenApi3", ClientTokenId=value)
    limit("ClientTokenId", "36 characters", token, text(36))
    schemas.delete_discoverer(DiscovererId=discoverer)

    def source(value):
        schemas.delete_discoverer(DiscovererId=schemas.create_discoverer(SourceArn=value)["DiscovererId"])

    short = "arn:aws:events:::event-bus/"
    limit("SourceArn", "20 to 1600 characters", source, ([BUS + "x" * (1600 - len(BUS))], [BUS + "x" * (1601 - len(BUS)), short[:19]]))


def tags():
    def tagged(value):
        schemas.create_registry(RegistryName="tags", Tags=value)
        schemas.delete_registry(RegistryName="tags")

    many = lambda count: {f"key{number}": "" for number in range(count)}
    limit("tags of a resource", "50", tagged, ([many(50)], [many(51)]))
    keys = [[{value: ""} for value in values] for values in text(128, 1)]
    limit("key of a tag", "1 to 128 characters", tagged, keys)
    values = [[{"key": value} for value in values] for values in text(256)]
    limit("value of a tag", "256 characters", tagged, values)
    # Tags are added one request after the other, and count together.
    arn = schemas.create_registry(RegistryName="tags", Tags=many(49))["RegistryArn"]
    add = lambda key: schemas.tag_resource(ResourceArn=arn, Tags={key: ""})
    limit("tags of a resource, by TagResource", "50", add, (["fiftieth", "fiftieth"], ["one-more"]))
    schemas.delete_registry(RegistryName="tags")


def requests():
    limit("limit of a list", "1 to 100", lambda value: schemas.list_registries(Limit=value), ([1, 100], [0, 101]))
    discover = lambda value: schemas.get_discovered_schema(Events=value, Type="OpenApi3")
    limit("Events of GetDiscoveredSchema", "1 to 10", discover, ([["{}"] * 10, ["{}"]], [["{}"] * 11, []]))
    event = lambda value: discover([f'{{"a":"{value}"}}'] * 10)
    limit("an event of GetDiscoveredSchema", "100000 characters", event, text(100000 - 8))


def quotas():
    def fill(create, count):
        for number in range(count):
            create(number)

    registry = lambda number: schemas.create_registry(RegistryName=f"quota{number}")
    schema = lambda number, of="limits": schemas.create_schema(RegistryName=of, SchemaName=f"quota{number}", Content="{}", Type="OpenApi3")
    version = lambda number: schemas.update_schema(RegistryName="limits", SchemaName="quota0", Content=content(number), Type="OpenApi3")
    discoverer = lambda number: schemas.create_discoverer(SourceArn=f"{BUS}quota{number}")
    fill(discoverer, 9)
    limit("discoverers", "10", discoverer, ([9], [10]))
    # The registry of discovery is AWS's own, and does not count.
    present = len(schemas.list_registries()["Registries"]) - 1
    fill(registry, 9 - present)
    limit("registries", "10", registry, ([9], [10]))
    present = len(schemas.list_schemas(RegistryName="limits")["Schemas"])
    fill(schema, 99 - present)
    limit("schemas of a registry", "100", schema, ([99], [100]))
    discovered = lambda number: schema(number, "discovered-schemas")
    fill(discovered, 199)
    limit("schemas of `discovered-schemas`", "200", discovered, ([199], [200]))
    fill(version, 98)
    limit("versions of a schema", "100", version, ([98], [99]))


def put_events():
    def entry(**members):
        return {"Source": "com.shop", "DetailType": "Order", "Detail": "{}", "EventBusName": "shop", **members}

    put = lambda value: events.put_events(Entries=value)
    one = lambda member: lambda value: put([entry(), entry(**{member: value})])
    limit("Entries of PutEvents", "1 to 10", put, ([[entry()] * 10, [entry()]], [[entry()] * 11, []]))
    limit("Source of an entry", "256 characters", one("Source"), text(256))
    limit("DetailType of an entry", "128 characters", one("DetailType"), text(128))
    limit("EventBusName of an entry", "1 to 1600 characters", one("EventBusName"), text(1600, 1))
    limit("TraceHeader of an entry", "1 to 500 characters", one("TraceHeader"), text(500, 1))
    limit("a resource of an entry", "2048 characters", lambda value: put([entry(Resources=[value])]), text(2048))

    detail = lambda value: put([entry(Detail=value)])
    nested = lambda levels: '{"a":' * levels + "1" + "}" * levels
    limit("levels of a detail", "1000", detail, ([nested(1000)], [nested(1001)]))
    integer = lambda number: '{"a":%d}' % number
    limit("integers of a detail", "64 bits", detail, ([integer(2**63 - 1), integer(-(2**63))], [integer(2**63), integer(-(2**63) - 1)]))

    # Time counts 14, Source, DetailType and Resources their bytes, the name of the bus nothing.
    def sized(size, filler):
        rest = 14 + len("com.shop") + len("Order") + len("arn") + len('{"a":""}') + len(filler) % 2
        room = size - rest
        detail = json.dumps({"a": filler * (room // len(filler.encode())) + "x" * (room % len(filler.encode()))}, ensure_ascii=False)
        return [entry(Detail=detail.replace('": "', '":"'), Time=1700000000, Resources=["arn"] + ["y"] * (len(filler) % 2))]

    inside, outside = ([sized(size, filler) for filler in ("x", FOUR_BYTES)] for size in (1048575, 1048576))
    limit("entries of PutEvents together", "1048575 bytes", put, (inside, outside))
    halves = lambda size: [entry(Detail='{"a":"%s"}' % ("x" * (size - 21))) for _ in range(2)]
    limit("the same, of two entries", "1048574 bytes", put, ([halves(524287)], [halves(524288)]))


schemas.create_registry(RegistryName="limits")
names()
texts()
tags()
requests()
put_events()
quotas()
json.dump({"problems": problems, "rows": rows}, sys.stdout)

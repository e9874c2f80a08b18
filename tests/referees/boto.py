"""boto3 against the registry: every operation, every member, every error that can be made to happen.

In: the endpoint and credentials of the environment. Out: JSON with what was seen, an entry an operation: statuses, members of
requests, members of responses, errors. Each response is held against the shape that botocore's own service model gives it. The
test in serve_model.rs compares what was seen with everything that the model lists.
"""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

seen = {}
problems = []

client = boto3.client("schemas", config=Config(retries={"total_max_attempts": 1}, parameter_validation=True))
model = client.meta.service_model
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/shop"
LANGUAGE = "Rust1"


def entry(operation):
    return seen.setdefault(operation, {"statuses": set(), "request": set(), "response": set(), "errors": set()})


def note_request(params, model, **_):
    entry(model.name)["request"].update(params)


def note_response(http_response, parsed, model, **_):
    noted = entry(model.name)
    status = http_response.status_code
    noted["statuses"].add(status)
    if status >= 400:
        noted["errors"].add(parsed["Error"]["Code"])
        body = json.loads(http_response.content)
        if set(body) != {"Code", "Message"} or not body["Message"]:
            problems.append(f"{model.name}: an error of {body}")
        return
    expected = model.http.get("responseCode", 200)
    if status != expected:
        problems.append(f"{model.name} answers {status}, the model says {expected}")
    shape = model.output_shape
    if shape is None:
        if http_response.content:
            problems.append(f"{model.name} answers with a body, the model has none")
    elif "payload" in shape.serialization:
        noted["response"].add(shape.serialization["payload"])
    else:
        hold(model.name, shape, json.loads(http_response.content), noted["response"], "")


def hold(path, shape, value, members, prefix):
    """Holds a value against its shape, and notes the members it has."""
    kind = shape.type_name
    if kind == "structure":
        wire = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        for key, inner in value.items():
            if key not in wire:
                problems.append(f"{path}: the member {key} is not in the model")
                continue
            members.add(prefix + wire[key])
            hold(f"{path}.{key}", shape.members[wire[key]], inner, members, f"{prefix}{wire[key]}.")
        missing = [name for name in shape.required_members if shape.members[name].serialization.get("name", name) not in value]
        if missing:
            problems.append(f"{path}: {missing} are required")
    elif kind == "list":
        for inner in value:
            hold(f"{path}[]", shape.member, inner, members, prefix)
    elif kind == "map":
        for inner in value.values():
            hold(f"{path}{{}}", shape.value, inner, members, prefix)
    else:
        python = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": str}[kind]
        if not isinstance(value, python):
            problems.append(f"{path}: {value!r} is not a {kind}")
        if getattr(shape, "enum", None) and value not in shape.enum:
            problems.append(f"{path}: {value!r} is not one of {shape.enum}")
        if kind == "timestamp":
            time.strptime(value, "%Y-%m-%dT%H:%M:%SZ")


client.meta.events.register("provide-client-params.schemas.*", note_request)
client.meta.events.register("after-call.schemas.*", note_response)


def expect(code, operation, **params):
    try:
        getattr(client, operation)(**params)
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            problems.append(f"{operation}({params}): {error}, expected {code}")
        if not isinstance(error, getattr(client.exceptions, code)):
            problems.append(f"{operation}: {error!r} is not the modelled exception")
        return
    problems.append(f"{operation}({params}) succeeded, expected {code}")


def content(number):
    return json.dumps({"title": f"Order {number}", "type": "object"})


def registries():
    made = client.create_registry(RegistryName="orders", Description="of the shop", Tags={"team": "a"})
    assert made["RegistryArn"] == "arn:aws:schemas:us-east-1:000000000000:registry/orders", made
    assert client.describe_registry(RegistryName="orders")["Tags"] == {"team": "a"}
    assert client.update_registry(RegistryName="orders", Description="of all shops")["Description"] == "of all shops"
    assert client.list_registries(Scope="AWS", RegistryNamePrefix="a", Limit=3)["Registries"] == []
    expect("ConflictException", "create_registry", RegistryName="orders")
    expect("ForbiddenException", "create_registry", RegistryName="aws.mine")
    expect("BadRequestException", "create_registry", RegistryName="a b")
    expect("BadRequestException", "list_registries", Scope="Elsewhere")
    for operation in ("describe_registry", "update_registry", "delete_registry"):
        expect("NotFoundException", operation, RegistryName="none")
        expect("BadRequestException", operation, RegistryName="a b")


def schemas():
    name = {"RegistryName": "orders", "SchemaName": "com.shop@OrderPlaced"}
    made = client.create_schema(**name, Content=content(1), Type="JSONSchemaDraft4", Description="d", Tags={"a": "1"})
    assert made["SchemaArn"].endswith(":schema/orders/com.shop@OrderPlaced") and made["SchemaVersion"] == "1", made
    updated = client.update_schema(**name, Content=content(2), Type="JSONSchemaDraft4", Description="e", ClientTokenId="t1")
    again = client.update_schema(**name, Content=content(2), Type="JSONSchemaDraft4", Description="e", ClientTokenId="t1")
    assert updated["SchemaVersion"] == again["SchemaVersion"] == "2", (updated, again)
    try:
        client.update_schema(**name, Content=content(2), Type="JSONSchemaDraft4")
        problems.append("update_schema with the same content succeeded")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConflictException", error
        assert error.response["Error"]["Message"].startswith("No change since the previous"), error
    described = client.describe_schema(**name, SchemaVersion="1")
    assert described["Content"] == content(1) and described["LastModified"].tzinfo, described
    for index in range(5):
        client.create_schema(RegistryName="orders", SchemaName=f"more.{index}", Content="{}", Type="OpenApi3")
    listed = client.list_schemas(RegistryName="orders", Limit=2, SchemaNamePrefix="more")
    client.list_schemas(RegistryName="orders", Limit=2, SchemaNamePrefix="more", NextToken=listed["NextToken"])
    found = client.search_schemas(RegistryName="orders", Keywords="Order", Limit=1)
    assert found["Schemas"][0]["SchemaVersions"][0]["SchemaVersion"] == "1", found
    for operation, more in [("describe_schema", {}), ("delete_schema", {}), ("update_schema", {"Description": "x"})]:
        expect("NotFoundException", operation, RegistryName="orders", SchemaName="none", **more)
        expect("BadRequestException", operation, RegistryName="orders", SchemaName="a b", **more)
    expect("BadRequestException", "create_schema", RegistryName="orders", SchemaName="x", Content="{", Type="OpenApi3")
    expect("BadRequestException", "search_schemas", RegistryName="orders", Keywords=" ")
    expect("BadRequestException", "list_schemas", RegistryName="a b")
    return name


def versions(name):
    listed = client.list_schema_versions(**name, Limit=1)
    client.list_schema_versions(**name, Limit=1, NextToken=listed["NextToken"])
    expect("BadRequestException", "list_schema_versions", **name, NextToken="stale")
    expect("NotFoundException", "list_schema_versions", RegistryName="orders", SchemaName="none")
    client.update_schema(**name, Content=content(3), Type="JSONSchemaDraft4")
    client.delete_schema_version(**name, SchemaVersion="3")
    expect("NotFoundException", "delete_schema_version", **name, SchemaVersion="99")
    expect("BadRequestException", "delete_schema_version", **name, SchemaVersion="x")


def pages():
    """The paginators ask until there is nothing more; together the pages are the whole."""
    for number in range(6):
        client.create_registry(RegistryName=f"page{number}")
        client.create_discoverer(SourceArn=f"{BUS}{number}")
    for operation, result, params, count in [
        ("list_registries", "Registries", {"RegistryNamePrefix": "page"}, 6),
        ("list_schemas", "Schemas", {"RegistryName": "orders"}, 6),
        ("list_schema_versions", "SchemaVersions", {"RegistryName": "orders", "SchemaName": "com.shop@OrderPlaced"}, 2),
        ("list_discoverers", "Discoverers", {"SourceArnPrefix": BUS, "DiscovererIdPrefix": "events"}, 6),
        ("search_schemas", "Schemas", {"RegistryName": "orders", "Keywords": "o"}, 6),
    ]:
        paginator = client.get_paginator(operation)
        pages = list(paginator.paginate(**params, PaginationConfig={"PageSize": 1}))
        rows = [json.dumps(row, default=str, sort_keys=True) for page in pages for row in page[result]]
        if len(rows) != count or len(set(rows)) != count or len(pages) != count:
            problems.append(f"{operation}: {len(pages)} pages, {len(set(rows))} of {count} rows")
    for number in range(6):
        client.delete_registry(RegistryName=f"page{number}")
        client.delete_discoverer(DiscovererId=f"events-event-bus-shop{number}")


def discovery():
    made = client.create_discoverer(SourceArn=BUS, Description="d", CrossAccount=False, Tags={"a": "1"})
    identity = {"DiscovererId": made["DiscovererId"]}
    assert client.describe_discoverer(**identity)["State"] == "STARTED"
    assert client.update_discoverer(**identity, Description="e", CrossAccount=True)["CrossAccount"] is True
    assert client.stop_discoverer(**identity)["State"] == "STOPPED"
    assert client.start_discoverer(**identity)["State"] == "STARTED"
    expect("ConflictException", "create_discoverer", SourceArn=BUS)
    expect("BadRequestException", "create_discoverer", SourceArn="arn:aws:sqs:us-east-1:000000000000:queue")
    expect("BadRequestException", "list_discoverers", Limit=101)
    expect("BadRequestException", "update_discoverer", **identity, Description="x" * 257)
    for operation in ("describe", "update", "delete", "start", "stop"):
        expect("NotFoundException", f"{operation}_discoverer", DiscovererId="none")
    event = json.dumps({"source": "com.shop", "detail-type": "OrderPlaced", "detail": {"id": 1}})
    for kind in ("OpenApi3", "JSONSchemaDraft4"):
        json.loads(client.get_discovered_schema(Events=[event], Type=kind)["Content"])
    expect("BadRequestException", "get_discovered_schema", Events=["{"], Type="OpenApi3")
    document = client.get_discovered_schema(Events=[event], Type="OpenApi3")["Content"]
    found = {"RegistryName": "discovered-schemas", "SchemaName": "com.shop@OrderPlaced"}
    client.create_schema(**found, Content=document, Type="OpenApi3")
    exported = client.export_schema(**found, Type="JSONSchemaDraft4", SchemaVersion="1")
    assert "OrderPlaced" in json.loads(exported["Content"])["definitions"], exported
    expect("NotFoundException", "export_schema", **found, Type="JSONSchemaDraft4", SchemaVersion="2")
    expect("BadRequestException", "export_schema", **found, Type="Avro")
    return identity


def policies():
    expect("NotFoundException", "get_resource_policy", RegistryName="orders")
    expect("NotFoundException", "delete_resource_policy", RegistryName="orders")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    put = client.put_resource_policy(RegistryName="orders", Policy=policy)
    assert client.get_resource_policy(RegistryName="orders")["Policy"] == policy
    put = client.put_resource_policy(RegistryName="orders", Policy=policy, RevisionId=put["RevisionId"])
    expect("PreconditionFailedException", "put_resource_policy", RegistryName="orders", Policy=policy, RevisionId="stale")
    expect("NotFoundException", "put_resource_policy", RegistryName="none", Policy=policy)
    for operation, more in [("get_resource_policy", {}), ("delete_resource_policy", {}), ("put_resource_policy", {"Policy": "{}"})]:
        expect("BadRequestException", operation, **more)


def bindings(name):
    wanted = {**name, "Language": LANGUAGE, "SchemaVersion": "2"}
    expect("NotFoundException", "describe_code_binding", **wanted)
    expect("NotFoundException", "get_code_binding_source", **wanted)
    expect("NotFoundException", "put_code_binding", **{**wanted, "SchemaVersion": "99"})
    for operation in ("put_code_binding", "describe_code_binding", "get_code_binding_source"):
        expect("BadRequestException", operation, **{**wanted, "Language": "COBOL60"})
    # As IDEs go: what is not found is ordered, and what will not come is gone.
    for operation in ("describe_code_binding", "get_code_binding_source"):
        expect("NotFoundException", operation, **{**wanted, "Language": "Java8"})
    expect("GoneException", "put_code_binding", **{**wanted, "Language": "Java8"})
    assert client.put_code_binding(**wanted)["Status"] == "CREATE_IN_PROGRESS"
    client.get_waiter("code_binding_exists").wait(**wanted, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert client.describe_code_binding(**wanted)["Status"] == "CREATE_COMPLETE"
    assert client.get_code_binding_source(**wanted)["Body"].read()[:2] == b"PK"


def tags(discoverer):
    prefix = "arn:aws:schemas:us-east-1:000000000000"
    for arn in (
        f"{prefix}:registry/orders",
        f"{prefix}:schema/orders/com.shop@OrderPlaced",
        f"{prefix}:discoverer/{discoverer['DiscovererId']}",
    ):
        client.tag_resource(ResourceArn=arn, Tags={"k": "v", "gone": "1", "ä b": ""})
        client.untag_resource(ResourceArn=arn, TagKeys=["gone", "absent"])
        held = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
        assert held["k"] == "v" and held["ä b"] == "" and "gone" not in held, held
    for operation, more in [("tag_resource", {"Tags": {"a": "1"}}), ("untag_resource", {"TagKeys": ["a"]}), ("list_tags_for_resource", {})]:
        expect("NotFoundException", operation, ResourceArn=f"{prefix}:registry/none", **more)
        expect("BadRequestException", operation, ResourceArn="orders", **more)


def refusals():
    """What is refused whatever is asked: quotas, and the export of a registry of one's own."""
    expect("ForbiddenException", "export_schema", RegistryName="orders", SchemaName="more.0", Type="OpenApi3")
    while True:
        try:
            # Of its own name: a change that was made already has the same signature within a second.
            client.create_discoverer(SourceArn=f"{BUS}-full-{len(client.list_discoverers()['Discoverers'])}")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ForbiddenException", error
            break


def farewell(name, discoverer):
    client.delete_resource_policy(RegistryName="orders")
    client.delete_discoverer(**discoverer)
    client.delete_schema(**name)
    for schema in client.list_schemas(RegistryName="orders")["Schemas"]:
        client.delete_schema(RegistryName="orders", SchemaName=schema["SchemaName"])
    client.delete_registry(RegistryName="orders")


def listed():
    """What the model lists, in the words in which it was seen."""
    everything = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        members = set()
        if operation.output_shape is not None:
            collect(operation.output_shape, members, "")
        everything[name] = {
            "status": operation.http.get("responseCode", 200),
            "request": sorted(operation.input_shape.members) if operation.input_shape else [],
            "response": sorted(members),
            "errors": sorted(shape.name for shape in operation.error_shapes),
        }
    return everything


def collect(shape, members, prefix):
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            members.add(prefix + name)
            collect(member, members, f"{prefix}{name}.")
    elif shape.type_name == "list":
        collect(shape.member, members, prefix)


registries()
schema = schemas()
versions(schema)
pages()
discoverer = discovery()
policies()
bindings(schema)
tags(discoverer)
refusals()
farewell(schema, discoverer)

json.dump(
    {
        "problems": problems,
        "listed": listed(),
        "seen": {name: {key: sorted(values) for key, values in noted.items()} for name, noted in seen.items()},
    },
    sys.stdout,
)

// The JavaScript SDK against the registry: the things in which it differs from boto3. In: the endpoint and credentials of the
// environment. Out: nothing; a difference throws.
"use strict";

const assert = require("node:assert/strict");
const {
  CreateRegistryCommand, CreateSchemaCommand, DescribeCodeBindingCommand, DescribeSchemaCommand, GetCodeBindingSourceCommand,
  GetDiscoveredSchemaCommand, ListTagsForResourceCommand, NotFoundException, ConflictException, PreconditionFailedException,
  PutCodeBindingCommand, PutResourcePolicyCommand, SchemasClient, TagResourceCommand, UpdateSchemaCommand, paginateListSchemas,
  waitUntilCodeBindingExists,
} = require("@aws-sdk/client-schemas");

const client = new SchemasClient({ endpoint: process.env.AWS_ENDPOINT_URL_SCHEMAS, maxAttempts: 1 });
const call = (Command, input) => client.send(new Command(input));
const name = { RegistryName: "orders", SchemaName: "com.shop@OrderPlaced" };

async function fails(Exception, Command, input) {
  await assert.rejects(call(Command, input), (error) => {
    assert.ok(error instanceof Exception, `${error}`);
    assert.equal(error.name, Exception.name);
    assert.equal(error.Code, Exception.name.replace("Exception", ""));
    assert.ok(error.message.length > 0);
    return true;
  });
}

async function main() {
  await fails(NotFoundException, DescribeSchemaCommand, name);
  await call(CreateRegistryCommand, { RegistryName: "orders" });
  await fails(ConflictException, CreateRegistryCommand, { RegistryName: "orders" });
  const created = await call(CreateSchemaCommand, { ...name, Content: "{}", Type: "JSONSchemaDraft4" });
  assert.ok(created.LastModified instanceof Date && created.VersionCreatedDate.getTime() > 0);
  // The SDK fills in a ClientTokenId of its own, and UpdateSchema does not model the conflict of an unchanged content.
  await assert.rejects(call(UpdateSchemaCommand, { ...name, Content: "{}", Type: "JSONSchemaDraft4" }), { name: "ConflictException" });
  const updated = await call(UpdateSchemaCommand, { ...name, Content: '{"type":"object"}', Type: "JSONSchemaDraft4" });
  assert.equal(updated.SchemaVersion, "2");
  assert.equal((await call(DescribeSchemaCommand, { ...name, SchemaVersion: "1" })).Content, "{}");

  for (let index = 0; index < 5; index += 1) {
    await call(CreateSchemaCommand, { RegistryName: "orders", SchemaName: `more.${index}`, Content: "{}", Type: "OpenApi3" });
  }
  const names = [];
  for await (const page of paginateListSchemas({ client, pageSize: 2 }, { RegistryName: "orders" })) {
    names.push(...page.Schemas.map((schema) => schema.SchemaName));
  }
  assert.deepEqual(names, ["com.shop@OrderPlaced", "more.0", "more.1", "more.2", "more.3", "more.4"]);

  const binding = { ...name, Language: "Rust1", SchemaVersion: "2" };
  await fails(NotFoundException, DescribeCodeBindingCommand, binding);
  assert.equal((await call(PutCodeBindingCommand, binding)).Status, "CREATE_IN_PROGRESS");
  const waited = await waitUntilCodeBindingExists({ client, minDelay: 1, maxDelay: 2, maxWaitTime: 60 }, binding);
  assert.equal(waited.state, "SUCCESS");
  const source = await call(GetCodeBindingSourceCommand, binding);
  assert.ok(source.Body instanceof Uint8Array);
  assert.deepEqual([...source.Body.slice(0, 2)], [0x50, 0x4b]);

  const policy = await call(PutResourcePolicyCommand, { RegistryName: "orders", Policy: '{"Version":"2012-10-17"}' });
  assert.equal(typeof policy.RevisionId, "string");
  await fails(PreconditionFailedException, PutResourcePolicyCommand, { RegistryName: "orders", Policy: "{}", RevisionId: "stale" });

  await call(TagResourceCommand, { ResourceArn: created.SchemaArn, Tags: { "a b/c": "ü" } });
  assert.deepEqual((await call(ListTagsForResourceCommand, { ResourceArn: created.SchemaArn })).Tags, { "a b/c": "ü" });
  const found = await call(GetDiscoveredSchemaCommand, { Events: ['{"id":1}'], Type: "OpenApi3" });
  assert.deepEqual(JSON.parse(found.Content).components.schemas.Event.required, ["id"]);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

// The pages of the registry in Chromium, as people with eyes, with a keyboard, with a phone and with a screen reader have them.
//
// In: the endpoint and credentials of the environment; CHROMIUM is the browser, and SCREENSHOTS a folder for pictures, if somebody wants
// to look. Out: JSON with the kinds of pages that were opened and every problem: what axe finds, what the browser complains of, pages that
// are wider than the screen, places that the keyboard does not reach or that do not show that it is there.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const axe = require("axe-core");
const { chromium } = require("playwright-core");
const { Schemas } = require("@aws-sdk/client-schemas");

const endpoint = process.env.AWS_ENDPOINT_URL_SCHEMAS;
const screenshots = process.env.SCREENSHOTS;
const registry = new Schemas({ endpoint });
const problems = [];
// Milliseconds until something that is not there is missed: long, since a busy machine is not what is tested.
const PATIENCE = 120_000;

const HOSTILE = "\"><script>window.pwned = true</script><img src=x onerror=alert(1)>";
const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/shop";

/** A content as `schemactl push` writes it. */
function stamped(version, properties, required) {
  const stamp = { event: "com.shop.orders/OrderPlaced", version, digest: "0".repeat(64) };
  return JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    title: "OrderPlaced",
    type: "object",
    properties,
    required,
    "x-schemactl": stamp,
  }, null, 2);
}

async function fill() {
  await registry.createRegistry({
    RegistryName: "orders",
    Description: "Events of the order system: what was ordered, paid, reserved and sent.",
    Tags: { team: "orders", "cost-centre": "4711" },
  });
  await registry.createRegistry({ RegistryName: "empty" });
  const name = { RegistryName: "orders", SchemaName: "com.shop.orders@OrderPlaced" };
  const text = { type: "string" };
  const first = { orderId: text, total: { type: "number", minimum: 0 }, status: { enum: ["new", "paid"] } };
  const second = { ...first, note: text };
  const third = { orderId: text, buyerId: text, total: { type: "number", minimum: 1 }, status: { enum: ["new"] } };
  await registry.createSchema({
    ...name,
    Content: stamped("1.2", first, ["orderId"]),
    Type: "JSONSchemaDraft4",
    Description: "An order was placed.",
    Tags: { owner: "checkout" },
  });
  await registry.updateSchema({ ...name, Content: stamped("1.10", second, ["orderId"]), Type: "JSONSchemaDraft4" });
  await registry.updateSchema({ ...name, Content: stamped("2.0", third, ["orderId", "buyerId"]), Type: "JSONSchemaDraft4" });
  for (const number of [1, 2, 10]) {
    await registry.createSchema({ RegistryName: "orders", SchemaName: `com.shop.orders@OrderShipped.v${number}`, Content: "{}", Type: "JSONSchemaDraft4" });
  }
  const hostile = { RegistryName: "orders", SchemaName: "x".repeat(200) + "@" + "y".repeat(120) };
  await registry.createSchema({ ...hostile, Content: JSON.stringify({ [HOSTILE]: HOSTILE, long: "z".repeat(3000) }), Type: "OpenApi3", Description: HOSTILE.slice(0, 256) });
  await registry.putResourcePolicy({ RegistryName: "orders", Policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
  await registry.createDiscoverer({ SourceArn: BUS, Description: "Looks at the events of the shop." });
  const event = JSON.stringify({ source: "com.shop", "detail-type": "Order Paid", detail: { orderId: "1", lines: [{ sku: "a" }] } });
  const { Content } = await registry.getDiscoveredSchema({ Events: [event], Type: "OpenApi3" });
  await registry.createSchema({ RegistryName: "discovered-schemas", SchemaName: "com.shop@OrderPaid", Content, Type: "OpenApi3" });
  await registry.putCodeBinding({ ...name, Language: "Rust1" });
  await registry.putCodeBinding({ ...hostile, Language: "Rust1" });
  for (let tries = 0; tries < PATIENCE / 100; tries += 1) {
    const states = await Promise.all([name, hostile].map((schema) => registry.describeCodeBinding({ ...schema, Language: "Rust1" })));
    if (states.every((state) => state.Status !== "CREATE_IN_PROGRESS")) return hostile;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error("code bindings are never done");
}

function pages(hostile) {
  const schema = "/registries/orders/com.shop.orders@OrderPlaced";
  const long = `/registries/orders/${hostile.SchemaName}`;
  return {
    home: "/",
    search: "/?q=order",
    "search without a hit": "/?q=nothing-has-this",
    registry: "/registries/orders",
    "registry without schemas": "/registries/empty",
    schema,
    "schema of hostile text": long,
    "changes that break": `${schema}?version=3&show=changes`,
    "changes that break nobody": `${schema}?version=2&show=changes`,
    bindings: `${schema}?show=bindings`,
    "bindings that failed": `${long}?show=bindings`,
    "bindings that nobody ordered": `${schema}?version=1&show=bindings`,
    discovered: "/registries/discovered-schemas/com.shop@OrderPaid",
    discoverers: "/discoverers",
    discoverer: "/discoverers/events-event-bus-shop",
    "changes of the first version": `${schema}?version=1&show=changes`,
    "nothing here": "/no/such/page",
    "invalid address": `${schema}?version=abc`,
    "address of the API": "/v1/registries",
  };
}

const SETTINGS = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true },
};

/** Opens all pages, one after the other. */
async function tour(browser, links, setting) {
  const context = await browser.newContext(SETTINGS[setting]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  let kind;
  const problem = (text) => problems.push(`${kind} (${setting}): ${text}`);
  // A page that is not there says so with its status, and the browser repeats that.
  page.on("console", (message) => message.type() === "error" && !message.text().includes("the server responded with a status of 40") && problem(message.text()));
  page.on("pageerror", (error) => problem(String(error)));
  page.on("requestfailed", (request) => problem(`${request.url()} failed`));
  for (const [name, link] of Object.entries(links)) {
    kind = name;
    await look(page, kind, link, setting, problem);
  }
  await context.close();
}

async function look(page, kind, link, setting, problem) {
  await page.goto(endpoint + link);
  if (screenshots) await page.screenshot({ path: path.join(screenshots, `${kind}.${setting}.png`), fullPage: true });
  if (await page.evaluate("window.pwned === true")) problem("text of the registry was run");
  const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  if (wide > 0) problem(`the page is ${wide} pixels wider than the screen`);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  for (const violation of violations) problem(`${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.target).join(", ")}`);
  if (setting === "light") await walk(page, problem);
}

/** Goes through a page with the keyboard: it begins at the link to the content, reaches everything that can be used, and is seen. */
async function walk(page, problem) {
  const usable = "a[href], input, summary, pre[tabindex]";
  const count = await page.locator(usable).count();
  const reached = new Set();
  for (let step = 0; step < count + 5; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((usable) => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { index: [...document.querySelectorAll(usable)].indexOf(element), text: element.textContent.slice(0, 40), outlined, inside };
    }, usable);
    if (at.index < 0) continue;
    if (reached.size === 0 && at.text !== "Skip to the content") problem(`the keyboard begins at ${at.text}`);
    if (!at.outlined || !at.inside) problem(`the focus at \`${at.text}\` is not seen`);
    reached.add(at.index);
  }
  if (reached.size !== count) problem(`the keyboard reaches ${reached.size} of ${count} places`);
}

/** What the pages have to say, in the order of people. */
async function read(browser) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const texts = async (link, selector) => {
    await page.goto(endpoint + link);
    return page.locator(selector).allInnerTexts();
  };
  const schema = "/registries/orders/com.shop.orders@OrderPlaced";
  const read = {
    "versions": await texts(schema, ".versions li span:first-child"),
    "schemas": (await texts("/registries/orders", "tbody td:first-child a")).filter((name) => name.includes("Shipped")),
    "found": (await texts("/?q=order", ".found li > a")).filter((name) => name.includes("Shipped")),
    "newest": (await texts("/registries/orders", "tbody tr:first-child td:nth-child(2)")),
    "verdicts": await texts(`${schema}?version=3&show=changes`, ".verdict p"),
    "breaks": await texts(`${schema}?version=3&show=changes`, ".changes .bad"),
    "events": await texts(`${schema}?version=3&show=changes`, ".changes details"),
    "times": await texts("/registries/orders", "tbody time"),
  };
  await page.close();
  return read;
}

async function main() {
  const hostile = await fill();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"], timeout: PATIENCE });
  if (screenshots) fs.mkdirSync(screenshots, { recursive: true });
  const links = pages(hostile);
  await Promise.all(Object.keys(SETTINGS).map((setting) => tour(browser, links, setting)));
  const seen = await read(browser);
  await browser.close();
  process.stdout.write(JSON.stringify({ problems, pages: Object.keys(links), seen }, null, 1));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});

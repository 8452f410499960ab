// A browser opens each page of `serve --local`, clicks, and reads what Unkey's API says too. Pages of other
// origins get nothing. Leaves pictures in state/pages, and in the folder that CHECK_PICTURES names.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { chromium } from 'playwright-core';

import { binary } from './surroundings.mjs';

mkdirSync('state/pages', { recursive: true });
const home = mkdtempSync(`${process.cwd()}/state/pages-`);

/** Starts the server on a file that stays. */
async function serve() {
  const flags = ['serve', '--bind', '127.0.0.1:0', '--local=demo.db', '--secrets=page'];
  const env = { PATH: process.env.PATH, HOME: home };
  const server = spawn(binary, flags, { cwd: home, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let banner = '';
  server.stdout.setEncoding('utf8').on('data', (text) => (banner += text));
  while (!/Root key in +\S+\n/.test(banner)) {
    assert.equal(server.exitCode, null, banner);
    await sleep(20);
  }
  const stop = async () => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  };
  const rootKey = readFileSync(`${home}/${banner.match(/Root key in +(\S+)\n/)[1].split('/').pop()}`, 'utf8').trim();
  return { url: banner.match(/http:\/\/127\.0\.0\.1:\d+/)[0], rootKey, stop };
}

/** Calls Unkey's API. */
async function api({ url, rootKey }, operation, body) {
  const headers = { Authorization: `Bearer ${rootKey}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/v2/${operation}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { data, error } = await answer.json();
  assert.ok(answer.ok, `${operation}: ${JSON.stringify(error)}`);
  return data;
}

/** A workspace as a small product has it, whose keys were verified. Returns how often with which outcome. */
async function furnish(server) {
  const call = (operation, body) => api(server, operation, body);
  const apis = {};
  for (const name of ['payments', 'search', 'internal-tools']) {
    apis[name] = (await call('apis.createApi', { name })).apiId;
  }
  const make = async (api, prefix, fields) => {
    const { key } = await call('keys.createKey', { apiId: apis[api], prefix, ...fields });
    return key;
  };
  const perMinute = (limit) => [{ name: 'requests', limit, duration: 60_000, autoApply: true }];
  const keys = [
    [await make('payments', 'pay_live', { name: 'Checkout', externalId: 'acme', ratelimits: perMinute(600) }), 114],
    [await make('payments', 'pay_live', { name: 'Invoices', externalId: 'globex', credits: { remaining: 60 } }), 78],
    [await make('payments', 'pay_test', { name: 'Sandbox', externalId: 'acme' }), 42],
    [await make('search', 'srch', { name: 'Site search', externalId: 'initech', ratelimits: perMinute(80) }), 103],
    [await make('search', 'srch', { name: 'Crawler', externalId: 'hooli', enabled: false }), 11],
    [await make('search', 'srch', { name: 'Trial', externalId: 'umbrella', expires: Date.now() + 1_000 }), 0],
    [await make('internal-tools', 'int', { name: 'Backoffice <b>&\u202e', externalId: 'acme' }), 31],
  ];
  const outcomes = {};
  for (const [key, times] of keys) {
    for (let time = 0; time < times; time += 1) {
      const { code } = await call('keys.verifyKey', { key });
      outcomes[code] = (outcomes[code] ?? 0) + 1;
    }
  }
  await call('ratelimit.limit', { namespace: 'sign-ups', identifier: 'a', limit: 5, duration: 60_000 });
  return outcomes;
}

/** Spreads what was verified just now over the last day: more of it by day than by night. */
function spread() {
  const script = `
import sqlite3, math
db = sqlite3.connect("demo.db")
ids = [row[0] for row in db.execute("SELECT id FROM analytics_event ORDER BY id")]
weights = [2 + 3 * math.sin(hour / 24 * 6.283) ** 2 + (hour * 7 % 3) for hour in range(23)]
slots = [hour for hour, weight in enumerate(weights) for _ in range(round(weight * 4))]
for place, id in enumerate(ids):
    hours = slots[place * 61 % len(slots)]
    db.execute("UPDATE analytics_event SET id = ? WHERE id = ?", (id - (hours * 3_600_000 << 20), id))
db.commit()
`;
  const done = spawnSync('python3', ['-c', script], { cwd: home, encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}

let server = await serve();
const outcomes = await furnish(server);
await server.stop();
spread();
server = await serve();
const { url } = server;

const browser = await chromium.launch({
  executablePath: process.env.CHECK_CHROMIUM || '/usr/bin/chromium',
  // Whoever runs this may be root.
  args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
});

/** A page in a window of its own; what it complains of is a fault. */
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const answer = await page.goto(address);
  return { page, answer, complaints, close: () => context.close() };
}

/** A picture for the documentation, which shows where things are by default and not where they are here. */
async function picture(page, name) {
  const here = [
    [new URL(url).host, '127.0.0.1:8787'],
    [home, '/home/ada/.local/share/unkey-mcp'],
    ['demo.db', 'unkey.db'],
  ];
  await page.evaluate((here) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    scrollTo(0, 0);
    while (texts.nextNode()) {
      for (const [from, to] of here) texts.currentNode.data = texts.currentNode.data.replaceAll(from, to);
    }
  }, here);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `state/pages/${name}.png` });
  if (process.env.CHECK_PICTURES) cpSync(`state/pages/${name}.png`, `${process.env.CHECK_PICTURES}/${name}.png`);
}

try {
  // Connect: what is copied is what is shown, and a client that connects is named without a reload.
  {
    const { page, complaints, close } = await open(url);
    await page.getByRole('button', { name: 'Copy the configuration of Cursor' }).click();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual(copied, { mcpServers: { unkey: { url: `${url}/mcp/v2` } } });
    const link = await page.getByRole('link', { name: 'Add to Cursor' }).getAttribute('href');
    const config = new URL(link).searchParams.get('config');
    assert.deepEqual(JSON.parse(Buffer.from(config, 'base64')), copied.mcpServers.unkey);
    const code = await page.getByRole('link', { name: 'Add to VS Code' }).getAttribute('href');
    const told = JSON.parse(decodeURIComponent(code.replace('vscode:mcp/install?', '')));
    assert.deepEqual(told, { name: 'unkey', type: 'http', url: `${url}/mcp/v2` });
    const client = new Client({ name: 'the-check', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(copied.mcpServers.unkey.url)));
    await client.listTools();
    await client.close();
    await page.getByText('Last to connect: the-check/1.0.0').waitFor();
    await picture(page, 'connect');
    assert.deepEqual(complaints, []);
    await close();
  }

  // Workspace: the numbers are those of the API.
  {
    const { page, complaints, close } = await open(`${url}/workspace`);
    const query = 'SELECT outcome, COUNT(*) AS count FROM key_verifications_v1 GROUP BY outcome';
    const rows = await api(server, 'analytics.getVerifications', { query });
    const counted = Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]));
    assert.deepEqual(counted, outcomes);
    const all = rows.reduce((sum, { count }) => sum + Number(count), 0);
    const number = (id) => page.locator(`#count-${id}`).textContent();
    assert.equal(await number('verifications'), String(all));
    assert.equal(await number('keys'), '7');
    assert.equal(await number('apis'), '3');
    const key = await page.locator('.key').textContent();
    for (const [outcome, count] of Object.entries(outcomes)) {
      assert.ok(key.includes(`${outcome} ${count}`), `${outcome} ${count}: ${key}`);
    }
    await page.getByText('The same as a table').click();
    const cells = await page.locator('details td').allTextContents();
    assert.equal(cells.reduce((sum, cell) => sum + Number(cell), 0), all);
    await page.getByText('The same as a table').click();
    assert.ok((await page.content()).includes('Backoffice &lt;b&gt;&amp;\\u{202e}'));
    assert.ok(!(await page.content()).includes(server.rootKey), 'the root key is in its file alone');
    await picture(page, 'workspace');
    await page.getByLabel('State').selectOption('DISABLED');
    await page.getByRole('button', { name: 'Show' }).click();
    assert.equal(await page.locator('#keys ~ .scroll tbody tr').count(), 1);
    assert.ok(await page.getByText('Crawler').isVisible());
    await page.getByRole('link', { name: 'hooli' }).first().click();
    assert.ok((await page.url()).includes('owner=hooli'));
    await page.getByRole('link', { name: '7 days' }).click();
    assert.ok((await page.url()).includes('period=7d'));
    assert.deepEqual(complaints, []);
    await close();
  }
  for (const [name, path] of [['connect-dark', '/'], ['workspace-dark', '/workspace']]) {
    const { page, close } = await open(`${url}${path}`, { colorScheme: 'dark' });
    await picture(page, name);
    await close();
  }

  // A secret: seen once by whoever presses the button, with and without scripts.
  for (const javaScriptEnabled of [true, false]) {
    const { apiId } = await api(server, 'apis.createApi', { name: 'secrets' });
    const client = new Client({ name: 'the-check', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/v2`)));
    const made = await client.callTool({ name: 'keys_create_key', arguments: { apiId, prefix: 'demo' } });
    await client.close();
    const address = made.structuredContent.data.key;
    const { page, complaints, close } = await open(address, { javaScriptEnabled });
    if (javaScriptEnabled) await picture(page, 'secret-waits');
    await page.getByRole('button', { name: 'Show it now' }).click();
    const shown = await page.locator('#secret-0').textContent();
    assert.equal((await api(server, 'keys.verifyKey', { key: shown })).code, 'VALID');
    if (javaScriptEnabled) {
      await page.getByRole('button', { name: 'Copy' }).click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
    }
    assert.deepEqual(complaints, []);
    const again = await page.goto(address);
    assert.equal(again.status(), 410);
    assert.ok(!(await page.content()).includes(shown));
    await close();
  }

  // Another origin: a page on another port of this machine frames nothing, reads nothing, posts nothing.
  const stranger = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html');
    answer.end(`<iframe src="${url}/workspace"></iframe><form method="post" action="${url}/"><button>go</button></form>`);
  });
  await new Promise((done) => stranger.listen(0, '127.0.0.1', done));
  {
    const { page, close } = await open(`http://localhost:${stranger.address().port}/`);
    for (const mode of ['cors', 'no-cors']) {
      const read = page.evaluate(
        async ([address, mode]) => (await fetch(address, { mode })).text(),
        [`${url}/workspace`, mode],
      );
      assert.equal(await read.catch(() => ''), '', mode);
    }
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    assert.ok(!(await framed.content()).includes('Workspace'));
    await close();
  }
  stranger.close();

  // Another name that leads here, as a foreign page makes its own do, and what a proxy hands on.
  for (const path of ['/', '/live', '/workspace', '/secrets/x']) {
    const { answer, close } = await open(`http://evil.example:${new URL(url).port}${path}`);
    assert.equal(answer.status(), 403, path);
    await close();
  }
  const handedOn = await fetch(`${url}/workspace`, { headers: { 'X-Forwarded-For': '203.0.113.9' } });
  assert.equal(handedOn.status, 403);
} finally {
  await browser.close();
  await server.stop();
}

// Usage: packages.mjs npm|mcpb|plugin|registry|installer|image. Makes the packages around the binary, installs each as
// its users would, without a network, and speaks MCP with what then starts.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { binary, exercise } from './surroundings.mjs';

const repository = process.env.CHECK_REPOSITORY;
const { PLATFORMS, label } = await import(`${repository}/packages/platforms.mjs`);
const here = PLATFORMS.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
const folder = mkdtempSync(join(tmpdir(), 'packages-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const run = (program, args, options = {}) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', ...options });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
};
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

/** Goes through a key's life with what `command` starts. */
async function speak(command, args, env = {}) {
  const client = new Client({ name: 'checks', version: '1' });
  const surroundings = { ...process.env, UNKEY_MCP_LOCAL: ':memory:', ...env };
  await client.connect(new StdioClientTransport({ command, args, env: surroundings, cwd: folder }));
  await exercise(client);
  await client.close();
}

const version = run(binary, ['--version']).trim().split(' ')[1];
run(process.execPath, [`${repository}/packages/pack.mjs`, 'out', `${here.target}=${binary}`]);

const CHECKS = {
  async npm() {
    const tarballs = readdirSync(join(folder, 'out/npm')).map((name) => join(folder, 'out/npm', name));
    run('npm', ['init', '--yes', '--silent']);
    // The packages of other platforms are not there, as they are not on a machine of this one.
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs]);
    assert.equal(run('npx', ['--offline', 'unkey-mcp', '--version']).trim(), `unkey-mcp ${version}`);
    const refused = spawnSync('npx', ['--offline', 'unkey-mcp', 'stdio', '--tools', 'no_such'], { cwd: folder });
    assert.equal(refused.status, 2, 'the exit code is handed on');
    await speak('npx', ['--offline', 'unkey-mcp', 'stdio']);
    // Without the package that holds the program, it says which is missing.
    rmSync(join(folder, 'node_modules', `unkey-mcp-${label(here)}`), { recursive: true });
    const alone = spawnSync('npx', ['--offline', 'unkey-mcp'], { cwd: folder, encoding: 'utf8' });
    assert.equal(alone.status, 1);
    assert.match(alone.stderr, new RegExp(`unkey-mcp-${label(here)} is not installed`));
  },

  async mcpb() {
    const source = `out/mcpb-${label(here)}`;
    const mcpb = join(process.cwd(), 'node_modules/.bin/mcpb');
    run(mcpb, ['validate', `${source}/manifest.json`]);
    run(mcpb, ['pack', source, 'unkey.mcpb']);
    run(mcpb, ['unpack', 'unkey.mcpb', 'unpacked']);
    const manifest = read('unpacked/manifest.json');
    assert.equal(manifest.version, version);
    // As a host does it: what the person chose goes into the variables.
    const chosen = { root_key: '', local: 'true', read_only: 'false' };
    const fill = (text) =>
      text
        .replaceAll('${__dirname}', join(folder, 'unpacked'))
        .replace(/\$\{user_config\.(\w+)\}/g, (_, name) => chosen[name]);
    const { command, args, env } = manifest.server.mcp_config;
    const filled = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
    await speak(fill(command), args.map(fill), { ...filled, XDG_DATA_HOME: folder });
  },

  async plugin() {
    const plugin = join(folder, `out/plugin-${label(here)}`);
    const where = { PLUGIN_ROOT: plugin, CLAUDE_PLUGIN_ROOT: plugin, extensionPath: plugin };
    const fill = (text) => text.replace(/\$\{(\w+)\}/g, (_, name) => where[name]);
    for (const manifest of ['mcp.json', '.claude-plugin/plugin.json', 'gemini-extension.json']) {
      const { command, args } = read(plugin.slice(folder.length), manifest).mcpServers.unkey;
      await speak(fill(command), args.map(fill));
    }
    for (const manifest of ['plugin.json', '.claude-plugin/plugin.json', 'gemini-extension.json']) {
      assert.equal(read(plugin.slice(folder.length), manifest).version, version, manifest);
    }
    assert.match(read(plugin.slice(folder.length), 'plugin.json').name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  },

  // What the registry asks of an entry beyond its schema, which is not there to be read offline.
  async registry() {
    const entry = read('out/server.json');
    assert.match(entry.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    assert.equal(entry.name, read('out/npm-unkey-mcp/package.json').mcpName);
    assert.ok(entry.description.length <= 100, entry.description);
    assert.equal(entry.version, version);
    for (const { registryType, identifier, version: packaged, transport } of entry.packages) {
      assert.deepEqual([registryType, packaged, transport.type], ['npm', version, 'stdio']);
      assert.equal(identifier, read('out/npm-unkey-mcp/package.json').name);
    }
    const { optionalDependencies } = read('out/npm-unkey-mcp/package.json');
    assert.deepEqual(new Set(Object.values(optionalDependencies)), new Set([version]));
    assert.equal(Object.keys(optionalDependencies).length, PLATFORMS.length);
  },

  async installer() {
    const archive = `unkey-mcp-${here.target}.tar.gz`;
    const content = readFileSync(join(folder, 'out/archives', archive));
    let checksum = createHash('sha256').update(content).digest('hex');
    const release = createServer(({ url }, response) => {
      if (url === `/${archive}`) return response.end(content);
      if (url === '/SHA256SUMS') return response.end(`${checksum}  ${archive}\n`);
      response.writeHead(404).end();
    });
    await new Promise((listening) => release.listen(0, '127.0.0.1', listening));
    const env = {
      ...process.env,
      UNKEY_MCP_DOWNLOAD: `http://127.0.0.1:${release.address().port}`,
      UNKEY_MCP_BIN: join(folder, 'bin'),
    };
    // Not synchronously: this process answers it.
    const install = () =>
      new Promise((ended) => {
        execFile('sh', [`${repository}/packages/installers/install.sh`], { env }, (error, stdout, stderr) =>
          ended({ status: error?.code ?? 0, text: stdout + stderr }),
        );
      });
    checksum = checksum.replace(/./g, '0');
    const forged = await install();
    assert.equal(forged.status, 1, forged.text);
    assert.match(forged.text, /Nothing was installed/);
    assert.throws(() => readFileSync(join(folder, 'bin/unkey-mcp')));
    checksum = createHash('sha256').update(content).digest('hex');
    for (const time of ['first', 'second']) {
      const done = await install();
      assert.equal(done.status, 0, `${time}: ${done.text}`);
      assert.match(done.text, new RegExp(`installed unkey-mcp ${version}`));
    }
    release.close();
    await speak(join(folder, 'bin/unkey-mcp'), ['stdio']);
  },

  // Where no engine for images runs, what the Dockerfile copies and starts is checked in its place.
  async image() {
    const dockerfile = readFileSync(`${repository}/Dockerfile`, 'utf8');
    assert.match(dockerfile, /^USER 65532:65532$/m);
    const [, ...start] = dockerfile.match(/^ENTRYPOINT \["\/unkey-mcp"\]\nCMD \["(.*)"\]$/m)[1].split('", "');
    if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0) {
      run('docker', ['build', '--tag', 'unkey-mcp:check', repository], { stdio: 'inherit' });
      assert.match(run('docker', ['run', '--rm', 'unkey-mcp:check', '--version']), new RegExp(version));
      return;
    }
    const context = join(folder, 'context');
    const rules = readFileSync(`${repository}/.dockerignore`, 'utf8').trim().split('\n').slice(1);
    const kept = rules.map((rule) => new RegExp(`^${rule.slice(1).replace('.', '\\.').replace('*', '.*')}$`));
    for (const name of readdirSync(repository)) {
      if (kept.some((rule) => rule.test(name))) cpSync(join(repository, name), join(context, name), { recursive: true });
    }
    run('cargo', ['metadata', '--locked', '--no-deps', '--format-version=1'], { cwd: context });
    for (const [, names] of dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)) {
      for (const name of names.split(' ').filter((name) => name !== '.')) readFileSync(join(context, name));
    }
    run(binary, ['serve', ...start, '--help']);
  },
};

await CHECKS[process.argv[2]]();

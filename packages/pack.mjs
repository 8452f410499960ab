// Makes the packages of a release: `node packages/pack.mjs OUT TARGET=BINARY…`, where TARGET is Rust's
// name of a platform. Each platform gets an archive for the installers, an npm package, the folder of an
// .mcpb bundle and a plugin; the npm package that people name and the registry's entry are made once.
// Needs `npm` and `tar`.

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as manifests from './manifests.mjs';
import { PLATFORMS, label } from './platforms.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(here, '..');

const [to, ...binaries] = process.argv.slice(2);
if (!to || binaries.length === 0) {
  console.error('usage: node packages/pack.mjs OUT TARGET=BINARY…');
  process.exit(2);
}
const out = resolve(to);

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Writes files, by their paths below `folder`. */
function lay(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    const to = join(folder, path);
    mkdirSync(resolve(to, '..'), { recursive: true });
    if (content.copy) {
      copyFileSync(content.copy, to);
      chmodSync(to, content.mode ?? 0o644);
    } else {
      writeFileSync(to, json(content));
    }
  }
  for (const licence of ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(root, licence), join(folder, licence));
}

function run(program, args, cwd) {
  // On Windows npm is a script, which only a shell runs.
  const ended = spawnSync(program, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (ended.status !== 0) throw new Error(`${program} ${args.join(' ')} in ${cwd}: ${ended.stderr}`);
}

/** A tarball as `npm publish` would send it. */
const npmPack = (folder) => run('npm', ['pack', '--silent', '--pack-destination', join(out, 'npm')], folder);

for (const folder of ['npm', 'archives']) mkdirSync(join(out, folder), { recursive: true });
const main = join(out, 'npm-unkey-mcp');
lay(main, {
  'package.json': manifests.npmMain(),
  'bin/unkey-mcp.js': { copy: join(here, 'unkey-mcp.js'), mode: 0o755 },
  'README.md': { copy: join(root, 'README.md') },
});
for (const binary of binaries) {
  const [target, path] = binary.split(/=(.*)/s);
  const platform = PLATFORMS.find((known) => known.target === target);
  if (!platform) throw new Error(`${target} is none of ${PLATFORMS.map((known) => known.target).join(', ')}`);
  const program = { copy: resolve(path), mode: 0o755 };

  const npm = join(out, `npm-${label(platform)}`);
  lay(npm, { 'package.json': manifests.npmBinary(platform), [platform.exe]: program });
  npmPack(npm);
  const archive = join(out, 'archives', `unkey-mcp-${target}.tar.gz`);
  run('tar', ['-czf', archive, platform.exe, 'LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT'], npm);

  lay(join(out, `mcpb-${label(platform)}`), {
    'manifest.json': manifests.mcpb(platform),
    [`server/${platform.exe}`]: program,
  });

  const plugin = join(out, `plugin-${label(platform)}`);
  lay(plugin, {
    'plugin.json': manifests.agentPlugin(),
    'mcp.json': manifests.agentPluginServers(platform),
    '.claude-plugin/plugin.json': manifests.claudePlugin(platform),
    'gemini-extension.json': manifests.geminiExtension(platform),
    [`server/${platform.exe}`]: program,
  });
  const skills = join(root, 'skills');
  if (existsSync(skills)) cpSync(skills, join(plugin, 'skills'), { recursive: true });
}
npmPack(main);
writeFileSync(join(out, 'server.json'), json(manifests.registryEntry()));

// What each kind of package says of itself. Version, licence and address come from Cargo.toml, so that
// nothing can differ.

import { readFileSync } from 'node:fs';

import { PLATFORMS, label } from './platforms.mjs';

const cargo = readFileSync(new URL('../Cargo.toml', import.meta.url), 'utf8');
const field = (name) => {
  const found = cargo.match(new RegExp(`^${name} = "(.*)"$`, 'm'));
  if (!found) throw new Error(`Cargo.toml has no ${name}`);
  return found[1];
};

export const VERSION = field('version');
const LICENSE = field('license');
const REPOSITORY = field('repository');
const [, OWNER] = new URL(REPOSITORY).pathname.split('/');

const NAME = 'unkey-mcp';
const TITLE = 'Unkey';
const REGISTRY_NAME = `io.github.${OWNER}/${NAME}`;
/** At most 100 characters: the MCP registry takes no more. */
const SENTENCE = "Run an Unkey workspace: API keys, rate limits, permissions, identities and analytics.";
const KEYWORDS = ['mcp', 'unkey', 'api-keys', 'rate-limiting', 'ai-agents'];
const AUTHOR = { name: `${NAME} contributors`, url: REPOSITORY };

const ROOT_KEY = 'UNKEY_ROOT_KEY';
const ROOT_KEY_WORDS = 'A root key of your Unkey workspace. Make one for this assistant, with the permissions it needs.';

const common = { version: VERSION, description: SENTENCE, license: LICENSE };

/** The npm package that people name; it runs the binary of one of the packages below. */
export const npmMain = () => ({
  name: NAME,
  ...common,
  keywords: KEYWORDS,
  homepage: REPOSITORY,
  repository: { type: 'git', url: `git+${REPOSITORY}.git` },
  mcpName: REGISTRY_NAME,
  type: 'module',
  bin: { [NAME]: 'bin/unkey-mcp.js' },
  files: ['bin'],
  engines: { node: '>=18' },
  optionalDependencies: Object.fromEntries(PLATFORMS.map((platform) => [npmName(platform), VERSION])),
});

export const npmName = (platform) => `${NAME}-${label(platform)}`;

/** The npm package that holds the binary of one platform. */
export const npmBinary = (platform) => ({
  name: npmName(platform),
  ...common,
  repository: { type: 'git', url: `git+${REPOSITORY}.git` },
  os: [platform.os],
  cpu: [platform.cpu],
  files: [platform.exe],
  // Yarn would run it from an archive, where nothing can be executed.
  preferUnplugged: true,
});

/** A bundle that Claude Desktop and others install with a click. */
export const mcpb = (platform) => ({
  manifest_version: '0.3',
  name: NAME,
  display_name: TITLE,
  ...common,
  author: AUTHOR,
  repository: { type: 'git', url: REPOSITORY },
  keywords: KEYWORDS,
  server: {
    type: 'binary',
    entry_point: `server/${platform.exe}`,
    mcp_config: {
      command: `\${__dirname}/server/${platform.exe}`,
      args: ['stdio'],
      env: {
        [ROOT_KEY]: '${user_config.root_key}',
        UNKEY_MCP_LOCAL: '${user_config.local}',
        UNKEY_MCP_READ_ONLY: '${user_config.read_only}',
      },
    },
  },
  tools_generated: true,
  user_config: {
    root_key: {
      type: 'string',
      title: 'Root key',
      description: `${ROOT_KEY_WORDS} Leave it empty with the embedded engine.`,
      sensitive: true,
      required: false,
      default: '',
    },
    local: {
      type: 'boolean',
      title: 'Embedded engine',
      description: 'Keep everything on this machine: no account, no network.',
      required: false,
      default: false,
    },
    read_only: {
      type: 'boolean',
      title: 'Read only',
      description: 'Offer only tools that change nothing.',
      required: false,
      default: false,
    },
  },
  compatibility: { platforms: [platform.os] },
});

/** An Agent Plugins package: the skills, and the server with them. */
export const agentPlugin = () => ({
  $schema: 'https://agent-plugins.org/schemas/1.0.0/plugin.schema.json',
  name: NAME,
  ...common,
  author: AUTHOR,
  repository: REPOSITORY,
  keywords: KEYWORDS,
});

export const agentPluginServers = (platform) => ({
  $schema: 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json',
  mcpServers: { unkey: { type: 'stdio', ...command(`\${PLUGIN_ROOT}/server/${platform.exe}`) } },
});

/** The same as a plugin of Claude Code. */
export const claudePlugin = (platform) => ({
  name: NAME,
  ...common,
  author: AUTHOR,
  repository: REPOSITORY,
  keywords: KEYWORDS,
  mcpServers: { unkey: command(`\${CLAUDE_PLUGIN_ROOT}/server/${platform.exe}`) },
});

/** The same as an extension of Gemini CLI, which hands on only the variables that it is told to. */
export const geminiExtension = (platform) => ({
  name: NAME,
  version: VERSION,
  description: SENTENCE,
  mcpServers: {
    unkey: { ...command(`\${extensionPath}/server/${platform.exe}`), env: { [ROOT_KEY]: `$${ROOT_KEY}` } },
  },
  settings: [{ name: 'Root key', description: ROOT_KEY_WORDS, envVar: ROOT_KEY, sensitive: true }],
});

const command = (path) => ({ command: path, args: ['stdio'] });

/** What the MCP registry is told. */
export const registryEntry = () => ({
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: REGISTRY_NAME,
  title: TITLE,
  description: SENTENCE,
  version: VERSION,
  repository: { url: REPOSITORY, source: 'github' },
  websiteUrl: REPOSITORY,
  packages: [
    {
      registryType: 'npm',
      identifier: NAME,
      version: VERSION,
      runtimeHint: 'npx',
      transport: { type: 'stdio' },
      packageArguments: [{ type: 'positional', value: 'stdio' }],
      environmentVariables: [
        { name: ROOT_KEY, description: ROOT_KEY_WORDS, isRequired: false, isSecret: true },
        {
          name: 'UNKEY_MCP_LOCAL',
          description: 'true keeps everything on this machine, on an embedded engine: no account, no network.',
          format: 'boolean',
          default: 'false',
        },
      ],
    },
  ],
});

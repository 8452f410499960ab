// A stand-in for a model, on loopback, so that real clients run whole sessions without an account. It
// makes one call of one tool, whatever it is told, and then says that it is done. It speaks as much of
// three vendors' APIs as their clients need.

import { createServer } from 'node:http';
import { once } from 'node:events';
import * as zlib from 'node:zlib';

/**
 * Starts the model; returns its address, what came back from the tool, when the model has said that it
 * is done, and how to end it.
 */
export async function startModel(tool, args) {
  const heard = [];
  let finish;
  const done = new Promise((resolve) => (finish = resolve));
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = reply(request, parse(request, Buffer.concat(chunks)), { tool, args, heard });
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json' });
    response.end(answer.body);
    if (heard.length > 0) finish();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    heard,
    done,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function parse(request, bytes) {
  const coding = request.headers['content-encoding'];
  try {
    if (coding === 'gzip') return JSON.parse(zlib.gunzipSync(bytes));
    if (coding === 'zstd') return JSON.parse(zlib.zstdDecompressSync(bytes));
    return JSON.parse(bytes);
  } catch {
    return {};
  }
}

function reply({ method, url }, body, call) {
  if (method !== 'POST') return { body: '{"data":[],"models":[]}' };
  if (url.includes('count_tokens')) return { body: '{"input_tokens":10}' };
  if (url.startsWith('/v1/messages')) return anthropic(body, call);
  if (url.includes('/responses')) return openai(body, call);
  if (/generateContent/i.test(url)) return gemini(body, call, url);
  return { status: 404, body: '{}' };
}

const events = (list) => ({
  type: 'text/event-stream',
  body: list.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
});

/** The name under which a client offers the tool. */
const offered = (names, tool) => names.find((name) => name?.endsWith(tool));

function anthropic({ messages = [], tools = [], model, stream }, { tool, args, heard }) {
  const results = messages.flatMap(({ role, content }) =>
    role === 'user' && Array.isArray(content) ? content.filter(({ type }) => type === 'tool_result') : [],
  );
  for (const result of results) heard.push(JSON.stringify(result.content));
  // Side questions, about a title say, come without tools.
  const asks = tools.length > 0 && results.length === 0;
  // A tool that the client looks up later is called by its whole name.
  const name = offered(tools.map(({ name }) => name), tool) ?? `mcp__unkey__${tool}`;
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null };
  const usage = { input_tokens: 1, output_tokens: 1 };
  const block = asks
    ? { type: 'tool_use', id: 'toolu_1', name, input: {} }
    : { type: 'text', text: '' };
  const delta = asks
    ? { type: 'input_json_delta', partial_json: JSON.stringify(args) }
    : { type: 'text_delta', text: 'done' };
  const stop_reason = asks ? 'tool_use' : 'end_turn';
  if (!stream) {
    const content = asks ? [{ ...block, input: args }] : [{ type: 'text', text: 'done' }];
    return { body: JSON.stringify({ ...message, content, stop_reason, usage }) };
  }
  return events([
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]);
}

function openai({ input = [], tools = [], model }, { tool, args, heard }) {
  const results = Array.isArray(input) ? input.filter(({ type }) => type === 'function_call_output') : [];
  for (const result of results) heard.push(JSON.stringify(result.output));
  // Tools of a server stand in a namespace of their own.
  const all = tools.flatMap((one) =>
    one.type === 'namespace' ? one.tools.map(({ name }) => ({ name, namespace: one.name })) : [one],
  );
  const found = all.find(({ name }) => name?.endsWith(tool));
  const named = found && { name: found.name, ...(found.namespace && { namespace: found.namespace }) };
  const item =
    named && results.length === 0
      ? { type: 'function_call', id: 'fc_1', call_id: 'call_1', status: 'completed', ...named, arguments: JSON.stringify(args) }
      : {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'done', annotations: [] }],
        };
  const response = { id: 'resp_1', object: 'response', created_at: 1, status: 'in_progress', model, output: [] };
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    total_tokens: 2,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  return events([
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, status: 'completed', output: [item], usage } },
  ]);
}

function gemini({ contents = [], tools = [] }, { tool, args, heard }, url) {
  const parts = contents.flatMap(({ parts = [] }) => parts);
  const results = parts.filter((part) => part.functionResponse);
  for (const result of results) heard.push(JSON.stringify(result.functionResponse));
  const names = tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations).map(({ name }) => name);
  const name = offered(names, tool);
  const part = name && results.length === 0 ? { functionCall: { name, args } } : { text: 'done' };
  const answer = JSON.stringify({
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    modelVersion: 'none',
  });
  return url.includes('stream') ? { type: 'text/event-stream', body: `data: ${answer}\r\n\r\n` } : { body: answer };
}

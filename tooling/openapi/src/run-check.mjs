/**
 * The tree at run time: each operation is called once through a `Rest` client, and what arrives at a real HTTP server on
 * loopback is compared with the operation: method, path, query, body and reason.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { toHops, toSentPath, walk } from './hops.mjs';
import { nameOf } from './operations.mjs';

/** @typedef {import('./operations.mjs').Operation} Operation */
/** @typedef {import('./type-check.mjs').Finding} Finding */

/** Lists that Discord wants joined with commas; the others repeat their key. */
const commaJoined = new Set(['include_roles', 'sku_ids', 'guild_scheduled_event_exception_ids']);

/**
 * @typedef {object} Arrived
 * @property {string} method
 * @property {string} url
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 */

/**
 * Calls every operation.
 *
 * @param {readonly Operation[]} operations
 * @param {ReadonlySet<string>} reasons Names of the operations that write to the audit log.
 * @param {new (options: import('@tinfoil/rest').RestOptions) => import('@tinfoil/rest').Rest} Rest
 * @returns {Promise<{ sent: readonly string[], findings: readonly Finding[] }>}
 */
export async function checkRequests(operations, reasons, Rest) {
  /** @type {Arrived[]} */
  const arrived = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    arrived.push({ method: String(request.method), url: String(request.url), headers: request.headers, body });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const rest = new Rest({
    token: 'check',
    baseUrl: `http://127.0.0.1:${port}/api/v10`,
    globalLimit: false,
    enforceNonce: false,
    retries: 0,
    timeoutMs: 10_000,
  });
  try {
    /** @type {Finding[]} */
    const findings = [];
    /** @type {string[]} */
    const sent = [];
    for (const operation of operations) {
      const name = nameOf(operation);
      const problems = await checkOne(rest, operation, reasons.has(name), arrived);
      findings.push(...problems.map((problem) => ({ operation: name, problem })));
      if (problems.length === 0) sent.push(name);
    }
    return { sent, findings };
  } finally {
    await rest.close();
    server.closeAllConnections();
    server.close();
  }
}

/**
 * @param {import('@tinfoil/rest').Rest} rest
 * @param {Operation} operation
 * @param {boolean} hasReason
 * @param {Arrived[]} arrived
 * @returns {Promise<string[]>}
 */
async function checkOne(rest, operation, hasReason, arrived) {
  arrived.length = 0;
  const { body, options, query } = argumentsOf(operation, hasReason);
  try {
    const node = walk(rest.api, toHops(operation.path));
    if (operation.method === 'GET') await node.get(query, options);
    else if (operation.method === 'DELETE') await node.delete({ ...options, query, body });
    else await node[operation.method.toLowerCase()](body, { ...options, query });
  } catch (cause) {
    return [`fails: ${cause instanceof Error ? cause.message : String(cause)}`];
  }
  const request = arrived[0];
  if (arrived.length !== 1 || request === undefined) return [`sends ${arrived.length} requests`];
  return [...compare(operation, request), ...compareBody(operation, request), ...compareReason(hasReason, request)];
}

/**
 * @param {Operation} operation
 * @param {boolean} hasReason
 */
function argumentsOf(operation, hasReason) {
  const query =
    operation.query &&
    Object.fromEntries(operation.query.map((parameter, index) => [parameter.name, value(parameter, index)]));
  const form = operation.files === 'required';
  const file = { data: new Uint8Array([1, 2, 3]), name: 'probe.bin', ...(form && { field: 'file' }) };
  return {
    query,
    body: operation.body && { probe: 'yes' },
    options: { ...(hasReason && { reason: 'wäre es so' }), ...(operation.files && { files: [file] }) },
  };
}

/**
 * @param {import('./operations.mjs').QueryParameter} parameter
 * @param {number} index
 */
function value({ array }, index) {
  return array ? [`${index}a`, `${index}b`] : `v ${index}&`;
}

/**
 * @param {Operation} operation
 * @param {Arrived} request
 */
function compare(operation, request) {
  const [path, search = ''] = request.url.split('?');
  const problems = [];
  const wanted = `/api/v10${toSentPath(operation.path)}`;
  if (request.method !== operation.method) problems.push(`sends ${request.method}`);
  if (path !== wanted) problems.push(`goes to ${path}, not to ${wanted}`);
  const expected = (operation.query ?? []).flatMap((parameter, index) => {
    const wire = value(parameter, index);
    if (typeof wire === 'string') return [[parameter.name, wire]];
    return commaJoined.has(parameter.name)
      ? [[parameter.name, wire.join(',')]]
      : wire.map((item) => [parameter.name, item]);
  });
  const got = JSON.stringify([...new URLSearchParams(search)]);
  if (got !== JSON.stringify(expected)) problems.push(`sends the query ${got}, not ${JSON.stringify(expected)}`);
  return problems;
}

/**
 * @param {Operation} operation
 * @param {Arrived} request
 */
function compareBody(operation, { headers, body }) {
  const type = headers['content-type']?.split(';')[0];
  if (operation.body === undefined) return body === '' ? [] : ['sends a body'];
  const kind = operation.files
    ? 'multipart/form-data'
    : operation.body[0] === 'form'
      ? 'application/x-www-form-urlencoded'
      : 'application/json';
  if (type !== kind) return [`sends ${type}, not ${kind}`];
  if (!body.includes('probe')) return ['sends its body without what was in it'];
  return operation.files && !body.includes('probe.bin') ? ['sends no file'] : [];
}

/**
 * @param {boolean} hasReason
 * @param {Arrived} request
 */
function compareReason(hasReason, { headers }) {
  const got = headers['x-audit-log-reason'];
  const wanted = hasReason ? encodeURIComponent('wäre es so') : undefined;
  return got === wanted ? [] : [`sends the reason ${got}, not ${wanted}`];
}

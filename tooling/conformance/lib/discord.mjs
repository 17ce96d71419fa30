/**
 * A scripted Discord for one conformance case: the REST calls a gateway client starts with, a main gateway and a resume host.
 *
 * Without a script it does what Discord's documentation says. A case replaces single steps (`on.hello`, `on.identify`, …) and reads
 * the log of what the client did. Independent of all packages under test, `@tinfoil/testing` included.
 */
import { createServer } from 'node:http';
import * as zlib from 'node:zlib';
import { WebSocketServer } from 'ws';

export const token = 'MTE0MzI3NzYxNzIzNDIzMTMyNw.GconForm.conformance-conformance-conforman';
export const botId = '1143277617234231327';

/** Gateway close codes a client may use to end a session on purpose. */
const endsSession = (code) => code === 1000 || code === 1001;

export class Discord {
  log = [];
  connections = [];
  sessions = new Map();
  #servers = [];
  #sockets = new Set();
  #start = performance.now();

  /**
   * @param script.on steps to replace: `hello(connection)`, `identify(connection, d)`, `resume(connection, d)`, `heartbeat(connection, d)`,
   *   `command(connection, payload)`, `upgrade(socket, host)`; a step that returns true replaced the default.
   * @param script.rest replaces REST answers: `(request) => { status, body } | undefined`
   */
  static async start(script = {}) {
    const discord = new Discord();
    discord.script = script;
    discord.heartbeatInterval = script.heartbeatInterval ?? 41_250;
    discord.main = await discord.#listen('main');
    discord.resumeHost = await discord.#listen('resume');
    return discord;
  }

  get api() {
    return `http://127.0.0.1:${this.main.port}/api`;
  }
  get gatewayUrl() {
    return `ws://127.0.0.1:${this.main.port}`;
  }
  get resumeUrl() {
    return `ws://127.0.0.1:${this.resumeHost.port}`;
  }

  note(type, fields = {}) {
    const entry = { type, atMs: performance.now() - this.#start, ...fields };
    this.log.push(entry);
    return entry;
  }

  nowMs() {
    return performance.now() - this.#start;
  }

  all(type, where = () => true) {
    return this.log.filter((entry) => entry.type === type && where(entry));
  }

  /** Waits until the log holds `count` entries that fit; the last of them. */
  async wait(type, { where = () => true, count = 1, withinMs = 12_000, what } = {}) {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = this.all(type, where);
      if (found.length >= count) return found[count - 1];
      if (performance.now() > deadline)
        throw new Error(what ?? `no ${count > 1 ? `${count}. ` : ''}${type} within ${withinMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The newest connection that is open and has a session. */
  get connection() {
    const open = this.connections.filter((connection) => connection.isOpen && connection.session !== undefined);
    return open.at(-1);
  }

  dispatch(type, data, where = () => true) {
    for (const session of this.sessions.values()) if (where(session)) session.dispatch(type, data);
  }

  async close() {
    // Those of a host that hangs belong to no server any more.
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
          }),
      ),
    );
  }

  /** Makes a host answer every handshake with a status, refuse at TCP (`reset`), never answer (`hang`) or work again (`up`). */
  setHost(name, mode) {
    this[name === 'main' ? 'main' : 'resumeHost'].mode = mode;
  }

  async #listen(name) {
    const host = { name, mode: 'up', port: 0 };
    const server = createServer((request, response) => this.#rest(request, response));
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      if (host.mode === 'reset') {
        this.note('refused', { host: name });
        socket.resetAndDestroy();
      }
    });
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {});
      const url = new URL(request.url, 'ws://discord');
      if (host.mode !== 'up') {
        this.note('refused', { host: name });
        if (host.mode === 'hang') return;
        socket.end(`HTTP/1.1 ${host.mode} Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (ws) => {
        const connection = new Connection(this, ws, name, url);
        this.connections.push(connection);
        connection.start();
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    host.port = server.address().port;
    this.#servers.push(server);
    return host;
  }

  #rest(request, response) {
    const path = request.url.replace(/^\/api(\/v\d+)?/, '').replace(/\?.*$/, '');
    const entry = this.note('request', { method: request.method, path, authorization: request.headers.authorization });
    request.resume();
    const scripted = this.script.rest?.(entry);
    const [status, body] = scripted !== undefined ? [scripted.status, scripted.body] : this.#answer(path);
    response.writeHead(status, { 'content-type': 'application/json', ...scripted?.headers });
    response.end(JSON.stringify(body));
  }

  #answer(path) {
    if (path === '/gateway') return [200, { url: this.gatewayUrl }];
    if (path === '/gateway/bot') return [200, this.gatewayBot()];
    if (path === '/users/@me') return [200, botUser];
    return [404, { code: 0, message: '404: Not Found' }];
  }

  gatewayBot() {
    const { shards = 1, sessionStart } = this.script;
    return {
      url: this.gatewayUrl,
      shards,
      session_start_limit: {
        total: 1000,
        remaining: 999,
        reset_after: 14_400_000,
        max_concurrency: 1,
        ...sessionStart?.(),
      },
    };
  }
}

const botUser = {
  id: botId,
  username: 'conformance',
  discriminator: '0',
  global_name: null,
  avatar: null,
  bot: true,
  flags: 0,
  verified: true,
  mfa_enabled: false,
  email: null,
};

let sessionCount = 0;

class Session {
  sequence = 0;
  events = [];
  connection;

  constructor(discord, shard) {
    this.id = `session${String(++sessionCount).padStart(25, '0')}`;
    this.discord = discord;
    this.shard = shard;
  }

  dispatch(type, data) {
    const text = JSON.stringify({ t: type, s: ++this.sequence, op: 0, d: data });
    this.events.push({ sequence: this.sequence, text });
    this.connection?.sendText(text);
    return this.sequence;
  }
}

class Connection {
  isOpen = true;
  isFrozen = false;
  session;
  loseAcks = false;
  #queue = Promise.resolve();
  #deflate;

  constructor(discord, ws, host, url) {
    this.discord = discord;
    this.ws = ws;
    this.host = host;
    this.id = discord.connections.length;
    this.params = Object.fromEntries(url.searchParams);
    this.entry = discord.note('connect', { host, id: this.id, params: this.params, path: url.pathname });
  }

  start() {
    const { discord, ws } = this;
    this.#deflate = createCompressor(this.params.compress);
    ws.on('message', (data) => {
      if (!this.isFrozen) this.#receive(data);
    });
    ws.on('close', (code) => this.#closed(code));
    ws.on('error', () => {});
    if (discord.script.on?.hello?.(this) !== true) this.hello();
  }

  hello() {
    this.send({
      op: 10,
      d: { heartbeat_interval: this.discord.heartbeatInterval, _trace: ['["conformance"]'] },
      s: null,
      t: null,
    });
  }

  send(payload) {
    this.sendText(JSON.stringify({ t: payload.t ?? null, s: payload.s ?? null, op: payload.op, d: payload.d ?? null }));
  }

  /** Sends one gateway message, compressed as the URL asked. */
  sendText(text) {
    if (!this.isOpen || this.isFrozen) return;
    if (this.#deflate === undefined) {
      if (this.zlibPayload?.(text) === true) this.ws.send(zlib.deflateSync(text));
      else this.ws.send(text);
      return;
    }
    this.#queue = this.#queue
      .then(() => this.#deflate(text))
      .then((bytes) => {
        const size = this.discord.script.splitBytes ?? bytes.length;
        for (let at = 0; at < bytes.length; at += size) this.ws.send(bytes.subarray(at, at + size));
      });
  }

  /** Sends bytes or text past all compression. */
  sendRaw(data) {
    this.ws.send(data);
  }

  close(code, reason) {
    this.isClosedByServer = true;
    this.#release();
    if (code === undefined) this.ws._socket?.end();
    else this.ws.close(code, reason);
  }

  /** TCP reset. */
  kill() {
    this.#release();
    this.ws._socket?.resetAndDestroy();
  }

  /** From now on nothing is read or written, and the TCP connection stays. */
  freeze() {
    this.isFrozen = true;
    this.ws._socket?.pause();
    this.discord.note('frozen', { id: this.id });
  }

  ready(d) {
    const { discord } = this;
    const session = new Session(discord, d.shard ?? [0, 1]);
    discord.sessions.set(session.id, session);
    this.#attach(session);
    discord.note('ready', { id: this.id, session: session.id, shard: session.shard });
    session.dispatch('READY', {
      v: 10,
      user: botUser,
      user_settings: {},
      guilds: (discord.script.guilds ?? []).map(({ id }) => ({ id, unavailable: true })),
      private_channels: [],
      relationships: [],
      presences: [],
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: discord.resumeUrl,
      shard: session.shard,
      application: { id: botId, flags: 565_248 },
      _trace: [],
    });
    for (const guild of discord.script.guilds ?? []) session.dispatch('GUILD_CREATE', guild);
  }

  resumed(d) {
    const session = this.discord.sessions.get(d.session_id);
    this.#attach(session);
    for (const event of session.events) if (event.sequence > d.seq) this.sendText(event.text);
    session.dispatch('RESUMED', { _trace: [] });
    this.discord.note('resumed', { id: this.id, session: session.id });
  }

  invalid(resumable) {
    this.discord.note('invalid', { id: this.id, resumable });
    if (!resumable && this.session !== undefined) {
      this.discord.sessions.delete(this.session.id);
      this.#release();
    }
    this.send({ op: 9, d: resumable });
  }

  #attach(session) {
    session.connection = this;
    this.session = session;
  }

  #release() {
    if (this.session?.connection === this) this.session.connection = undefined;
  }

  #receive(data) {
    const { discord } = this;
    const on = discord.script.on ?? {};
    const bytes = data.length;
    let payload;
    try {
      payload = JSON.parse(data.toString());
    } catch {
      discord.note('unreadable', { id: this.id });
      return this.close(4002, 'Error while decoding payload.');
    }
    const { op, d } = payload;
    if (bytes > 4096) {
      discord.note('tooLong', { id: this.id, op, bytes });
      return this.close(4002, 'Error while decoding payload.');
    }
    switch (op) {
      case 1:
        discord.note('heartbeat', { id: this.id, d });
        if (on.heartbeat?.(this, d) !== true && !this.loseAcks) this.send({ op: 11 });
        break;
      case 2:
        discord.note('identify', { id: this.id, host: this.host, d, shard: d?.shard ?? [0, 1] });
        if (d?.compress === true) this.zlibPayload = () => true;
        if (on.identify?.(this, d) === true) break;
        if (String(d?.token).replace(/^Bot /, '') !== token) this.close(4004, 'Authentication failed.');
        else this.ready(d);
        break;
      case 6:
        discord.note('resume', { id: this.id, host: this.host, d });
        if (on.resume?.(this, d) === true) break;
        if (discord.sessions.has(d?.session_id)) this.resumed(d);
        else this.invalid(false);
        break;
      default:
        discord.note('command', {
          id: this.id,
          op,
          d,
          bytes,
          hasSession: this.session !== undefined,
          isAttached: this.session?.connection === this,
        });
        on.command?.(this, payload);
    }
  }

  #closed(code) {
    this.isOpen = false;
    this.discord.note('close', { id: this.id, code });
    const { session } = this;
    this.#release();
    if (session !== undefined && this.isClosedByServer !== true && endsSession(code))
      this.discord.sessions.delete(session.id);
  }
}

/** Compresses messages of one connection, one after the other; undefined without transport compression. */
function createCompressor(name) {
  const { createZstdCompress } = zlib;
  if (name !== 'zlib-stream' && !(name === 'zstd-stream' && createZstdCompress !== undefined)) return undefined;
  const isZlib = name === 'zlib-stream';
  const stream = isZlib ? zlib.createDeflate() : createZstdCompress();
  let parts = [];
  stream.on('data', (part) => parts.push(part));
  return (text) =>
    new Promise((resolve) => {
      stream.write(text);
      stream.flush(isZlib ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.ZSTD_e_flush, () =>
        setImmediate(() => {
          resolve(Buffer.concat(parts));
          parts = [];
        }),
      );
    });
}

/** Runs one case against one client: starts the client's process, collects what its user sees, judges the end. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Discord, token } from './discord.mjs';

const main = fileURLToPath(new URL('../clients/main.mjs', import.meta.url));
const guildsAndMessages = 1 | 512 | 32_768;

export class NotOffered extends Error {}

class Client {
  dispatches = [];
  errors = [];
  readies = [];
  state = 'starting';
  exit;
  version = '?';
  #calls = new Map();
  #nextCall = 0;
  #stderr = '';

  constructor(name, config, execPath) {
    this.config = config;
    this.process = fork(main, [name], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      ...(execPath !== undefined && { execPath }),
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
    this.process.stderr.setEncoding('utf8');
    this.process.stderr.on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-3000);
    });
    this.process.on('message', (message) => this.#take(message));
    this.process.on('error', () => {});
    this.gone = new Promise((resolve) => {
      this.process.on('exit', (code, signal) => {
        this.exit = { code, signal };
        for (const { reject } of this.#calls.values()) reject(new Error('the process ended'));
        resolve();
      });
    });
  }

  #take(message) {
    switch (message.event) {
      case 'loaded':
        this.version = message.version;
        if (this.process.connected) this.process.send({ start: this.config });
        break;
      case 'started':
        this.state = 'started';
        break;
      case 'failed':
        this.state = 'failed';
        this.failure = message.text;
        break;
      case 'dispatch':
        this.dispatches.push(message);
        break;
      case 'ready':
        this.readies.push(message);
        break;
      case 'error':
        this.errors.push(message);
        break;
      case 'result': {
        const call = this.#calls.get(message.id);
        this.#calls.delete(message.id);
        if (message.notOffered) call?.reject(new NotOffered(message.error));
        else if (message.error !== undefined) call?.reject(new Error(message.error));
        else call?.resolve(message.result);
        break;
      }
      default:
    }
  }

  call(name, ...args) {
    const id = ++this.#nextCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      if (!this.process.connected) reject(new Error('the process ended'));
      else this.process.send({ id, call: name, args }, () => {});
    });
  }

  /** Ends a wait early when it can no longer come true. */
  get isLost() {
    return this.exit !== undefined || (this.state === 'failed' && this.failure?.startsWith('NotOffered'));
  }

  assertAlive() {
    if (this.state === 'failed' && this.failure?.startsWith('NotOffered')) throw new NotOffered(this.failure);
    if (this.exit !== undefined && this.isStopping !== true) {
      const line = this.#stderr.split('\n').find((text) => /Error|rejection/i.test(text)) ?? '';
      throw new Error(
        `process ended by itself with code ${this.exit.code ?? this.exit.signal}: ${line.trim().slice(0, 120)}`,
      );
    }
  }

  async kill() {
    this.isStopping = true;
    this.process.kill('SIGKILL');
    await this.gone;
  }
}

/** What a case works with. */
class Bench {
  #owned = [];
  clients = [];

  constructor(clientName, execPath) {
    this.clientName = clientName;
    this.execPath = execPath;
  }

  async discord(script) {
    const discord = await Discord.start(script);
    this.#owned.push(() => discord.close());
    return discord;
  }

  folder() {
    const path = mkdtempSync(join(tmpdir(), 'conformance-'));
    this.#owned.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  client(discord, config = {}) {
    const client = new Client(
      this.clientName,
      { api: discord.api, token, intents: guildsAndMessages, compression: 'none', ...config },
      this.execPath,
    );
    this.clients.push(client);
    return client;
  }

  /** A Discord and a client that is READY. */
  async up(script = {}, config = {}) {
    const discord = await this.discord(script);
    const client = this.client(discord, config);
    await this.until(() => client.readies.length > 0, 15_000, 'not READY within 15 s');
    return { discord, client, connection: discord.connection };
  }

  async until(isTrue, withinMs, what) {
    const deadline = performance.now() + withinMs;
    while (!isTrue()) {
      for (const client of this.clients) client.assertAlive();
      if (performance.now() > deadline) throw new Error(what);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Watches for a while: `isWrong` must not become true. */
  async never(isWrong, forMs, what) {
    const deadline = performance.now() + forMs;
    while (performance.now() < deadline) {
      if (isWrong()) throw new Error(what);
      for (const client of this.clients) client.assertAlive();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  pause(ms) {
    return this.never(() => false, ms, '');
  }

  async end() {
    for (const client of this.clients) await client.kill();
    for (const close of this.#owned.reverse()) await close();
  }
}

/** Result of a case: `pass`, `fail` with why, `none` for what the library does not offer, `skip` for what this runtime cannot try. */
export async function runCase(test, clientName, { execPath } = {}) {
  if (test.skip?.() !== undefined) return { result: 'skip', why: test.skip() };
  const bench = new Bench(clientName, execPath);
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${test.limitMs / 1000} s`)), test.limitMs ?? 45_000);
  });
  try {
    await Promise.race([test.run(bench), limit]);
    for (const client of bench.clients) client.assertAlive();
    return { result: 'pass', version: bench.clients[0]?.version };
  } catch (error) {
    const version = bench.clients[0]?.version;
    // A process that died explains more than the wait that did not come true.
    if (!(error instanceof NotOffered))
      for (const client of bench.clients)
        try {
          client.assertAlive();
        } catch (death) {
          return { result: death instanceof NotOffered ? 'none' : 'fail', why: death.message, version };
        }
    return { result: error instanceof NotOffered ? 'none' : 'fail', why: error.message, version };
  } finally {
    clearTimeout(timer);
    await bench.end();
  }
}

export function expect(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

/**
 * A StatefulSet and a Deployment in small: processes with the environment that the manifests give them, a folder each for their
 * `emptyDir`, the keys in a folder each as kubelets mount them, and readiness as kubelets see it. Pods listen on 127.0.0.10,
 * .11, .12 and find each other by the template strategy, as in a cluster.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const deploy = fileURLToPath(new URL('../../../apps/bot/deploy/', import.meta.url));
const program = fileURLToPath(new URL('../../../apps/bot/dist/main.js', import.meta.url));
const ports = { public: 28_080, internal: 28_081, ops: 29_090 };
const managerHost = '127.0.0.9';

/** One pod that is there until it is deleted; a container that ends is started again, as by a kubelet. */
class Pod {
  constructor(name, host, folder, env) {
    Object.assign(this, { name, host, folder, env, restarts: 0, deleted: false });
    mkdirSync(join(folder, 'state'), { recursive: true });
    this.#start();
  }

  get opsUrl() {
    return `http://${this.host}:${ports.ops}`;
  }

  get interactionsUrl() {
    return `http://${this.host}:${ports.public}/interactions`;
  }

  async isReady() {
    const answer = await fetch(`${this.opsUrl}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status === 200;
  }

  async metric(name) {
    const answer = await fetch(`${this.opsUrl}/metrics`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    const lines = ((await answer?.text()) ?? '').split('\n').filter((line) => line.startsWith(name));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** Ends the pod for good and takes its `emptyDir` along. `SIGTERM` is a deletion, `SIGKILL` a forced one. */
  async delete(signal = 'SIGTERM') {
    this.deleted = true;
    this.child.kill(signal);
    const kill = setTimeout(() => this.child.kill('SIGKILL'), 60_000);
    const code = await this.ended;
    clearTimeout(kill);
    rmSync(join(this.folder, 'state'), { recursive: true, force: true });
    return code;
  }

  /** Ends the container; the pod starts it again, with what is in its `emptyDir`. */
  crash() {
    this.child.kill('SIGKILL');
  }

  #start() {
    const log = openSync(join(this.folder, 'log'), 'a');
    this.child = spawn(process.execPath, [program, this.env.role], { env: this.env, stdio: ['ignore', log, log] });
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve(code ?? signal)));
    void this.ended.then(async () => {
      await sleep(1000);
      if (this.deleted) return;
      this.restarts += 1;
      this.#start();
    });
  }
}

/** The fleet and its manager. */
export class Fleet {
  pods = [];
  manager = undefined;
  #work;
  #discord;
  #generation = 0;
  #keys = '';

  constructor(work, discord) {
    this.#work = work;
    this.#discord = discord;
    this.rotate('first', 'k');
  }

  get size() {
    return 3;
  }

  /** Writes a keys file into every pod's mount, by a rename as kubelets do; `behind` is the file's second line. */
  rotate(id, letter, behind = '') {
    this.#keys = `${id} ${letter.repeat(40)}\n${behind}`;
    for (const pod of [...this.pods, ...(this.manager ? [this.manager] : [])]) this.#mount(pod.folder);
    return this.#keys;
  }

  startManager(version = '1') {
    const folder = this.#folder('manager');
    const env = environment('manager/deployment.yaml', 'bot-manager-0');
    this.manager = new Pod('bot-manager', managerHost, folder, {
      ...env,
      ...this.#local(managerHost, folder, version),
      role: 'manager',
    });
  }

  startPod(ordinal, version = '1', more = {}) {
    const name = `bot-g1-${ordinal}`;
    const host = `127.0.0.1${ordinal}`;
    const folder = this.#folder(name);
    const env = environment('fleet/statefulset.yaml', name);
    this.pods[ordinal] = new Pod(name, host, folder, {
      ...env,
      ...this.#local(host, folder, version),
      TINFOIL_MANAGER_URL: `http://${managerHost}:${ports.internal}`,
      TINFOIL_STATE_DIR: join(folder, 'state'),
      TINFOIL_HANDLED_FILE: join(this.#work, `${name}.handled`),
      DISCORD_PUBLIC_KEY: this.#discord.publicKey,
      ...more,
      role: 'shard',
    });
    return this.pods[ordinal];
  }

  /** What the manager's page shows. */
  async state() {
    const answer = await fetch(`${this.manager.opsUrl}/state.json`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    return answer?.ok ? await answer.json() : undefined;
  }

  handledFiles() {
    return this.pods.map(({ name }) => join(this.#work, `${name}.handled`));
  }

  logs() {
    return [...this.pods, this.manager]
      .map((pod) => pod && `--- ${pod.name}\n${readFileSync(join(pod.folder, 'log'), 'utf8').slice(-1500)}`)
      .join('\n');
  }

  async stop() {
    await Promise.all(this.pods.map((pod) => pod.deleted || pod.delete()));
    await this.manager?.delete();
  }

  kill() {
    for (const pod of [...this.pods, this.manager]) {
      if (pod === undefined) continue;
      pod.deleted = true;
      pod.child.kill('SIGKILL');
    }
  }

  /** A new pod is a new folder, whatever its name. */
  #folder(name) {
    const folder = join(this.#work, `${name}.${this.#generation++}`);
    mkdirSync(folder, { recursive: true });
    this.#mount(folder);
    return folder;
  }

  #mount(folder) {
    writeFileSync(join(folder, 'keys.new'), this.#keys, { mode: 0o440 });
    renameSync(join(folder, 'keys.new'), join(folder, 'keys'));
  }

  /** What differs from a cluster: addresses of this machine, and folders instead of mounts. */
  #local(host, folder, version) {
    return {
      BOT_TOKEN: this.#discord.token,
      TINFOIL_API_URL: this.#discord.restUrl,
      TINFOIL_PEER_TEMPLATE: `http://127.0.0.1{pod}:${ports.internal}`,
      TINFOIL_KEYS_FILE: join(folder, 'keys'),
      TINFOIL_HOST: host,
      TINFOIL_PUBLIC_PORT: String(ports.public),
      TINFOIL_INTERNAL_PORT: String(ports.internal),
      TINFOIL_OPS_PORT: String(ports.ops),
      TINFOIL_VERSION: version,
    };
  }
}

/** Environment of a workload's container as the manifest has it. */
function environment(file, podName) {
  const { spec } = parse(readFileSync(join(deploy, file), 'utf8'));
  const env = {};
  for (const { name, value, valueFrom } of spec.template.spec.containers[0].env) {
    const field = valueFrom?.fieldRef?.fieldPath;
    if (field === 'metadata.name') env[name] = podName;
    else if (value !== undefined) env[name] = value;
  }
  return env;
}

/**
 * Ports for a run of the `dev` role: a block of neighbours, reserved once and kept over the restarts of pods.
 *
 * The first port of a block is held by a listener as long as the run lasts, so that two runs never share a block. Blocks lie
 * below the range from which systems pick local ports, which could take a port while its pod is down.
 */
import { createServer, type Server } from 'node:net';

const host = '127.0.0.1';
const first = 21_000;
const last = 31_900;

/** A reserved block. */
export interface PortBlock {
  readonly ports: readonly number[];
  release(): Promise<void>;
}

/** Reserves `count` ports on 127.0.0.1. @throws Error when no block is free. */
export async function reservePorts(count: number, random: number): Promise<PortBlock> {
  const size = count + 1;
  const blocks = Math.floor((last - first) / size);
  const start = Math.floor(random * blocks);
  for (let tried = 0; tried < blocks; tried += 1) {
    const base = first + ((start + tried) % blocks) * size;
    const lock = await listen(base);
    if (lock === undefined) continue;
    const ports = Array.from({ length: count }, (_, index) => base + 1 + index);
    if (await allFree(ports)) return { ports, release: () => close(lock) };
    await close(lock);
  }
  throw new Error(`no ${size} neighbouring free ports on ${host} between ${first} and ${last}`);
}

async function allFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) {
    const server = await listen(port);
    if (server === undefined) return false;
    await close(server);
  }
  return true;
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

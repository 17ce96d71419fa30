import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reservePorts } from '../../src/dev/ports.ts';

describe('reservePorts', () => {
  it('gives neighbouring ports that can be bound', async () => {
    const block = await reservePorts(4, 0.4);
    expect(block.ports).toHaveLength(4);
    for (const port of block.ports) await bindOnce(port);
    await block.release();
  });

  it('gives two runs of the same luck different ports', async () => {
    const one = await reservePorts(5, 0.6);
    const other = await reservePorts(5, 0.6);
    expect(one.ports.filter((port) => other.ports.includes(port))).toEqual([]);
    await one.release();
    await other.release();
  });
});

function bindOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

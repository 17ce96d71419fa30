/** 100,000 requests natively and 2,000 by tweetnacl: never a 5xx, never a wrong accept, memory flat. `FUZZ_SEED` varies it. */
import { expect, it } from 'vitest';
import { loadNaclBackend } from '../../src/ed25519-nacl.ts';
import { createVerifier } from '../../src/verify.ts';
import { createFuzzer } from '../fuzz.ts';
import { createTarget, overFetch, runFuzz } from '../fuzz-run.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
const heapMb = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

it('answers 100,000 requests of any bytes as they deserve, with flat memory', async () => {
  const heaps: number[] = [];
  const statuses = new Map<number, number>();
  for (let part = 0; part < 10; part += 1) {
    const fuzzer = await runFuzz(10_000, seed * 1000 + part);
    for (const [status, count] of fuzzer.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
    heaps.push(heapMb());
  }
  console.log(`answers by status: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`);
  console.log(`heap after each 10,000, MB: ${heaps.map((heap) => heap.toFixed(1)).join(' ')}`);
  expect(Math.max(...heaps.slice(5)) - heaps[2]!).toBeLessThan(5);
});

it('answers 2,000 by tweetnacl', async () => {
  const fuzzer = createFuzzer(seed);
  const target = createTarget(fuzzer);
  const verifier = createVerifier(fuzzer.publicKey, undefined, (key) => {
    const backend = loadNaclBackend(key);
    return async (signature, message) => (await backend)(signature, message);
  });
  const receiver = {
    verify: (headers: (name: string) => string | null | undefined, body: Uint8Array) =>
      verifier(headers('x-signature-ed25519'), headers('x-signature-timestamp'), body),
    route: (body: Uint8Array) => target.route(body),
    handleVerified: (body: Uint8Array) => target.handleVerified(body),
  };
  for (let count = 0; count < 2000; count += 1) {
    const request = fuzzer.next();
    fuzzer.judge(request, await overFetch(receiver, request));
  }
  await target.idle();
});

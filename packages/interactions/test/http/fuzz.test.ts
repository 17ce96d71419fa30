import { describe, expect, it } from 'vitest';
import { loadNaclBackend } from '../../src/ed25519-nacl.ts';
import { createVerifier } from '../../src/verify.ts';
import { createFuzzer } from '../fuzz.ts';
import { createTarget, overFetch, runFuzz } from '../fuzz-run.ts';

// The long runs are in test/long.
describe('any bytes', () => {
  it('are answered as they deserve, natively', async () => {
    const { statuses } = await runFuzz(2500, 1);
    expect([...statuses.keys()].sort()).toEqual([200, 204, 400, 401, 405, 413, 415]);
  });

  it('are answered as they deserve, by tweetnacl', async () => {
    const fuzzer = createFuzzer(2);
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
    for (let count = 0; count < 60; count += 1) {
      const request = fuzzer.next();
      fuzzer.judge(request, await overFetch(receiver, request));
    }
    await target.idle();
    expect(fuzzer.statuses.get(401)).toBeGreaterThan(10);
  });
});

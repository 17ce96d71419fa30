import { describe, expect, it } from 'vitest';
import { verify } from '../../src/index.ts';
import { createVerifier } from '../../src/verify.ts';
import { createSigner } from '../sign.ts';

const signer = createSigner();
const body = '{"type":1,"name":"ä"}';

function input(timestamp?: string, from = signer) {
  const headers = from.headers(body, timestamp);
  return {
    publicKey: signer.publicKey,
    signature: headers['x-signature-ed25519'],
    timestamp: headers['x-signature-timestamp'],
    body,
  };
}

describe('verify', () => {
  it('takes the raw body as bytes, as a buffer, or as its text', async () => {
    const bytes = new TextEncoder().encode(body);
    for (const form of [body, bytes, bytes.buffer as ArrayBuffer, Buffer.from(body)])
      expect(await verify({ ...input(), body: form })).toBe(true);
    expect(await verify({ ...input(), body: JSON.stringify(JSON.parse(body), null, 1) })).toBe(false);
  });

  it('takes hexadecimal digits of either case, and nothing else', async () => {
    const good = input();
    expect(await verify({ ...good, signature: good.signature?.toUpperCase() })).toBe(true);
    for (const signature of [
      undefined,
      null,
      '',
      good.signature?.slice(2),
      `${good.signature}00`,
      `0x${good.signature?.slice(2)}`,
      7 as never,
    ])
      expect(await verify({ ...good, signature })).toBe(false);
  });

  it('takes a timestamp of digits, though another was signed', async () => {
    for (const timestamp of ['', ' 1', '1 ', '1.5', '-1', '1e9', '0x1', 'now', '1'.repeat(17), '１'])
      expect(await verify(input(timestamp))).toBe(false);
    expect(await verify(input('0'))).toBe(true);
  });

  it('knows only digits as a timestamp, so that nothing of a payload can move into it', async () => {
    const headers = signer.headers('7{}', '170000000');
    const moved = { signature: headers['x-signature-ed25519'], timestamp: '1700000007', body: '{}' };
    // The same signed text: only digits before the body can change sides, and no payload starts with one.
    expect(await verify({ publicKey: signer.publicKey, ...moved })).toBe(true);
    expect(await verify({ publicKey: signer.publicKey, ...moved, timestamp: '17000000', body: '07{}' })).toBe(true);
    expect(await verify({ publicKey: signer.publicKey, ...moved, timestamp: '17000000{', body: '}' })).toBe(false);
  });

  it('asks no backend about what is not strict, whatever that would say', async () => {
    const verifier = createVerifier(signer.publicKey, undefined, () => () => true);
    const [r, s, zero] = ['58'.padEnd(64, '6'), '01'.padEnd(64, '0'), '0'.repeat(64)];
    const order = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';
    expect(await verifier(r + s, '1', new Uint8Array())).toBe(true);
    for (const signature of [
      r + order,
      `${r}${'f'.repeat(64)}`,
      zero + s,
      `01${zero.slice(2)}${s}`,
      'f'.repeat(64) + s,
    ])
      expect(await verifier(signature, '1', new Uint8Array())).toBe(false);
  });

  it('takes any of several keys', async () => {
    const other = createSigner();
    const keys = [other.publicKey, signer.publicKey.toUpperCase()];
    expect(await verify({ ...input(), publicKey: keys })).toBe(true);
    expect(await verify({ ...input(), publicKey: [other.publicKey] })).toBe(false);
    expect(await verify({ ...input(undefined, createSigner()), publicKey: keys })).toBe(false);
  });

  it('refuses old timestamps only when told to, on both sides of now', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const [seconds, isFresh] of [
      [0, true],
      [-290, true],
      [290, true],
      [-310, false],
      [310, false],
    ] as const) {
      expect(await verify(input(String(now + seconds)))).toBe(true);
      expect(await verify({ ...input(String(now + seconds)), maxAgeMs: 300_000 })).toBe(isFresh);
    }
  });

  it('names the key that is unusable, without showing it', async () => {
    const weak = `01${'00'.repeat(31)}`;
    for (const [publicKey, message] of [
      ['', 'publicKey must be 64 hexadecimal digits, or several such keys, got 0 characters'],
      ['Simulated.Bot.Token', 'publicKey must be 64 hexadecimal digits, or several such keys, got 19 characters'],
      [undefined, 'publicKey must be 64 hexadecimal digits, or several such keys, got undefined'],
      [[], 'publicKey must be 64 hexadecimal digits'],
      [[7], 'publicKey must be 64 hexadecimal digits, or several such keys, got number'],
      ['zz'.repeat(32), 'publicKey must be 64 hexadecimal digits'],
      [weak, 'publicKey must be a canonical point of large order, got a weak key'],
      [`ed${'ff'.repeat(30)}7f`, 'publicKey must be a canonical point'],
    ] as const)
      await expect(verify({ ...input(), publicKey: publicKey as never })).rejects.toThrow(`interactions: ${message}`);
  });
});

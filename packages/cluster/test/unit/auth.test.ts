import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDigest, createVerifier, sign, signatureBase } from '../../src/auth.ts';
import { createFileKeyRing, createKeyRing, parseKeys } from '../../src/keys.ts';
import { createNonceMemory, createNonceSource } from '../../src/nonces.ts';

const ring = createKeyRing([{ id: 'one', secret: 'k'.repeat(40) }]);
const nowMs = 1_790_000_000_000;
const call = { method: 'POST', path: '/v1/rpc?x=1', body: '[{"id":1}]', to: 'g1/3' };

function signed(more: Partial<typeof call> = {}, atMs = nowMs, key = ring.keys[0]!) {
  const request = { ...call, ...more };
  const headers = new Map<string, string>(Object.entries(sign(request, key, createNonceSource()(), atMs)));
  return { request, headers };
}
const check = (request: typeof call, headers: Map<string, string>, verifier = createVerifier(ring, 'g1/3')) =>
  verifier.verify(request, (name) => headers.get(name), nowMs);

describe('signatures', () => {
  it('are those of RFC 9421: its test case B.2.5', () => {
    const key = Buffer.from(
      'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
      'base64',
    );
    const base = signatureBase(
      [
        ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
        ['@authority', 'example.com'],
        ['content-type', 'application/json'],
      ],
      '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    );
    expect(createHmac('sha256', key).update(base).digest('base64')).toBe(
      'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=',
    );
  });

  it('carry the digest of RFC 9530: its example for {"hello": "world"}', () => {
    expect(contentDigest('{"hello": "world"}\n')).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
  });

  it('are accepted as they were made', () => {
    const { request, headers } = signed();
    expect(check(request, headers)).toBeUndefined();
  });

  it.each([
    ['another body', { body: '[{"id":2}]' }, 'digest'],
    ['another method', { method: 'PUT' }, 'signature'],
    ['another path', { path: '/v1/drain?x=1' }, 'signature'],
    ['another query', { path: '/v1/rpc?x=2' }, 'signature'],
  ])('are refused with %s', (_, change, why) => {
    const { request, headers } = signed();
    expect(check({ ...request, ...change }, headers)).toBe(why);
  });

  it('are refused a second time', () => {
    const { request, headers } = signed();
    const verifier = createVerifier(ring, 'g1/3');
    expect(check(request, headers, verifier)).toBeUndefined();
    expect(check(request, headers, verifier)).toBe('replay');
  });

  it.each([-61_000, 61_000])('are refused %i ms off', (offMs) => {
    const { request, headers } = signed({}, nowMs + offMs);
    expect(check(request, headers)).toBe('stale');
  });

  it('are refused by another receiver, also when they name it afterwards', () => {
    const { request, headers } = signed();
    expect(check(request, headers, createVerifier(ring, 'g1/4'))).toBe('receiver');
    headers.set('tinfoil-to', 'g1/4');
    expect(check(request, headers, createVerifier(ring, 'g1/4'))).toBe('signature');
  });

  it('are refused of a key with the same name, and of an unknown one', () => {
    const other = createKeyRing([
      { id: 'one', secret: 'x'.repeat(40) },
      { id: 'two', secret: 'k'.repeat(40) },
    ]);
    for (const [key, why] of [
      [other.keys[0], 'signature'],
      [other.keys[1], 'key'],
    ] as const) {
      const { request, headers } = signed({}, nowMs, key!);
      expect(check(request, headers)).toBe(why);
    }
  });

  it('are refused with any byte changed in any of the headers', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('content-digest', 'signature-input', 'signature', 'tinfoil-to'),
        fc.nat(),
        fc.integer({ min: 33, max: 126 }),
        (name, place, code) => {
          const { request, headers } = signed();
          const value = headers.get(name) as string;
          const at = place % value.length;
          const changed = value.slice(0, at) + String.fromCharCode(code) + value.slice(at + 1);
          fc.pre(changed !== value);
          headers.set(name, changed);
          expect(check(request, headers)).toBeDefined();
        },
      ),
    );
  });

  it('are missing, or not of the one accepted form', () => {
    const { request, headers } = signed();
    const without = new Map(headers);
    without.delete('signature');
    expect(check(request, without)).toBe('missing');
    const fewer = new Map(headers).set(
      'signature-input',
      headers.get('signature-input')!.replace(' "content-digest"', ''),
    );
    expect(check(request, fewer)).toBe('malformed');
  });
});

describe('nonces', () => {
  it('are new once each, in whatever order they arrive within the window', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 300 }, (_, n) => n)), (order) => {
        const memory = createNonceMemory(120_000);
        const nonce = (n: number) => `abcdefghijklmnop.${n.toString(36)}`;
        for (const n of order) expect(memory.seen(nonce(n), 0)).toBe(false);
        for (const n of order) expect(memory.seen(nonce(n), 0)).toBe(true);
      }),
    );
  });

  it('below the window count as seen', () => {
    const memory = createNonceMemory(120_000);
    memory.seen(`abcdefghijklmnop.${(100_000).toString(36)}`, 0);
    expect(memory.seen('abcdefghijklmnop.1', 0)).toBe(true);
    expect(memory.seen(`abcdefghijklmnop.${(99_999).toString(36)}`, 0)).toBe(false);
  });

  it('of other shapes are remembered while their signature is good', () => {
    const memory = createNonceMemory(120_000);
    expect(memory.seen('some-other-nonce', 0)).toBe(false);
    expect(memory.seen('some-other-nonce', 119_999)).toBe(true);
    expect(memory.seen('some-other-nonce', 200_000)).toBe(true);
    expect(memory.seen('some-other-nonce', 500_000)).toBe(false);
  });
});

describe('keys', () => {
  it('are lines of id and secret; comments and blanks aside', () => {
    expect(parseKeys(`# new\ntwo ${'b'.repeat(32)}\n\none ${'a'.repeat(32)}\n`, 'keys').map(({ id }) => id)).toEqual([
      'two',
      'one',
    ]);
  });

  it.each([
    ['', 'cluster: keys file keys must hold 1 to 4 keys, got 0'],
    ['one short', 'cluster: keys line 1: secret must have at least 32 characters, got 5'],
    [`o/ne ${'a'.repeat(32)}`, 'cluster: keys line 1: key id must be 1-32 of A-Z a-z 0-9 _ -'],
    [`one ${'a'.repeat(32)} more`, 'cluster: keys file keys line 1 must be "id secret", got more words'],
  ])('refuse %j without showing a secret', (text, message) =>
    expect(() => parseKeys(text, 'keys')).toThrow(new TypeError(message)),
  );

  it('are read again when the file changes, and kept when it is broken', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tinfoil-keys-'));
    const path = join(directory, 'keys');
    writeFileSync(path, `one ${'a'.repeat(32)}\n`);
    const file = createFileKeyRing(path);
    writeFileSync(path, `two ${'b'.repeat(32)}\none ${'a'.repeat(32)}\n`);
    file.refresh(true);
    expect(file.keys.map(({ id }) => id)).toEqual(['two', 'one']);
    writeFileSync(path, 'broken');
    file.refresh(true);
    expect(file.keys).toHaveLength(2);
    rmSync(directory, { recursive: true });
    expect(() => createFileKeyRing(path)).toThrow(`cluster: keys file ${path} cannot be read (ENOENT)`);
  });
});

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/ed25519.ts';
import { fromHex, isStrictPoint, isStrictSignature } from '../../src/ed25519-check.ts';
import { loadNaclBackend } from '../../src/ed25519-nacl.ts';
import { createBackend as createNodeBackend } from '../../src/ed25519-node.ts';
import { createBackend as createWebBackend } from '../../src/ed25519-web.ts';
import {
  add,
  base,
  challenge,
  decodeInteger,
  encode,
  encodeInteger,
  L,
  mod,
  multiply,
  p,
  recoverX,
  torsion,
} from '../curve.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const concat = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const text = (value: string) => new Uint8Array(new TextEncoder().encode(value));

/** Verdicts of the three backends behind the strict check, as the verifier puts them together. */
async function judge(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<readonly boolean[]> {
  const make: readonly ((key: Uint8Array<ArrayBuffer>) => Backend | Promise<Backend>)[] = [
    createNodeBackend,
    createWebBackend,
    loadNaclBackend,
  ];
  return Promise.all(
    make.map(async (create) => {
      if (!isStrictPoint(publicKey) || !isStrictSignature(signature)) return false;
      const backend = await create(new Uint8Array(publicKey));
      return backend(new Uint8Array(signature), new Uint8Array(message));
    }),
  );
}

const all = [true, true, true];
const none = [false, false, false];

/** Signature over a known secret scalar, with a nonce point of one's choice. */
function forge(secret: bigint, a: Uint8Array, nonce: bigint, r: Uint8Array, message: Uint8Array): Uint8Array {
  return concat(r, encodeInteger(mod(nonce + challenge(r, a, message) * secret, L)));
}

const secret = mod(decodeInteger(createHash('sha512').update('secret').digest()), L);
const nonce = mod(decodeInteger(createHash('sha512').update('nonce').digest()), L);
const key = encode(multiply(base, secret));
const message = text('1700000000{"type":1}');
const honest = forge(secret, key, nonce, encode(multiply(base, nonce)), message);

describe('the three backends', () => {
  // RFC 8032, 7.1: tests 1, 2, 3 and SHA(abc).
  it.each([
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
    [
      'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
    ],
  ])('accept the RFC 8032 vector of key %s', async (publicKey, data, signature) => {
    expect(await judge(bytes(publicKey), bytes(signature), bytes(data))).toEqual(all);
  });

  it('accept what node:crypto signs, of any length', async () => {
    const pair = generateKeyPairSync('ed25519');
    const publicKey = Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    for (const length of [0, 1, 111, 112, 1024, 65_537]) {
      const data = new Uint8Array(length).fill(length);
      expect(await judge(publicKey, sign(null, data, pair.privateKey), data)).toEqual(all);
    }
  });

  it('accept an honest signature, and refuse it for another text or key', async () => {
    expect(await judge(key, honest, message)).toEqual(all);
    expect(await judge(key, honest, text('1700000001{"type":1}'))).toEqual(none);
    expect(await judge(encode(multiply(base, secret + 1n)), honest, message)).toEqual(none);
  });

  it('refuse every signature with one bit changed', async () => {
    for (let bit = 0; bit < 512; bit += 37) {
      const changed = honest.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await judge(key, changed, message)).toEqual(none);
    }
  });

  it('refuse malleable S: every multiple of the order added that fits', async () => {
    const s = decodeInteger(honest.subarray(32));
    for (let times = 1n; s + times * L < 2n ** 256n; times += 1n) {
      const signature = concat(honest.subarray(0, 32), encodeInteger(s + times * L));
      expect(await judge(key, signature, message)).toEqual(none);
    }
    expect(await judge(key, concat(honest.subarray(0, 32), encodeInteger(L)), message)).toEqual(none);
    expect(isStrictSignature(concat(honest.subarray(0, 32), encodeInteger(L - 1n)))).toBe(true);
  });

  it('refuse R of small order, though the equation holds', async () => {
    for (const point of torsion()) {
      const r = encode(point);
      // S·B = R + h·A holds for the identity, and with the cofactor for the other seven.
      expect(await judge(key, forge(secret, key, 0n, r, message), message)).toEqual(none);
    }
  });

  it('refuse keys of small order, which verify what nobody signed', async () => {
    for (const point of torsion()) {
      const weak = encode(point);
      const r = encode(multiply(base, nonce));
      expect(await judge(weak, concat(r, encodeInteger(nonce)), message)).toEqual(none);
      expect(isStrictPoint(weak)).toBe(false);
    }
  });

  it('refuse coordinates that are not reduced, for keys and for R', async () => {
    let points = 0;
    for (let y = 0n; y < 19n; y += 1n)
      for (const sign of [0n, 1n]) {
        const encoded = encodeInteger((p + y) | (sign << 255n));
        expect(isStrictPoint(encoded)).toBe(false);
        expect(await judge(encoded, honest, message)).toEqual(none);
        expect(await judge(key, concat(encoded, honest.subarray(32)), message)).toEqual(none);
        if (recoverX(y, sign) !== undefined) points += 1;
      }
    // Some of them do name points, which a lenient decoder would take.
    expect(points).toBeGreaterThan(10);
    expect(isStrictPoint(encodeInteger(2n ** 255n - 1n))).toBe(false);
    expect(isStrictPoint(encodeInteger(p - 2n))).toBe(true);
  });

  it('refuse the two encodings of x = 0 with a sign', () => {
    for (const y of [1n, p - 1n]) expect(isStrictPoint(encodeInteger(y | (1n << 255n)))).toBe(false);
  });

  it('agree on keys and nonces with a part of small order', async () => {
    const verdicts = new Set<string>();
    for (const point of torsion()) {
      const mixedKey = encode(add(multiply(base, secret), point));
      const mixedR = encode(add(multiply(base, nonce), point));
      for (let index = 0; index < 3; index += 1) {
        const data = text(`1700000000${index}`);
        const plainR = encode(multiply(base, nonce));
        for (const [a, r] of [
          [mixedKey, plainR],
          [key, mixedR],
          [mixedKey, mixedR],
        ] as const) {
          const [first, ...others] = await judge(a, forge(secret, a, nonce, r, data), data);
          expect(others).toEqual([first, first]);
          verdicts.add(String(first));
        }
      }
    }
    // Without the cofactor some of them hold, so that the agreement says something.
    expect([...verdicts].sort()).toEqual(['false', 'true']);
  });

  it('refuse points that are none', async () => {
    let count = 0;
    for (let y = 2n; y < 40n; y += 1n) {
      const encoded = encodeInteger(y);
      const exists = recoverX(y, 0n) !== undefined;
      if (exists) continue;
      count += 1;
      expect(await judge(encoded, honest, message)).toEqual(none);
      expect(await judge(key, concat(encoded, honest.subarray(32)), message)).toEqual(none);
    }
    expect(count).toBeGreaterThan(10);
  });

  it('refuse parts that are truncated, padded, swapped or empty', async () => {
    const [r, s] = [honest.subarray(0, 32), honest.subarray(32)];
    const zero = new Uint8Array(32);
    for (const signature of [
      honest.subarray(0, 63),
      concat(honest, new Uint8Array(1)),
      concat(new Uint8Array(1), honest),
      concat(s, r),
      concat(r, zero),
      concat(zero, s),
      new Uint8Array(64),
      new Uint8Array(64).fill(255),
      new Uint8Array(0),
    ])
      expect(await judge(key, signature, message)).toEqual(none);
  });
});

describe('fromHex', () => {
  it('takes exactly so many digits of either case', () => {
    expect(fromHex('00fFaB', 3)).toEqual(new Uint8Array([0, 255, 171]));
    for (const wrong of [
      '',
      '00ffa',
      '00ffabc',
      '00ffag',
      '0x00ff',
      ' 0ffab',
      '00ff:b',
      '00ffa`',
      '００ffab',
      '00ff@b',
    ])
      expect(fromHex(wrong, 3)).toBeUndefined();
  });
});

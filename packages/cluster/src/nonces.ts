/**
 * Memory of nonces, so that a recorded request is good for one delivery only.
 *
 * Our own nonces are a random name per sender and receiver and a count, `<name>.<count in base 36>`: of each name the highest
 * count and the ones just below it are kept as bits (the anti-replay window of IPsec, RFC 4303), a kilobyte per sender however
 * many requests it sends. Nonces of other shapes are kept whole for as long as their signature is good.
 */
import { randomBytes } from 'node:crypto';

/** Remembers nonces. */
export interface NonceMemory {
  /** True when the nonce was seen before, or is so old that nobody can tell. */
  seen(nonce: string, nowMs: number): boolean;
}

interface Window {
  high: number;
  readonly bits: Uint32Array;
  touchedAtMs: number;
}

// A request may be overtaken by as many as this and still count as new.
const windowBits = 8_192;
const maxSenders = 20_000;
const ownShape = /^([A-Za-z0-9_-]{16})\.([0-9a-z]{1,10})$/;

/** Source of nonces for one receiver. */
export function createNonceSource(): () => string {
  const name = randomBytes(12).toString('base64url');
  let count = 0;
  return () => `${name}.${(count++).toString(36)}`;
}

/** Memory for one receiver. @param goodForMs - How long a signature can be good, from its earliest to its latest. */
export function createNonceMemory(goodForMs: number): NonceMemory {
  const senders = new Map<string, Window>();
  let current = new Set<string>();
  let previous = new Set<string>();
  let sweptAtMs = Number.NEGATIVE_INFINITY;

  const sweep = (nowMs: number) => {
    if (nowMs - sweptAtMs < goodForMs) return;
    previous = nowMs - sweptAtMs < 2 * goodForMs ? current : new Set();
    current = new Set();
    sweptAtMs = nowMs;
    for (const [name, window] of senders) if (nowMs - window.touchedAtMs > goodForMs) senders.delete(name);
  };
  const seenWhole = (nonce: string): boolean => {
    if (current.has(nonce) || previous.has(nonce)) return true;
    current.add(nonce);
    return false;
  };

  return {
    seen(nonce, nowMs) {
      sweep(nowMs);
      const own = ownShape.exec(nonce);
      if (own === null) return seenWhole(nonce);
      const [, name = '', digits = ''] = own;
      let window = senders.get(name);
      if (window === undefined) {
        // Only holders of a key come this far; more of them than any cluster has pods is no reason to grow.
        if (senders.size >= maxSenders) return seenWhole(nonce);
        window = { high: -1, bits: new Uint32Array(windowBits / 32), touchedAtMs: nowMs };
        senders.set(name, window);
      }
      window.touchedAtMs = nowMs;
      return mark(window, Number.parseInt(digits, 36));
    },
  };
}

/** Marks a count; true when it was marked before or lies below the window. */
function mark(window: Window, count: number): boolean {
  const { bits } = window;
  if (count > window.high) {
    if (count - window.high >= windowBits) bits.fill(0);
    else for (let skipped = window.high + 1; skipped < count; skipped++) clearBit(bits, skipped);
    window.high = count;
  } else if (count <= window.high - windowBits || hasBit(bits, count)) return true;
  setBit(bits, count);
  return false;
}

function hasBit(bits: Uint32Array, count: number): boolean {
  const place = count % windowBits;
  return (((bits[place >>> 5] as number) >>> (place & 31)) & 1) === 1;
}

function setBit(bits: Uint32Array, count: number): void {
  const place = count % windowBits;
  bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31));
}

function clearBit(bits: Uint32Array, count: number): void {
  const place = count % windowBits;
  bits[place >>> 5] = (bits[place >>> 5] as number) & ~(1 << (place & 31));
}

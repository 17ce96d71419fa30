/**
 * Ed25519 over bigint, from the definitions of RFC 8032: slow, and only for making signatures that no honest signer would.
 */
import { createHash } from 'node:crypto';

export const p: bigint = 2n ** 255n - 19n;
export const L: bigint = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = mod(-121665n * invert(121666n));

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const identity: Point = { x: 0n, y: 1n };
export const base: Point = { x: recoverX(mod(4n * invert(5n)), 0n)!, y: mod(4n * invert(5n)) };

export function mod(value: bigint, modulus: bigint = p): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function power(value: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(value), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square))
    if (rest & 1n) result = mod(result * square);
  return result;
}

function invert(value: bigint): bigint {
  return power(value, p - 2n);
}

/** `undefined` when no point has this ordinate. */
export function recoverX(y: bigint, sign: bigint): bigint | undefined {
  const square = mod((y * y - 1n) * invert(mod(d * y * y + 1n)));
  let x = power(square, (p + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * power(2n, (p - 1n) / 4n));
  if (mod(x * x - square) !== 0n) return undefined;
  return (x & 1n) === sign ? x : mod(-x);
}

/** Point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z, so that sums need no inversion (RFC 8032, 5.1.4). */
interface Extended {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

function extend({ x, y }: Point): Extended {
  return { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

function reduce({ X, Y, Z }: Extended): Point {
  const inverse = invert(Z);
  return { x: mod(X * inverse), y: mod(Y * inverse) };
}

function sum(one: Extended, other: Extended): Extended {
  const a = mod((one.Y - one.X) * (other.Y - other.X));
  const b = mod((one.Y + one.X) * (other.Y + other.X));
  const c = mod(2n * d * one.T * other.T);
  const e = mod(2n * one.Z * other.Z);
  return { X: mod((b - a) * (e - c)), Y: mod((e + c) * (b + a)), Z: mod((e - c) * (e + c)), T: mod((b - a) * (b + a)) };
}

export function add(one: Point, other: Point): Point {
  return reduce(sum(extend(one), extend(other)));
}

export function multiply(point: Point, scalar: bigint): Point {
  let result = extend(identity);
  for (let double = extend(point), rest = scalar; rest > 0n; rest >>= 1n, double = sum(double, double))
    if (rest & 1n) result = sum(result, double);
  return reduce(result);
}

export function encodeInteger(value: bigint, length: number = 32): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

export function decodeInteger(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function encode({ x, y }: Point): Uint8Array {
  return encodeInteger(y | ((x & 1n) << 255n));
}

/** h = SHA-512(R ‖ A ‖ M) mod L. */
export function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  return mod(decodeInteger(createHash('sha512').update(r).update(a).update(message).digest()), L);
}

/** The eight points whose order divides the cofactor, made by clearing the large part of any point. */
export function torsion(): readonly Point[] {
  for (let y = 2n; ; y += 1n) {
    const x = recoverX(y, 0n);
    if (x === undefined) continue;
    const candidate = multiply({ x, y }, L);
    // Of order eight: only its eighth multiple is the identity.
    if (multiply(candidate, 4n).y === 1n) continue;
    return Array.from({ length: 8 }, (_, index) => multiply(candidate, BigInt(index)));
  }
}

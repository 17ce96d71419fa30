/**
 * Keys of the internal calls: at most four, the first signs, all of them verify. Read from a mounted file and read again when
 * it changes, so that keys are rotated without a restart: put the new one first, keep the old one behind it for a while.
 *
 * A line of the file is `id secret` (id: 1-32 of `A-Za-z0-9_-`, secret: at least 32 printable characters); `#` begins a comment.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** One shared secret and its name on the wire. */
export interface ClusterKey {
  /** 1-32 of `A-Za-z0-9_-`. */
  readonly id: string;
  /** At least 32 characters. */
  readonly secret: string;
}

/** Key ready for use. */
export interface LoadedKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** The keys in force. */
export interface KeyRing {
  /** First key signs. Empty when the cluster runs without authentication (loopback only). */
  readonly keys: readonly LoadedKey[];
  /** Reads the file anew when it changed. `force` skips the pause between looks. */
  refresh(force?: boolean): void;
}

const idPattern = /^[A-Za-z0-9_-]{1,32}$/;
const lookEveryMs = 1_000;

/** Keys that never change. @throws {@link TypeError} on a key that does not fit. */
export function createKeyRing(keys: readonly ClusterKey[]): KeyRing {
  return { keys: keys.map((key) => loadKey(key, 'keys')), refresh: () => undefined };
}

/** Keys of a file. @throws {@link TypeError} when the file cannot be read or holds no key. */
export function createFileKeyRing(path: string): KeyRing {
  let stamp = '';
  let keys: readonly LoadedKey[] = [];
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const read = () => {
    const { mtimeMs, ino, size } = statSync(path);
    const now = `${mtimeMs}/${ino}/${size}`;
    if (now === stamp) return;
    keys = parseKeys(readFileSync(path, 'utf8'), path);
    stamp = now;
  };
  try {
    read();
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw new TypeError(`cluster: keys file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
  return {
    get keys() {
      return keys;
    },
    refresh(force = false) {
      const nowMs = performance.now();
      if (!force && nowMs - lookedAtMs < lookEveryMs) return;
      lookedAtMs = nowMs;
      try {
        read();
      } catch {
        // A half-written or vanished file leaves the keys in force: losing them would cut the pod off.
      }
    },
  };
}

/** Keys of a file's text. @throws {@link TypeError} naming the line, never its content. */
export function parseKeys(text: string, path: string): readonly LoadedKey[] {
  const keys: LoadedKey[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    const [id = '', secret = '', rest] = words.split(/\s+/);
    const where = `${path} line ${index + 1}`;
    if (rest !== undefined) throw new TypeError(`cluster: keys file ${where} must be "id secret", got more words`);
    keys.push(loadKey({ id, secret }, where));
  }
  if (keys.length === 0 || keys.length > 4)
    throw new TypeError(`cluster: keys file ${path} must hold 1 to 4 keys, got ${keys.length}`);
  return keys;
}

function loadKey(key: ClusterKey, where: string): LoadedKey {
  if (!idPattern.test(key.id)) throw new TypeError(`cluster: ${where}: key id must be 1-32 of A-Z a-z 0-9 _ -`);
  if (typeof key.secret !== 'string' || key.secret.length < 32)
    throw new TypeError(`cluster: ${where}: secret must have at least 32 characters, got ${key.secret?.length ?? 0}`);
  return { id: key.id, secret: createSecretKey(Buffer.from(key.secret, 'utf8')) };
}

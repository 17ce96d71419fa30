/**
 * Certificates of internal calls: with them every pod and the manager prove who they are to each other (mTLS), and nobody on the
 * network reads along. Beside the keys, not instead of them: signatures also bind a call to its receiver and its time.
 *
 * Read from mounted files and read again when they change, so that certificates are renewed without a restart.
 */
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Files in PEM, as cert-manager writes them: `tls.crt`, `tls.key`, `ca.crt`. */
export interface TlsFiles {
  /** Certificate, with intermediates behind it. It serves as server and as client. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Authority that must have signed the other side's certificate. */
  readonly caFile: string;
}

/** What a TLS connection is opened or accepted with. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

/** The certificates in force. */
export interface TlsRing {
  readonly material: TlsMaterial;
  /** Grows with each change. */
  readonly version: number;
  /** Reads the files anew when they changed; looks at most once a second. */
  refresh(): void;
}

const lookEveryMs = 1_000;

/** Certificates of files. @throws {@link TypeError} when one cannot be read, or certificate and key do not belong together. */
export function createTlsRing(files: TlsFiles): TlsRing {
  const paths = [files.certFile, files.keyFile, files.caFile];
  let stamp = '';
  let material: TlsMaterial | undefined;
  let version = 0;
  let lookedAtMs = performance.now();
  const read = () => {
    const now = paths.map(stampOf).join(' ');
    if (now === stamp) return;
    const next = {
      cert: readFileSync(files.certFile),
      key: readFileSync(files.keyFile),
      ca: readFileSync(files.caFile),
    };
    // Throws on a pair that does not match, as while the files are being replaced one by one.
    createSecureContext(next);
    material = next;
    stamp = now;
    version += 1;
  };
  try {
    read();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TypeError(`cluster: tls files ${paths.join(', ')} cannot be used (${code ?? message})`);
  }
  return {
    get material() {
      return material as TlsMaterial; // The first read succeeded, or we threw.
    },
    get version() {
      return version;
    },
    refresh() {
      const nowMs = performance.now();
      if (nowMs - lookedAtMs < lookEveryMs) return;
      lookedAtMs = nowMs;
      try {
        read();
      } catch {
        // What is in force stays in force.
      }
    },
  };
}

function stampOf(path: string): string {
  const { mtimeMs, ino, size } = statSync(path);
  return `${mtimeMs}/${ino}/${size}`;
}

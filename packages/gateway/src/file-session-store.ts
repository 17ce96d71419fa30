/**
 * Session store in a directory: `sessions.json` for the records of this process, and one `guilds-<total>-<shard>.bin` per shard,
 * written only when it changed. A directory belongs to one process at a time.
 *
 * Files are written aside and renamed, so a crash leaves the old or the new, never half. Only their owner may read them: with
 * the token, a session id is all that is needed to take a session over. Saves that come while one is being written are
 * written together.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type APIUser, isSnowflake, type SessionKey, type SessionRecord, type SessionStore } from '@tinfoil/types';

/** Options of {@link createFileSessionStore}. */
export interface FileSessionStoreOptions {
  /** Created when it does not exist. */
  readonly directory: string;
}

/** Content of `sessions.json`. The user is the same for every shard of an application and can be large: it stands there once. */
interface SessionsFile {
  readonly format: 1;
  readonly users: Readonly<Record<string, APIUser>>;
  readonly records: readonly Omit<SessionRecord, 'user' | 'guilds'>[];
}

type StoredRecord = Omit<SessionRecord, 'guilds'>;

/** Store that keeps sessions in files. */
export function createFileSessionStore(options: FileSessionStoreOptions): SessionStore {
  if (typeof options.directory !== 'string' || options.directory === '')
    throw new TypeError(`gateway: directory must be a non-empty string, got ${JSON.stringify(options.directory)}`);
  return new FileSessionStore(options.directory);
}

class FileSessionStore implements SessionStore {
  readonly #directory: string;
  #records: Promise<Map<string, StoredRecord>> | undefined;
  /** The write under way, and the one that waits for it. */
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async load(keys: readonly SessionKey[]): Promise<readonly SessionRecord[]> {
    const records = await this.#read();
    const found = await Promise.all(
      keys.map(async (key) => {
        const record = records.get(nameOf(key));
        if (record === undefined) return [];
        const guilds = await readFile(this.#guildsPath(key)).catch(ignoreMissing);
        return [{ ...record, guilds }];
      }),
    );
    return found.flat();
  }

  async save(saved: readonly SessionRecord[]): Promise<void> {
    const records = await this.#read();
    // Guild indexes first: a crash between the two leaves an older sequence, which replays, never a newer one without its guilds.
    await Promise.all(saved.map((record) => record.guilds && this.#replace(this.#guildsPath(record), record.guilds)));
    for (const { guilds: _, ...record } of saved) records.set(nameOf(record), record);
    await this.#write();
  }

  async drop(keys: readonly SessionKey[]): Promise<void> {
    const records = await this.#read();
    let dropped = false;
    for (const key of keys) dropped = records.delete(nameOf(key)) || dropped;
    await Promise.all(keys.map((key) => rm(this.#guildsPath(key), { force: true })));
    if (dropped) await this.#write();
  }

  #read(): Promise<Map<string, StoredRecord>> {
    this.#records ??= this.#readFile().catch((cause: unknown) => {
      this.#records = undefined;
      throw cause;
    });
    return this.#records;
  }

  async #readFile(): Promise<Map<string, StoredRecord>> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const text = await readFile(join(this.#directory, 'sessions.json'), 'utf8').catch(ignoreMissing);
    return new Map(parseFile(text).map((record) => [nameOf(record), record]));
  }

  #write(): Promise<void> {
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(async () => {
        this.#writing = this.#next!;
        this.#next = undefined;
        const records = await this.#read();
        await this.#replace(join(this.#directory, 'sessions.json'), encodeFile([...records.values()]));
      });
    return this.#next;
  }

  async #replace(path: string, content: string | Uint8Array): Promise<void> {
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  #guildsPath(key: SessionKey): string {
    return join(this.#directory, `guilds-${nameOf(key)}.bin`);
  }
}

function encodeFile(records: readonly StoredRecord[]): string {
  const users: Record<string, APIUser> = {};
  for (const { applicationId, user } of records) users[applicationId] = user;
  const file: SessionsFile = { format: 1, users, records: records.map(({ user: _, ...record }) => record) };
  return JSON.stringify(file);
}

/** Records of a file; none when it is not there or not ours: a session that cannot be read costs one IDENTIFY, no more. */
function parseFile(text: string | undefined): StoredRecord[] {
  if (text === undefined) return [];
  try {
    const file = JSON.parse(text) as SessionsFile;
    if (file.format !== 1) return [];
    return file.records.flatMap((record) => {
      const user = file.users[record.applicationId];
      return user !== undefined && isRecord(record) ? [{ ...record, user }] : [];
    });
  } catch {
    return [];
  }
}

function isRecord(record: Omit<StoredRecord, 'user'>): boolean {
  return (
    typeof record.sessionId === 'string' &&
    typeof record.resumeUrl === 'string' &&
    Number.isSafeInteger(record.sequence) &&
    Number.isSafeInteger(record.shardId) &&
    Number.isSafeInteger(record.totalShards) &&
    Number.isFinite(record.savedAtMs) &&
    isSnowflake(record.applicationId)
  );
}

function nameOf(key: SessionKey): string {
  return `${key.totalShards}-${key.shardId}`;
}

function ignoreMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT') return undefined;
  throw cause;
}

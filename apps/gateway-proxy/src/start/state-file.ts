/**
 * File of records, appended to: what waits in memory, what is written, and where each record ended up.
 *
 * One operation at a time, in the order they were asked for. A record's place is known once it is written; readers come after the
 * writes before them.
 */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { headBytes } from './state-log.ts';

/** Where a record is. */
export interface Place {
  /** Index of the record's head; -1 until it is written. */
  offset: number;
  /** Whole record in bytes. */
  readonly length: number;
}

/** More than this in memory means that the disk does not follow. */
const maxPendingBytes = 128 * 1024 * 1024;
const writeBytes = 4 * 1024 * 1024;

/** One shard's file. */
export class StateFile {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #size = 0;
  #pending: { record: Buffer; place: Place }[] = [];
  #pendingBytes = 0;
  #truncating = false;
  #work: Promise<unknown> = Promise.resolve();
  #failed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes written. */
  get size(): number {
    return this.#size;
  }

  /** True when what is in the file no longer follows what happened. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Content of the file; empty when there is none. */
  async open(): Promise<Buffer> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await rm(`${this.#path}.new`, { force: true });
    this.#handle = await open(this.#path, 'a+', 0o600);
    await this.#handle.close();
    this.#handle = await open(this.#path, 'r+', 0o600);
    const content = await this.#handle.readFile();
    this.#size = content.length;
    return content;
  }

  /** Cuts the file off where it is sound. */
  truncate(size: number): Promise<void> {
    return this.run(async (handle) => {
      await handle.truncate(size);
      this.#size = size;
    });
  }

  /** Forgets everything, also what waits. */
  clear(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#truncating = true;
    this.#failed = false;
  }

  /** Adds a record; it is written by the next {@link flush}. `first`: before what waits. */
  append(record: Buffer, first = false): Place {
    const place: Place = { offset: -1, length: record.length };
    if (this.#failed) return place;
    if (this.#pendingBytes > maxPendingBytes) {
      this.#fail();
      return place;
    }
    if (first) this.#pending.unshift({ record, place });
    else this.#pending.push({ record, place });
    this.#pendingBytes += record.length;
    return place;
  }

  /** Bytes that wait to be written. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Writes what waits. @throws what the disk says; the file is given up then until {@link clear}. */
  flush(): Promise<void> {
    return this.run(async () => undefined);
  }

  /** Runs after all that was asked for before, with everything written that was appended before. */
  run<Result>(work: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    const result = this.#work.then(async () => {
      if (this.#handle === undefined) throw new Error('the state file is not open');
      await this.#write(this.#handle);
      return work(this.#handle);
    });
    this.#work = result.catch(() => undefined);
    return result;
  }

  /** Body of a record, inside {@link run}. */
  async readBody(handle: FileHandle, place: Place): Promise<Buffer> {
    const record = await this.readRecord(handle, place);
    return record.subarray(headBytes);
  }

  /** A whole record, inside {@link run}. */
  async readRecord(handle: FileHandle, place: Place): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(place.length);
    const { bytesRead } = await handle.read(buffer, 0, place.length, place.offset);
    if (place.offset < 0 || bytesRead !== place.length) throw new Error('a record is not in the state file');
    return buffer;
  }

  /** Replaces the file by records that are still worth something; inside {@link run}. Their places move. */
  async rewrite(
    handle: FileHandle,
    fixed: readonly Buffer[],
    kept: readonly Place[],
    tail: readonly Buffer[],
  ): Promise<void> {
    const path = `${this.#path}.new`;
    const next = await open(path, 'w+', 0o600);
    const offsets: number[] = [];
    let size = 0;
    let batch: Buffer[] = [];
    let batchBytes = 0;
    const add = async (record: Buffer) => {
      batch.push(record);
      batchBytes += record.length;
      size += record.length;
      if (batchBytes < writeBytes) return;
      await next.writeFile(Buffer.concat(batch));
      batch = [];
      batchBytes = 0;
    };
    for (const record of fixed) await add(record);
    for (const place of kept) {
      offsets.push(size);
      await add(await this.readRecord(handle, place));
    }
    for (const record of tail) await add(record);
    if (batch.length > 0) await next.writeFile(Buffer.concat(batch));
    await rename(path, this.#path);
    kept.forEach((place, index) => {
      place.offset = offsets[index]!;
    });
    this.#handle = next;
    this.#size = size;
    await handle.close();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle?.close();
      this.#handle = undefined;
    }
  }

  async #write(handle: FileHandle): Promise<void> {
    if (this.#failed) throw new Error('the state file is given up until the shard has a new session');
    try {
      if (this.#truncating) {
        this.#truncating = false;
        await handle.truncate(0);
        this.#size = 0;
      }
      while (this.#pending.length > 0 && !this.#truncating) {
        const batch = this.#pending;
        this.#pending = [];
        this.#pendingBytes = 0;
        const bytes = Buffer.concat(batch.map(({ record }) => record));
        let at = this.#size;
        for (const { place } of batch) {
          place.offset = at;
          at += place.length;
        }
        await handle.write(bytes, 0, bytes.length, this.#size);
        this.#size = at;
      }
    } catch (cause) {
      this.#fail();
      throw cause;
    }
  }

  #fail(): void {
    this.#failed = true;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** Clients' sessions on disk, so that they can be resumed at the next process. Written aside and renamed; readable by the owner alone. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredClient } from '../protocol/client-session.ts';

interface Content {
  readonly format: 1;
  readonly totalShards: number;
  readonly clients: readonly StoredClient[];
}

/** The file of one process. */
export class ClientsFile {
  readonly #directory: string;
  #last = '';

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Sessions of the last process; none when there is no file of ours, or it is of another number of shards. */
  async load(totalShards: number): Promise<readonly StoredClient[]> {
    try {
      const content = JSON.parse(await readFile(this.#path, 'utf8')) as Content;
      return content.format === 1 && content.totalShards === totalShards ? content.clients : [];
    } catch {
      return [];
    }
  }

  /** Writes the sessions, if they changed. */
  async save(totalShards: number, clients: readonly StoredClient[]): Promise<void> {
    const content: Content = { format: 1, totalShards, clients };
    const text = JSON.stringify(content);
    if (text === this.#last) return;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
    this.#last = text;
  }

  get #path(): string {
    return join(this.#directory, 'clients.json');
  }
}

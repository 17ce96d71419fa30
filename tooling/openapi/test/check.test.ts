import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { operations } from './lists.ts';

const check = fileURLToPath(new URL('../check.mjs', import.meta.url));

it('says what Discord added and removed, what is missing and what is too much, and fails', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'tinfoil-openapi-'));
  try {
    const file = path.join(directory, 'openapi.json');
    await writeFile(file, JSON.stringify({ paths: { ...paths(), '/moods': { get: { responses: { 200: {} } } } } }));
    const { code, stdout } = await run([check, file]);
    expect(stdout).toContain('new at Discord:  GET /moods\n');
    expect(stdout).toContain('gone at Discord: GET /voice/regions\n');
    expect(stdout).toContain('types: missing: GET /moods: is not in the tree\n');
    expect(stdout).toContain('types: too much: GET /voice/regions\n');
    expect(stdout).toContain('types: 241 of 242 operations of the OpenAPI file, 10 of 10');
    expect(code).toBe(1);
  } finally {
    await rm(directory, { recursive: true });
  }
});

/** OpenAPI file with the operations that are kept, less one. */
function paths() {
  const content = {
    json: 'application/json',
    form: 'application/x-www-form-urlencoded',
    multipart: 'multipart/form-data',
  };
  const binary = { properties: { file: { contentEncoding: 'binary' } } };
  const result: Record<string, Record<string, unknown>> = {};
  for (const { method, path: template, query = [], body, files, statuses } of operations) {
    if (template === '/voice/regions') continue;
    result[template] ??= {};
    result[template][method.toLowerCase()] = {
      parameters: query.map(({ name, required, array }) => ({
        name,
        in: 'query',
        required,
        schema: { type: array ? 'array' : 'string' },
      })),
      ...(body && {
        requestBody: {
          required: true,
          content: Object.fromEntries(
            body.map((kind) => [
              content[kind],
              {
                schema:
                  kind === 'multipart' && files ? { ...binary, required: files === 'required' ? ['file'] : [] } : {},
              },
            ]),
          ),
        },
      }),
      responses: Object.fromEntries(statuses.map((status) => [status, {}])),
    };
  }
  return result;
}

function run(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_error, stdout) => resolve({ code: child.exitCode ?? -1, stdout }));
  });
}

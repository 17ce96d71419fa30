/**
 * Writes a project. Nothing is asked here and nothing installed; a directory with anything in it is left as it is.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ProjectError } from './errors.ts';
import { projectManifest } from './manifest.ts';
import { findTarballs } from './tarballs.ts';
import { readTemplates } from './templates.ts';
import { type BotDeploy, type BotKind, templateFolders } from './variants.ts';

/** What to write and where. */
export interface ProjectOptions {
  /** Directory of the new project: missing or empty. Its last part is the project's name. */
  readonly directory: string;
  readonly kind: BotKind;
  readonly deploy: BotDeploy;
  /** Directory of packed tarballs to depend on instead of the registry. */
  readonly packages?: string | undefined;
}

/**
 * Writes a bot into a new directory and gives the paths of its files.
 *
 * @throws {@link ProjectError} when the directory is not empty or cannot be written, or a tarball is missing.
 */
export async function createProject(options: ProjectOptions): Promise<string[]> {
  const directory = resolve(options.directory);
  const name = projectName(directory);
  const templates = await readTemplates(templateFolders(options.kind, options.deploy), name);
  const ranges = await testedRanges();
  const overrides = options.packages === undefined ? {} : await findTarballs(options.packages);
  const manifest = { path: 'package.json', text: projectManifest({ name, files: templates, ranges, overrides }) };
  if (/"workspace:/.test(manifest.text))
    throw new ProjectError('--packages must name a directory of packed tarballs when this is run from a clone');
  const files = [manifest, ...templates];
  await assertEmpty(directory);
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text, { flag: 'wx' });
    }
  } catch (cause) {
    throw new ProjectError(`cannot write ${directory}: ${messageOf(cause)}`, { cause });
  }
  return files.map(({ path }) => path).sort();
}

function projectName(directory: string): string {
  const name = basename(directory);
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name))
    throw new ProjectError(
      `directory must end in a name of at most 63 small letters, digits, ".", "_" and "-", got ${JSON.stringify(name)}`,
    );
  return name;
}

async function assertEmpty(directory: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return; // Errors of node:fs carry a code.
    throw new ProjectError(`cannot read ${directory}: ${messageOf(cause)}`, { cause });
  }
  if (entries.length > 0)
    throw new ProjectError(`directory must be missing or empty, got ${directory} with ${entries.length} entries`);
}

/** This package's own development dependencies are what the templates import, at the versions they were tested with. */
async function testedRanges(): Promise<Record<string, string>> {
  const manifest: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.devDependencies;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? String(cause.message.split('\n')[0]) : String(cause);
}

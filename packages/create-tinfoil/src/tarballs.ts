/** Packages as files: what `pnpm pack` has written into a directory, for use before a version is in the registry. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ProjectError } from './errors.ts';

/** `file:` specifiers by the name of the package in each tarball of a directory. @throws {@link ProjectError} */
export async function findTarballs(directory: string): Promise<Readonly<Record<string, string>>> {
  const files = await readdir(directory).catch(() => []);
  const found: Record<string, string> = {};
  for (const file of files.filter((name) => name.endsWith('.tgz')).sort()) {
    const path = join(resolve(directory), file);
    const name = packageName(await readFile(path));
    if (name === undefined) throw new ProjectError(`--packages must hold packed packages, got ${file}`);
    if (found[name] !== undefined) throw new ProjectError(`--packages must hold one tarball of ${name}, got two`);
    found[name] = `file:${path}`;
  }
  if (Object.keys(found).length === 0)
    throw new ProjectError(`--packages must name a directory of packed tarballs, got ${directory}`);
  return found;
}

/** Name in the `package/package.json` of a gzipped tar archive: blocks of 512 bytes, a header before each file. */
function packageName(archive: Uint8Array): string | undefined {
  try {
    const tar = gunzipSync(archive);
    for (let at = 0; at + 512 <= tar.length; ) {
      const path = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
      const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
      if (path === 'package/package.json')
        return (JSON.parse(tar.toString('utf8', at + 512, at + 512 + size)) as { name?: string }).name;
      at += 512 + Math.ceil(size / 512) * 512;
    }
  } catch {
    // Not an archive, or not of a package: the caller says so.
  }
  return undefined;
}

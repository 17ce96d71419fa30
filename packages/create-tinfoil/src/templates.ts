/** The files of a new project, as the template folders have them. A later folder's file goes before an earlier one's. */
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file of a project: its path in it, with `/`, and its text. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

const templates = fileURLToPath(new URL('../templates', import.meta.url));

/** Reads template folders, with the project's name put in. npm leaves dot files out of packages, so `_` stands for their dot. */
export async function readTemplates(folders: readonly string[], name: string): Promise<TemplateFile[]> {
  const files = new Map<string, string>();
  for (const folder of folders)
    for (const entry of await readdir(join(templates, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      const path = source.slice(join(templates, folder).length + 1).replaceAll(sep, '/');
      files.set(path.replace(/(^|\/)_/, '$1.'), (await readFile(source, 'utf8')).replaceAll('__NAME__', name));
    }
  return [...files].map(([path, text]) => ({ path, text }));
}

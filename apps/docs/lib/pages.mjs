/**
 * Pages of the site: those of `pages/`, with files of the repository put in where a page says `<!-- repository: path -->`.
 *
 * One source for each text: READMEs, the operators' guide and result tables are shown, not copied. Links inside them lead to
 * the site's page of the same file, or become plain names where there is none.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const docs = join(dirname(fileURLToPath(import.meta.url)), '..');
export const root = join(docs, '..', '..');
export const out = join(docs, 'dist');

/** Pages that show a file of the repository, and so take links to it. */
const homes = new Map();

/** Writes the pages to `dist/pages`. Returns each one's path and its text as written. */
export function gatherPages() {
  const target = join(out, 'pages');
  rmSync(target, { recursive: true, force: true });
  const sources = readdirSync(join(docs, 'pages'), { recursive: true })
    .map((path) => path.split('\\').join('/'))
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(docs, 'pages', path), 'utf8') }));
  homes.clear();
  for (const { path, text } of sources)
    for (const [, , file] of text.matchAll(directive)) homes.set(file.split('#')[0], `/${path.replace(/\.md$/, '')}`);
  const pages = sources.map(({ path, text }) => ({ path, text: text.replace(directive, insert) }));
  for (const { path, text } of pages) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text.replace(/^```ts run.*$/gm, '```ts'));
  }
  cpSync(join(root, 'assets'), join(target, 'public', 'assets'), { recursive: true });
  return pages;
}

/** `<!-- repository: path -->` puts a file in, `path#Heading` that section of it; `<!-- repository-code: path -->` as a code block. */
const directive = /<!-- repository(-code)?: (\S+) -->/g;

function insert(_, asCode, what) {
  const [file, heading] = what.split('#');
  const whole = readFileSync(join(root, file), 'utf8').trimEnd();
  const text = heading === undefined ? whole : sectionOf(whole, heading.replaceAll('-', ' '));
  if (asCode) return `\`\`\`${{ '.ts': 'ts', '.mjs': 'js', '.yaml': 'yaml' }[extname(file)] ?? ''}\n${text}\n\`\`\``;
  const body = text.replace(/^# .*\n+/, '');
  return body
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 1 ? part : relink(part, posix.dirname(file))))
    .join('');
}

function sectionOf(text, heading) {
  const section = `\n${text}\n## `.split(/\n(?=## )/).find((part) => part.startsWith(`## ${heading}\n`));
  if (section === undefined) throw new Error(`no section "${heading}"`);
  return section.trimEnd();
}

function relink(text, folder) {
  return text.replace(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (whole, image, label, href) => {
    if (/^(https?:|#|mailto:)/.test(href)) return whole;
    const [path, anchor] = href.split('#');
    const file = posix.join(folder, path);
    if (image) return `![${label}](/${file})`;
    const home = homes.get(file) ?? homes.get(`${file}/README.md`);
    if (home === undefined) return label.startsWith('`') ? label : `\`${relative(root, join(root, file))}\``;
    return `[${label}](${home}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}

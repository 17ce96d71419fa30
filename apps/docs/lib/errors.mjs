/** The page of errors against the sources: each code that a package can give stands there, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pages.mjs';

const packages = ['cluster', 'gateway', 'interactions', 'rest'];

/** Says what differs; resolves to the number of differences. */
export function checkErrors(pages) {
  const { text } = pages.find(({ path }) => path === 'reference/errors.md');
  const listed = new Set([...text.matchAll(/^\| `(TINFOIL_[A-Z_]+)`/gm)].map(([, code]) => code));
  const real = new Set(packages.flatMap(codesOf));
  const problems = [
    ...[...real].filter((code) => !listed.has(code)).map((code) => `${code} is not on the page of errors`),
    ...[...listed]
      .filter((code) => !real.has(code))
      .map((code) => `${code} is on the page of errors, and in no package`),
  ];
  for (const problem of problems) console.error(problem);
  console.log(`${real.size} error codes, ${problems.length} problems`);
  return problems.length;
}

function codesOf(name) {
  const folder = join(root, 'packages', name, 'src');
  const prefix = `TINFOIL_${name.toUpperCase()}_`;
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      const literal = [...text.matchAll(/code: '(TINFOIL_[A-Z_]+)'/g)].map(([, code]) => code);
      // Interactions write the end of the code alone, in a union of its own.
      const union = /type InteractionsFailure =([\s\S]*?);/.exec(text)?.[1] ?? '';
      return [...literal, ...[...union.matchAll(/\| '([A-Z_]+)'/g)].map(([, end]) => prefix + end)];
    });
}

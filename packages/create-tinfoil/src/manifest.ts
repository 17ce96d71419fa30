/**
 * The new project's package.json. Which packages it needs is read from the imports of its files, so that the two cannot differ;
 * their versions are those this package was tested with. Pure.
 */
import type { TemplateFile } from './templates.ts';

/** What {@link projectManifest} works with. */
export interface ManifestInput {
  readonly name: string;
  readonly files: readonly TemplateFile[];
  /** Version range of every package a template imports, and of its compiler. */
  readonly ranges: Readonly<Record<string, string>>;
  /** Packages that are taken from somewhere else than the registry, also below other packages. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** Text of package.json. @throws Error when a template imports a package without a known range. */
export function projectManifest({ name, files, ranges, overrides }: ManifestInput): string {
  const runtime = importedPackages(files.filter(({ path }) => path.startsWith('src/')));
  const tests = importedPackages(files.filter(({ path }) => path.startsWith('test/')));
  const development = [...tests, '@types/node', 'typescript'].filter((entry) => !runtime.includes(entry));
  const rangeOf = (entry: string) => {
    const range = overrides[entry] ?? ranges[entry];
    if (range === undefined) throw new Error(`a template imports ${entry}, which has no version`);
    return [entry, range] as const;
  };
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      build: 'tsc',
      typecheck: 'tsc --noEmit',
      test: 'tsc && node --test dist/test/bot.test.js',
      start: 'node dist/src/main.js',
      register: 'node dist/src/register.js',
    },
    dependencies: Object.fromEntries(runtime.map(rangeOf)),
    devDependencies: Object.fromEntries(development.sort().map(rangeOf)),
    ...(Object.keys(overrides).length > 0 && { overrides }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Names of the packages that files import, each once, sorted. */
export function importedPackages(files: readonly TemplateFile[]): string[] {
  const names = files
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap(({ text }) => [...text.matchAll(/^(?:import|export)[^'"]*from '([^'.][^']*)'/gm)])
    .map((match) => String(match[1]))
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(names)].sort();
}

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { botDeploys, botKinds, createProject } from '../../src/index.ts';

let work: string;
let packages: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'create-'));
  packages = join(work, 'packages');
  mkdirSync(packages);
  for (const name of ['tinfoil', '@tinfoil/interactions', '@tinfoil/testing', '@tinfoil/types'])
    writeFileSync(join(packages, `${name.replace(/\W+/g, '-')}.tgz`), tarball('package/package.json', { name }));
});

afterEach(() => rmSync(work, { recursive: true }));

const variants = botKinds.flatMap((kind) => botDeploys.map((deploy) => ({ kind, deploy })));

describe('createProject', () => {
  it.each(variants)('writes a bot, its test and its README: $kind, $deploy', async ({ kind, deploy }) => {
    const directory = join(work, 'my-bot');
    const files = await createProject({ directory, kind, deploy, packages });
    const texts = files.map((path) => readFileSync(join(directory, path), 'utf8'));
    expect(files).toEqual(
      expect.arrayContaining(['.env.example', '.gitignore', 'README.md', 'package.json', 'test/bot.test.ts']),
    );
    expect(files.some((path) => path.startsWith('deploy/'))).toBe(deploy === 'kubernetes');
    expect(texts.join('\n')).not.toContain('__NAME__');
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'my-bot', private: true });
    expect(Object.keys(manifest.dependencies)).toEqual([kind === 'gateway' ? 'tinfoil' : '@tinfoil/interactions']);
    expect(manifest.devDependencies['@tinfoil/testing']).toBe(`file:${join(packages, '-tinfoil-testing.tgz')}`);
    // Packages below other packages are taken from the tarballs too.
    expect(manifest.overrides['@tinfoil/types']).toBe(`file:${join(packages, '-tinfoil-types.tgz')}`);
  });

  it('leaves a directory alone that has anything in it, a dot file too', async () => {
    writeFileSync(join(work, 'packages', '.keep'), '');
    const before = readdirSync(packages);
    await expect(create({ directory: packages })).rejects.toThrow(/^directory must be missing or empty, got /);
    expect(readdirSync(packages)).toEqual(before);
  });

  it('writes into an empty directory', async () => {
    mkdirSync(join(work, 'empty'));
    await expect(create({ directory: join(work, 'empty') })).resolves.toContain('src/bot.ts');
  });

  it.each<[string, { directory?: string; packages?: string }, RegExp]>([
    ['a name npm would not take', { directory: 'Big Bot' }, /^directory must end in a name of /],
    ['a directory without tarballs', { packages: 'nowhere' }, /^--packages must name a directory of packed tarballs/],
  ])('refuses %s, and writes nothing', async (_, change, message) => {
    const directory = join(work, change.directory ?? 'bot');
    await expect(create({ ...change, directory })).rejects.toThrow(
      expect.objectContaining({ name: 'ProjectError', message: expect.stringMatching(message) }),
    );
    expect(readdirSync(work)).toEqual(['packages']);
  });

  it.each([
    ['is no archive', Buffer.from('<html>')],
    ['holds no package', tarball('other.json', {})],
  ])('refuses a tarball that %s', async (_, bytes) => {
    writeFileSync(join(packages, 'x.tgz'), bytes);
    await expect(create({})).rejects.toThrow('--packages must hold packed packages, got x.tgz');
  });

  it('refuses two tarballs of one package', async () => {
    writeFileSync(join(packages, 'x.tgz'), tarball('package/package.json', { name: 'tinfoil' }));
    await expect(create({})).rejects.toThrow('--packages must hold one tarball of tinfoil, got two');
  });
});

function create(change: { directory?: string; packages?: string }) {
  return createProject({ directory: join(work, 'bot'), kind: 'gateway', deploy: 'process', packages, ...change });
}

/** A gzipped tar archive of one file: a header of 512 bytes, the body filled up to 512. */
function tarball(path: string, manifest: object): Buffer {
  const body = Buffer.from(JSON.stringify(manifest));
  const tar = Buffer.alloc(512 + 512 * Math.ceil(body.length / 512));
  tar.write(path, 0);
  tar.write(body.length.toString(8).padStart(11, '0'), 124);
  body.copy(tar, 512);
  return gzipSync(tar);
}

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const resolveDir = fileURLToPath(new URL('../../src', import.meta.url));

const worker = `
  import { Interactions } from './index.ts';
  let bot;
  export default {
    fetch(request, env, context) {
      bot ??= new Interactions({ publicKey: env.PUBLIC_KEY }).command('ping', (i) => i.reply('pong'));
      return bot.fetch(request, context);
    },
  };`;

async function bundle(contents: string, external: readonly string[]) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@tinfoil/source', 'workerd', 'worker'],
    external: [...external],
  });
  const paths = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return { bytes: outputFiles[0]!.contents.length, paths, text: outputFiles[0]!.text };
}

describe('bundle for the web', () => {
  it('is below 25 kB minified for a Worker with commands', async () => {
    const { bytes, text } = await bundle(worker, ['tweetnacl']);
    expect(bytes).toBeLessThan(25_000);
    expect(text).toContain('import("tweetnacl")');
  });

  it('is below 60 kB with tweetnacl, which is loaded only where nothing native verifies', async () => {
    expect((await bundle(worker, [])).bytes).toBeLessThan(60_000);
    expect((await bundle("export * from './index.ts'", [])).bytes).toBeLessThan(60_000);
  });

  it('is a tenth of that for verify alone', async () => {
    expect((await bundle("export { verify } from './index.ts'", ['tweetnacl'])).bytes).toBeLessThan(3000);
  });

  it('holds no module of Node, and none of the enums', async () => {
    const { paths } = await bundle("export * from './index.ts'", ['tweetnacl']);
    expect(paths.filter((path) => path.startsWith('node:') || path.includes('discord-api-types'))).toEqual([]);
    expect(paths.some((path) => path.endsWith('ed25519-web.ts'))).toBe(true);
    expect(paths.some((path) => path.endsWith('-node.ts'))).toBe(false);
  });
});

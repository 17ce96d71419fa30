/**
 * What a package costs its user: the packed tarball, what an install brings (bytes and packages), and its code with all it
 * imports in one minified bundle.
 *
 *   node tooling/release/sizes.mjs            against budgets.json; fails above one
 *   node tooling/release/sizes.mjs --write    budgets.json anew: what is measured, and a tenth
 *   node tooling/release/sizes.mjs --peers    beside the peers, into RESULTS-size.md (installs them from the registry)
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pack, published } from '../checks/pack.mjs';
import { root } from '../checks/repository.mjs';

const budgetsFile = fileURLToPath(new URL('budgets.json', import.meta.url));
const resultsFile = fileURLToPath(new URL('RESULTS-size.md', import.meta.url));
/** Addons that a bot may or may not have; no bundle holds them. */
const external = [
  'zlib-sync',
  'bufferutil',
  'utf-8-validate',
  'erlpack',
  'eventemitter3',
  'pako',
  'opusscript',
  'tweetnacl/nacl-fast.js',
];
const peers = ['discord.js', '@discordeno/bot', 'eris', 'oceanic.js'];
const units = { packedKb: 'packed', installKb: 'installed', packages: 'packages', bundleKb: 'bundle' };

const work = mkdtempSync(join(tmpdir(), 'tinfoil-sizes-'));
try {
  await main(process.argv.slice(2));
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function main(args) {
  const tarballs = Object.fromEntries(
    published().map(({ folder, manifest }) => [manifest.name, pack(folder, join(work, 'packed'))]),
  );
  const overrides = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]));
  const measured = {};
  for (const [name, path] of Object.entries(tarballs))
    measured[name] = { packedKb: kb(statSync(path).size), ...(await measure(name, `file:${path}`, overrides)) };

  if (args.includes('--write')) writeFileSync(budgetsFile, `${JSON.stringify(withRoom(measured), null, 2)}\n`);
  if (args.includes('--peers')) await compare(measured);
  else check(measured, JSON.parse(readFileSync(budgetsFile, 'utf8')));
}

/** Installs one package alone and bundles it. A program without an entry point worth importing is bundled all the same. */
async function measure(name, range, overrides) {
  const project = join(work, 'projects', name.replace(/\W+/g, '-'));
  mkdirSync(project, { recursive: true });
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'measured', private: true, type: 'module', dependencies: { [name]: range }, overrides }),
  );
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 180_000,
  });
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: project },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external,
    write: false,
    logLevel: 'error',
  });
  return {
    installKb: kb(bytesBelow(join(project, 'node_modules'))),
    packages: Object.keys(lock.packages).length - 1,
    bundleKb: kb(outputFiles[0].contents.length),
    bundleGzipKb: kb(gzipSync(outputFiles[0].contents).length),
  };
}

function check(measured, budgets) {
  for (const [name, sizes] of Object.entries(measured)) {
    const over = Object.keys(units).filter((unit) => !(sizes[unit] <= (budgets[name]?.[unit] ?? 0)));
    if (over.length > 0) process.exitCode = 1;
    const cells = Object.entries(units).map(
      ([unit, title]) => `${title} ${sizes[unit]} of ${budgets[name]?.[unit] ?? 0}`,
    );
    console.log(`${over.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${cells.join(', ')} (KB; packages)`);
  }
  for (const name of Object.keys(budgets))
    if (measured[name] === undefined) {
      console.log(`FAIL ${name} has a budget but is not published`);
      process.exitCode = 1;
    }
}

async function compare(measured) {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'tooling/peers/package.json'), 'utf8'));
  const rows = Object.entries(measured).map(([name, sizes]) => ({ name, ...sizes }));
  for (const name of peers)
    rows.push({ name: `${name} ${devDependencies[name]}`, ...(await measure(name, devDependencies[name], {})) });
  const text = [
    '# Size beside the peers',
    '',
    `Measured ${new Date().toISOString().slice(0, 10)} on Node ${process.versions.node} by \`node tooling/release/sizes.mjs --peers\`: an install of each package alone,`,
    'optional add-ons included where npm installs them by itself, and all of it in one minified bundle (esbuild, for Node). KB are 1,000 bytes.',
    '',
    '| package | installed, KB | packages | bundle, KB | bundle, gzip, KB |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      (row) => `| ${row.name} | ${row.installKb} | ${row.packages} | ${row.bundleKb} | ${row.bundleGzipKb} |`,
    ),
    '',
  ].join('\n');
  writeFileSync(resultsFile, text);
  process.stdout.write(text);
}

function withRoom(measured) {
  const room = (value) => Math.ceil(value * 1.1);
  return Object.fromEntries(
    Object.entries(measured).map(([name, sizes]) => [
      name,
      Object.fromEntries(
        Object.keys(units).map((unit) => [unit, unit === 'packages' ? sizes[unit] : room(sizes[unit])]),
      ),
    ]),
  );
}

function bytesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.package-lock.json')
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function kb(bytes) {
  return Math.round(bytes / 100) / 10;
}

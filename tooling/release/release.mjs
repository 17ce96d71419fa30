/**
 * A release without the publishing: everything that would stop one, in the order in which it is cheap to know.
 *
 *   node tooling/release/release.mjs              all of it
 *   node tooling/release/release.mjs --in-ci      without what CI runs as steps of its own (packed and created projects)
 *
 * Publishing itself is `.github/workflows/release.yml`, started by hand.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import getReleasePlan from '@changesets/get-release-plan';
import { manifests, root } from '../checks/repository.mjs';
import { forbidden, licencesFile, renderLicences, runtimeDependencies } from './licences.mjs';
import { staleVersions } from './versions.mjs';

const inCi = process.argv.includes('--in-ci');
let failed = 0;

/** What `changeset version` would do. Unlike `changeset status`, this does not need a branch to compare with. */
const plan = await getReleasePlan.default(root);

step('versions in sources are those of the packages', () => {
  for (const { path, says, version } of staleVersions())
    throw new Error(`${path} says ${says}, the package ${version}`);
});
step('changesets', () => {
  const { releases } = plan;
  const table = manifests().filter(({ manifest }) => manifest.private !== true);
  for (const { manifest } of table) {
    const release = releases.find(({ name }) => name === manifest.name);
    console.log(`     ${manifest.name} ${manifest.version}${release === undefined ? '' : ` -> ${release.newVersion}`}`);
  }
  // The projects it writes depend on the versions it was packed with.
  const creator = table.find(({ folder }) => folder === 'packages/create-tinfoil').manifest;
  const written = Object.keys(creator.devDependencies).filter((name) => releases.some((entry) => entry.name === name));
  if (written.length > 0 && !releases.some(({ name }) => name === creator.name))
    throw new Error(`${creator.name} needs a changeset too: it writes projects that depend on ${written.join(', ')}`);
});
step('licences', () => {
  const dependencies = runtimeDependencies();
  for (const { id, licence } of forbidden(dependencies)) throw new Error(`${id} is under ${licence}`);
  if (readFileSync(licencesFile, 'utf8') !== renderLicences(dependencies))
    throw new Error('licences.md is out of date: node tooling/release/licences.mjs --write');
});
step('the workflow starts by hand and publishes with provenance', () => {
  const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');
  if (!/^on:\n {2}workflow_dispatch:/m.test(workflow) || /^ {2}(push|pull_request|schedule|release):/m.test(workflow))
    throw new Error('release.yml must start by workflow_dispatch alone');
  if (!workflow.includes('id-token: write') || !workflow.includes('--provenance'))
    throw new Error('release.yml must publish with --provenance and an identity token');
});
step('size budgets', () => node('tooling/release/sizes.mjs'));
if (!inCi) {
  step('packed: publint, attw, each works alone', () => node('tooling/checks/packed.mjs'));
  step('npm create tinfoil, every variant', () => node('tooling/checks/created.mjs'));
}
console.log(failed === 0 ? 'ready to release' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function step(name, act) {
  try {
    act();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  }
}

function node(script) {
  const output = execFileSync(process.execPath, [script], { cwd: root, encoding: 'utf8', timeout: 600_000 });
  process.stdout.write(output.replace(/^(?=.)/gm, '     '));
}

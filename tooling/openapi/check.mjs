#!/usr/bin/env node
/**
 * Compares the route tree with Discord's OpenAPI file: `node tooling/openapi/check.mjs [openapi.json] [--update]`.
 *
 * Without a file it takes the operations kept in `operations.json`. With one it also prints what Discord added and removed
 * since, `--update` keeps the new list, and `--answers` lists fields of answers that the types do not know. The run-time half needs a build of `@tinfoil/rest`. Exit code 1 on any difference.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkAnswers } from './src/answers.mjs';
import { nameOf, readOperations, withDocumented } from './src/operations.mjs';
import { checkRequests } from './src/run-check.mjs';
import { checkTypes } from './src/type-check.mjs';

const kept = new URL('operations.json', import.meta.url);
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { update: { type: 'boolean' }, answers: { type: 'boolean' } },
});
const [file] = positionals;
const read = (/** @type {string | URL} */ path) => JSON.parse(readFileSync(path, 'utf8'));

const before = read(kept);
const operations = file === undefined ? before : readOperations(read(file));
const documented = read(new URL('documented.json', import.meta.url));
const all = withDocumented(operations, documented);
const reasons = new Set(documented.reasons);
const names = new Set(operations.map(nameOf));

let failed = drift();
failed = report('types', checkTypes(all, reasons)) || failed;
failed = (await requests()) || failed;
if (file !== undefined) answers(read(file));
if (values.update) writeFileSync(kept, `${JSON.stringify(operations, null, 2)}\n`);
process.exitCode = failed ? 1 : 0;

function drift() {
  const old = new Set(before.map(nameOf));
  for (const name of names) if (!old.has(name)) console.log(`new at Discord:  ${name}`);
  for (const name of old) if (!names.has(String(name))) console.log(`gone at Discord: ${name}`);
  return names.size !== old.size || [...names].some((name) => !old.has(name));
}

/**
 * @param {string} level
 * @param {{ typed: readonly string[], missing: readonly { operation: string, problem: string }[], extra: readonly string[] }} result
 */
function report(level, { typed, missing, extra }) {
  for (const { operation, problem } of missing) console.log(`${level}: missing: ${operation}: ${problem}`);
  for (const name of extra) console.log(`${level}: too much: ${name}`);
  count(level, typed);
  return missing.length > 0 || extra.length > 0;
}

async function requests() {
  const rest = await import('@tinfoil/rest').catch((cause) => {
    console.log(`requests: not checked, @tinfoil/rest is not built: ${cause.message}`);
  });
  if (rest === undefined) return true;
  const { sent, findings } = await checkRequests(all, reasons, rest.Rest);
  for (const { operation, problem } of findings) console.log(`requests: ${operation}: ${problem}`);
  count('requests', sent);
  return findings.length > 0;
}

/** @param {unknown} document */
function answers(document) {
  const { fields, unknown } = checkAnswers(document);
  if (values.answers)
    for (const { operation, field } of unknown) console.log(`answers: unknown: ${operation}: ${field}`);
  console.log(`answers: ${fields - unknown.length} of ${fields} fields known to the types`);
}

/**
 * @param {string} level
 * @param {readonly string[]} right
 */
function count(level, right) {
  const inFile = right.filter((name) => names.has(name)).length;
  const beyond = right.length - inFile;
  console.log(
    `${level}: ${inFile} of ${names.size} operations of the OpenAPI file, ${beyond} of ${documented.operations.length} that only the documentation has`,
  );
}

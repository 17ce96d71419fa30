/** Quick checks of the repository itself; each gives a list of problems. `npm run check` runs them all. */
import { checkBoundaries } from './boundaries.mjs';
import { checkMetadata } from './metadata.mjs';

const checks = { 'import boundaries': checkBoundaries, 'package metadata': checkMetadata };

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const problems = check();
  if (problems.length > 0) failed += 1;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const problem of problems) console.log(`     ${problem}`);
}
process.exitCode = failed === 0 ? 0 : 1;

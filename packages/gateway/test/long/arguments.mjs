/** Options of the long runs: `--name number`. */
import { parseArgs } from 'node:util';

/** Numbers given on the command line, over these defaults; anything else ends with one line and exit code 2. */
export function numbers(defaults) {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' }]));
  try {
    const { values } = parseArgs({ options, allowPositionals: false });
    return Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => {
        const number = values[name] === undefined ? value : Number(values[name]);
        if (!(number >= 0)) throw new RangeError(`--${name} must be a number of at least 0, got ${values[name]}`);
        return [name, number];
      }),
    );
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

/** Random numbers from 0 up to 1 out of a seed (mulberry32): a run can be repeated. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

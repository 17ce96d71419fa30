/**
 * One run over every package's tests. Packages resolve to each other's `src` through the `@tinfoil/source` condition.
 * Tests that start processes need `dist`: run `pnpm build` first (`npm test` does).
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['@tinfoil/source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tooling/*/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'packages/*/test/long/**', 'tooling/{bench,browser,conformance}/**'],
    pool: 'forks',
    // Most of a test is waiting for sockets and processes.
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
});

/** The long runs: many processes, network namespaces, random faults. `pnpm test:cluster`; build first. */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['@tinfoil/source'] } },
  test: {
    include: ['test/long/**/*.test.ts'],
    pool: 'forks',
    // Each file starts a dozen processes of its own.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});

export default config;

/** Long runs, apart from the suite: `pnpm --filter @tinfoil/interactions fuzz`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['@tinfoil/source'] } },
  test: { include: ['test/long/**/*.test.ts'], pool: 'forks', execArgv: ['--expose-gc'], testTimeout: 600_000 },
});

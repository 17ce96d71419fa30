import { TinfoilError } from '@tinfoil/types';
import { expect, it } from 'vitest';

class ProbeError extends TinfoilError {
  declare readonly code: 'TINFOIL_PROBE';

  constructor(options?: { readonly cause?: unknown }) {
    super('TINFOIL_PROBE', 'the probe failed', options);
  }
}

it('carries its code, its own name and the failure beneath', () => {
  const cause = new Error('beneath');
  const error = new ProbeError({ cause });
  expect(error).toBeInstanceOf(TinfoilError);
  expect(error).toMatchObject({ code: 'TINFOIL_PROBE', name: 'ProbeError', message: 'the probe failed', cause });
  expect(String(error)).toBe('ProbeError: the probe failed');
  expect(Object.hasOwn(new ProbeError(), 'cause')).toBe(false);
});

import { expect, it } from 'vitest';
import * as testing from '../../src/index.ts';

it('exports these names', () => {
  expect(Object.keys(testing).sort()).toEqual(['DiscordError', 'Simulator']);
});

import * as types from '@tinfoil/types';
import { expect, it } from 'vitest';

// Adding a name is a reviewed act; removing one breaks somebody. Types are held by test/types.
it('exports these values and no others', () => {
  expect(Object.keys(types).sort()).toEqual([
    'Emitter',
    'Intents',
    'TinfoilError',
    'backoffMs',
    'cdn',
    'channelPermissions',
    'discordEpochMs',
    'hasPermissions',
    'isSnowflake',
    'privilegedIntents',
    'projectUrl',
    'resolveIntents',
    'shardIdOf',
    'sleep',
    'snowflakeAt',
    'snowflakeTimestampMs',
    'systemClock',
  ]);
});

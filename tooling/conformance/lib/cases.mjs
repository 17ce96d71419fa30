/** All cases in the order of the protocol's items, and what must have one. */
import closeCodeCases from '../cases/close-codes.mjs';
import connection from '../cases/connection.mjs';
import encoding from '../cases/encoding.mjs';
import outages from '../cases/outages.mjs';
import payloads from '../cases/payloads.mjs';
import session from '../cases/session.mjs';
import sharding from '../cases/sharding.mjs';

/** Items 1-28 of the protocol, in a few words. */
export const items = {
  1: '/gateway/bot',
  2: 'query of the URL',
  3: 'HELLO and heartbeats',
  4: 'op 1 from Discord',
  5: 'missing ACK',
  6: 'op 7',
  7: 'op 9',
  8: 'READY and sequences',
  9: 'RESUME',
  10: 'reconnect that fails',
  11: 'bricked session',
  12: 'own endings',
  13: 'opcodes',
  14: 'IDENTIFY',
  15: 'send limits',
  16: 'guild members',
  17: 'RATE_LIMITED',
  18: 'intents',
  19: 'shard of a guild',
  20: 'identify buckets',
  21: 'daily identify limit',
  22: 'number of shards',
  23: 'several sessions',
  24: 'JSON and payload compression',
  25: 'zlib-stream',
  26: 'zstd-stream',
  27: 'corrupt input and order',
  28: 'repeated events',
};

export const closeCodes = [
  1000, 1001, 4000, 4001, 4002, 4003, 4004, 4005, 4007, 4008, 4009, 4010, 4011, 4012, 4013, 4014,
];

/** Known failures of clients, each to be some case's `row`. */
export const rows = [
  'send() while the session is resuming',
  'resume_gateway_url answers 503',
  'zombie: peer frozen',
  '15 s outage (TCP accepts then resets)',
  'close 4014',
  'op 9 d:true',
  'payload of 5,093 bytes',
];

const all = [...connection, ...session, ...outages, ...payloads, ...sharding, ...encoding];
const number = ({ item }) => Number(item);
export const cases = [...all.sort((a, b) => number(a) - number(b)), ...closeCodeCases];

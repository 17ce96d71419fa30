/** Tinfoil in one import: the Client, its parts, and the names of theirs that bots use. */

// The parts
export * from '@tinfoil/cluster';
export * from '@tinfoil/gateway';
export * from '@tinfoil/interactions';
export * from '@tinfoil/rest';
export { Client, type ClientOptions } from './client.ts';

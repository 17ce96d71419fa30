/** Discord on localhost: one class, and the types of its options, ledger and faults. */

export { DiscordError } from './discord-error.ts';
// What was seen
export type {
  ConnectionFields,
  EntryBase,
  EntryFields,
  EntryOf,
  EntryType,
  GatewayHost,
  LedgerEntry,
  LedgerFile,
} from './entries.ts';
// What goes wrong on command
export type { ConnectionFault, ConnectionTarget, Faults, HostMode, RestFault } from './faults.ts';
// Interactions
export type { InteractionResult } from './interact.ts';
export type { InteractionOptions } from './interaction-payload.ts';
export type { EntryFilter, Ledger, WaitOptions } from './ledger.ts';
export type { BucketRule, GatewayKey, GlobalLimitRule, SimulatorOptions } from './options.ts';
export type { CreateChannelOptions, CreateGuildOptions, CreateMessageOptions, SimulatedGuild } from './population.ts';
// Scripted routes
export type { RestAnswer, RestRequest, RouteHandler, RouteRules } from './router.ts';
export { Simulator } from './simulator.ts';
export type { WebhookEventOptions, WebhookEventResult } from './webhook-events.ts';
export type { DispatchTarget, StoredCommand, WebhookRecord } from './world.ts';

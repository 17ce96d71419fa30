/** Discord on localhost: one class, and the types of its options, ledger and faults. */

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
export type { EntryFilter, Ledger, WaitOptions } from './ledger.ts';
export type { BucketRule, GatewayKey, GlobalLimitRule, SimulatorOptions } from './options.ts';

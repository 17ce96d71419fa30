/**
 * Reads the options of a command interaction: finds the subcommand, and puts resolved users, members, roles, channels and
 * attachments in the place of their ids. Pure.
 */
import type { APIInteractionDataResolved, APIMessage, APIUser } from '@tinfoil/types';
import type { OptionValue, ResolvedUser } from './definitions.ts';

/** Option as it stands in a payload. */
export interface PayloadOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly focused?: boolean;
  readonly options?: readonly PayloadOption[];
}

/** Options of a command, taken out of their nest. */
export interface ReadOptions {
  /** `set` or `group set`; `undefined` for a command without subcommands. */
  readonly subcommand: string | undefined;
  readonly leaves: readonly PayloadOption[];
}

/** Goes down through group and subcommand to the options that have values. */
export function readOptions(options: readonly PayloadOption[] | undefined): ReadOptions {
  const path: string[] = [];
  let leaves = options ?? [];
  while (leaves[0]?.type === 1 || leaves[0]?.type === 2) {
    path.push(leaves[0].name);
    leaves = leaves[0].options ?? [];
  }
  return { subcommand: path.join(' ') || undefined, leaves };
}

/** Values by option name, resolved. */
export function resolveOptions(
  leaves: readonly PayloadOption[],
  resolved: APIInteractionDataResolved | undefined,
): Record<string, OptionValue | undefined> {
  const values: Record<string, OptionValue | undefined> = Object.create(null);
  for (const option of leaves) values[option.name] = resolveOption(option, resolved);
  return values;
}

/** User with the member, when Discord sent both. */
export function resolveUser(id: string, resolved: APIInteractionDataResolved | undefined): ResolvedUser | undefined {
  const user: APIUser | undefined = own(resolved?.users, id);
  return user && { id, user, member: own(resolved?.members, id) };
}

/** Target of a user or message command. */
export function resolveTarget(data: {
  readonly type?: number;
  readonly target_id?: string;
  readonly resolved?: APIInteractionDataResolved & { readonly messages?: Readonly<Record<string, APIMessage>> };
}): ResolvedUser | APIMessage | undefined {
  if (!data.target_id) return undefined;
  return data.type === 3 ? own(data.resolved?.messages, data.target_id) : resolveUser(data.target_id, data.resolved);
}

function resolveOption(
  { type, value }: PayloadOption,
  resolved: APIInteractionDataResolved | undefined,
): OptionValue | undefined {
  if (typeof value !== 'string') return value;
  const role = own(resolved?.roles, value);
  switch (type) {
    case 6:
      return resolveUser(value, resolved) ?? value;
    case 7:
      return own(resolved?.channels, value) ?? value;
    case 8:
      return role ?? value;
    case 9:
      return role ? { id: value, role } : (resolveUser(value, resolved) ?? { id: value });
    case 11:
      return own(resolved?.attachments, value) ?? value;
    default:
      return value;
  }
}

function own<Value>(table: Readonly<Record<string, Value>> | undefined, id: string): Value | undefined {
  return table && Object.hasOwn(table, id) ? table[id] : undefined;
}

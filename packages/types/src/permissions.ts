/**
 * Permission arithmetic. Discord sends permissions as decimal strings of more than 53 bits, so they are bigint here.
 *
 * @see {@link https://docs.discord.com/developers/topics/permissions | Discord Docs/Permissions}
 */
import type { APIOverwrite, Permissions, Snowflake } from 'discord-api-types/v10';

const administrator = 1n << 3n;
/** Every bit there is or may be, so that a permission newer than this package is granted too. */
const everything = (1n << 64n) - 1n;
const roleOverwrite = 0;
const memberOverwrite = 1;

/** True when every bit of `needed` is granted, or the administrator bit is. */
export function hasPermissions(granted: Permissions | bigint, needed: bigint): boolean {
  const bits = BigInt(granted);
  return (bits & administrator) !== 0n || (bits & needed) === needed;
}

/** What {@link channelPermissions} needs to know of the member, the guild and the channel. */
export interface PermissionContext {
  readonly guildId: Snowflake;
  readonly ownerId: Snowflake;
  readonly userId: Snowflake;
  /** Role ids of the member, without the guild's own `@everyone` role. */
  readonly roleIds: readonly Snowflake[];
  /** All roles of the guild that the member may have, `@everyone` (whose id is the guild's) among them. */
  readonly roles: readonly { readonly id: Snowflake; readonly permissions: Permissions }[];
  readonly overwrites?: readonly APIOverwrite[] | undefined;
}

/**
 * Permissions of a member in a channel, or in the guild when there are no `overwrites`.
 *
 * The owner and administrators have every bit. Discord's implicit rules are left to the caller: without View Channel or
 * Connect the other bits of a channel mean nothing, a thread follows its parent channel, and a member in timeout keeps only
 * View Channel and Read Message History.
 *
 * @see {@link https://docs.discord.com/developers/topics/permissions#permission-hierarchy | Discord Docs/Permission Hierarchy}
 */
export function channelPermissions(context: PermissionContext): bigint {
  const { guildId, ownerId, userId, overwrites = [] } = context;
  if (ownerId === userId) return everything;
  const held = new Set([guildId, ...context.roleIds]);
  let bits = 0n;
  for (const role of context.roles) if (held.has(role.id)) bits |= BigInt(role.permissions);
  if ((bits & administrator) !== 0n) return everything;
  const isRole = ({ id, type }: APIOverwrite) => type === roleOverwrite && held.has(id);
  bits = apply(bits, overwrites, (overwrite) => isRole(overwrite) && overwrite.id === guildId);
  bits = apply(bits, overwrites, (overwrite) => isRole(overwrite) && overwrite.id !== guildId);
  return apply(bits, overwrites, ({ id, type }) => type === memberOverwrite && id === userId);
}

/** Overwrites of one level act together: all denials first, then all grants. */
function apply(bits: bigint, overwrites: readonly APIOverwrite[], ofLevel: (one: APIOverwrite) => boolean): bigint {
  let allow = 0n;
  let deny = 0n;
  for (const overwrite of overwrites) {
    if (!ofLevel(overwrite)) continue;
    allow |= BigInt(overwrite.allow);
    deny |= BigInt(overwrite.deny);
  }
  return (bits & ~deny) | allow;
}

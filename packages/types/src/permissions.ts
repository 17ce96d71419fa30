/**
 * Permission arithmetic. Discord sends permissions as decimal strings of more than 53 bits, so they are bigint here.
 *
 * @see {@link https://docs.discord.com/developers/topics/permissions | Discord Docs/Permissions}
 */
import type { APIOverwrite, Permissions, Snowflake } from 'discord-api-types/v10';

const administrator = 1n << 3n;
const everything = (1n << 64n) - 1n;

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

/** Permissions of a member in a channel, or in the guild when there are no `overwrites`. */
export function channelPermissions(context: PermissionContext): bigint {
  if (context.ownerId === context.userId) return everything;
  const held = new Set([context.guildId, ...context.roleIds]);
  let bits = 0n;
  for (const role of context.roles) if (held.has(role.id)) bits |= BigInt(role.permissions);
  if ((bits & administrator) !== 0n) return everything;
  const overwrites = context.overwrites ?? [];
  bits = apply(
    bits,
    overwrites.filter(({ id }) => id === context.guildId),
  );
  bits = apply(
    bits,
    overwrites.filter(({ id }) => id !== context.guildId && held.has(id)),
  );
  return apply(
    bits,
    overwrites.filter(({ id, type }) => id === context.userId && type === 1),
  );
}

/** Overwrites of one level act together: all denials first, then all grants. */
function apply(bits: bigint, overwrites: readonly APIOverwrite[]): bigint {
  let allow = 0n;
  let deny = 0n;
  for (const overwrite of overwrites) {
    allow |= BigInt(overwrite.allow);
    deny |= BigInt(overwrite.deny);
  }
  return (bits & ~deny) | allow;
}

import { type APIOverwrite, channelPermissions, hasPermissions, type PermissionContext } from '@tinfoil/types';
import { PermissionFlagsBits } from '@tinfoil/types/v10';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { Administrator, ManageMessages, SendMessages, ViewChannel } = PermissionFlagsBits;
const all = (1n << 64n) - 1n;

describe('hasPermissions', () => {
  it.each([
    [ViewChannel | SendMessages, ViewChannel, true],
    [ViewChannel, ViewChannel | SendMessages, false],
    [Administrator, ManageMessages, true],
    [0n, 0n, true],
    [String(1n << 50n), 1n << 50n, true],
  ])('%s grants %s: %s', (granted, needed, expected) => expect(hasPermissions(granted, needed)).toBe(expected));
});

describe('channelPermissions', () => {
  const context = (overwrites: readonly APIOverwrite[] | undefined, more: Partial<PermissionContext> = {}) => ({
    guildId: '1',
    ownerId: '100',
    userId: '200',
    roleIds: ['2', '3'],
    roles: [
      { id: '1', permissions: String(ViewChannel) },
      { id: '2', permissions: String(SendMessages) },
      { id: '3', permissions: '0' },
      { id: '4', permissions: String(ManageMessages) },
    ],
    overwrites,
    ...more,
  });
  const role = (id: string, allow: bigint, deny: bigint) => ({ id, type: 0, allow: String(allow), deny: String(deny) });
  const member = (id: string, allow: bigint, deny: bigint) => ({ ...role(id, allow, deny), type: 1 });

  it('in the guild are those of @everyone and of the roles held, and no others', () => {
    expect(channelPermissions(context(undefined))).toBe(ViewChannel | SendMessages);
  });

  it('are everything for the owner and for administrators, whatever overwrites say', () => {
    const denied = [role('1', 0n, all), member('200', 0n, all)];
    expect(channelPermissions(context(denied, { ownerId: '200' }))).toBe(all);
    const roles = [{ id: '2', permissions: String(Administrator) }];
    expect(channelPermissions(context(denied, { roles }))).toBe(all);
  });

  it('a role beats @everyone, and the member beats the roles', () => {
    expect(channelPermissions(context([role('1', 0n, ViewChannel), role('2', ViewChannel, 0n)]))).toBe(
      ViewChannel | SendMessages,
    );
    expect(channelPermissions(context([role('2', ManageMessages, 0n), member('200', 0n, ManageMessages)]))).toBe(
      ViewChannel | SendMessages,
    );
  });

  it('what one role grants, another role held cannot deny', () => {
    const overwrites = [role('2', ManageMessages, 0n), role('3', 0n, ManageMessages)];
    expect(channelPermissions(context(overwrites))).toBe(ViewChannel | SendMessages | ManageMessages);
    expect(channelPermissions(context(overwrites.toReversed()))).toBe(ViewChannel | SendMessages | ManageMessages);
  });

  it('overwrites of other roles and members change nothing', () => {
    const overwrites = [role('4', ManageMessages, ViewChannel), member('201', ManageMessages, ViewChannel)];
    expect(channelPermissions(context(overwrites))).toBe(ViewChannel | SendMessages);
  });

  it('an overwrite counts for its kind only', () => {
    const overwrites = [member('2', ManageMessages, SendMessages), role('200', ManageMessages, SendMessages)];
    expect(channelPermissions(context(overwrites))).toBe(ViewChannel | SendMessages);
  });

  it('do not depend on the order of overwrites', () => {
    const bits = fc.bigInt({ min: 0n, max: (1n << 12n) - 1n }).map((value) => value & ~Administrator);
    const overwrite = fc
      .record({ id: fc.constantFrom('1', '2', '3', '200'), allow: bits, deny: bits })
      .map(({ id, allow, deny }) => (id === '200' ? member(id, allow, deny) : role(id, allow, deny)));
    fc.assert(
      fc.property(fc.uniqueArray(overwrite, { selector: ({ id }) => id }), (overwrites) => {
        expect(channelPermissions(context(overwrites.toReversed()))).toBe(channelPermissions(context(overwrites)));
      }),
    );
  });
});

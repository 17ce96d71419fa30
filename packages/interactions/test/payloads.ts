/** Interactions as Discord sends them, with the fields that tests look at. */
type Fields = Readonly<Record<string, unknown>>;

const user: Fields = {
  id: '80351110224678912',
  username: 'nelly',
  discriminator: '0',
  avatar: null,
  global_name: null,
};

const base = {
  id: '1100000000000000001',
  application_id: '1000000000000000001',
  token: 'secret-interaction-token',
  version: 1,
  locale: 'en-US',
  entitlements: [],
  authorizing_integration_owners: {},
  app_permissions: '0',
  attachment_size_limit: 10_485_760,
  guild_id: '197038439483310086',
  channel_id: '1100000000000000002',
  member: { user, roles: [], permissions: '0', joined_at: '2020-01-01T00:00:00Z', deaf: false, mute: false, flags: 0 },
};

const none: Fields = {};

export const ping: Fields = {
  id: base.id,
  application_id: base.application_id,
  type: 1,
  token: base.token,
  version: 1,
};

export function command(name: string, data: Fields = none, fields: Fields = none): Record<string, unknown> {
  return { ...base, type: 2, data: { id: '1', type: 1, name, ...data }, ...fields };
}

export function component(customId: string, data: Fields = none, fields: Fields = none): Record<string, unknown> {
  return {
    ...base,
    type: 3,
    message: { id: '1100000000000000009', content: 'hello' },
    data: { custom_id: customId, component_type: 2, ...data },
    ...fields,
  };
}

export function autocomplete(name: string, options: readonly Fields[]): Record<string, unknown> {
  return { ...base, type: 4, data: { id: '1', type: 1, name, options } };
}

export function modal(customId: string, components: readonly Fields[], fields: Fields = none): Record<string, unknown> {
  return { ...base, type: 5, data: { custom_id: customId, components }, ...fields };
}

export function webhookEvent(type: string, data: unknown): Record<string, unknown> {
  const event = { type, timestamp: '2026-11-23T01:02:03.456', data };
  return { version: 1, application_id: base.application_id, type: 1, event };
}

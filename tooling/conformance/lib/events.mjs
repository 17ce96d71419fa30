/** Payloads that are complete: a client that builds objects from them must find all it may expect. */

const author = {
  id: '111111111111111111',
  username: 'somebody',
  discriminator: '0',
  global_name: null,
  avatar: null,
  bot: false,
  public_flags: 0,
};

/** A direct message: it needs no guild. */
export const message = (id, content = '') => ({
  id: String(id),
  type: 0,
  content,
  channel_id: '222222222222222222',
  author,
  timestamp: '2026-11-23T01:00:00.000000+00:00',
  edited_timestamp: null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: [],
  embeds: [],
  components: [],
  flags: 0,
  pinned: false,
  channel_type: 1,
});

export const typing = () => ({ channel_id: '222222222222222222', user_id: author.id, timestamp: 1_763_856_000 });

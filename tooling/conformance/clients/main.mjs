/**
 * Process of one client under test: `node main.mjs <client>`. Takes `{ start }` and calls over IPC, reports what its user would see.
 * It does not catch what the library lets escape: an unhandled rejection ends it as it would end a bot.
 */
const name = process.argv[2];
const { start, version } = await import(`./${name}.mjs`);

/** Thrown by an adapter for what its library has no way to do. */
class NotOffered extends Error {
  name = 'NotOffered';
}
const report = (event, fields = {}) => process.send({ event, ...fields });
const describe = (error) => `${error?.name ?? typeof error}: ${error?.message ?? String(error)}`.slice(0, 300);

const user = {
  /** Each dispatch event as the library gives it to a listener. */
  dispatch(shardId, type, data) {
    const id = data?.id ?? data?.nonce ?? data?.session_id;
    report('dispatch', { shardId, type, id, size: data?.content?.length });
    if (user.throwsOn === type) throw new Error('a listener that throws');
  },
  ready: (shardId) => report('ready', { shardId }),
  error: (error, shardId) => report('error', { shardId, text: describe(error), code: error?.code }),
  notOffered: (what) => {
    throw new NotOffered(what);
  },
};

let client;
process.on('message', async (message) => {
  if (message.start !== undefined) {
    user.throwsOn = message.start.throwsOn;
    // Most bots log what escapes and live on; a case that throws in a listener is about what the library does then.
    if (user.throwsOn !== undefined) process.on('uncaughtException', () => {});
    // Not awaited together with anything: a start that rejects is the user's to catch, and he does.
    try {
      await start(message.start, user, (created) => {
        client = created;
      });
      report('started');
    } catch (error) {
      report('failed', { text: describe(error), code: error?.code });
    }
    return;
  }
  const { id, call, args } = message;
  try {
    const method = client?.[call];
    if (method === undefined) throw new NotOffered(call);
    report('result', { id, result: await method(...args) });
  } catch (error) {
    report('result', { id, error: describe(error), notOffered: error instanceof NotOffered });
  }
});
process.on('disconnect', () => process.exit(0));
report('loaded', { version });

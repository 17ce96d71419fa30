/** What every runtime must do, as seen from Discord's side: the Simulator signs, posts, and judges by its own ledger. */
import assert from 'node:assert/strict';

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Checks by name; each gets the Simulator, the URL of the bot, whether first responses come inline, and how many it must bear at once. */
export const checks = {
  'PING is answered': async ({ discord, url }) => {
    const { status, body, headers } = await discord.interact(url, { type: 1 });
    assert.equal(status, 200);
    assert.deepEqual(body, { type: 1 });
    assert.match(headers['content-type'], /^application\/json/);
  },
  'bad signatures are answered 401, all alike': async ({ discord, url }) => {
    const body = '{"type":1}';
    const good = discord.sign(body);
    const bad = [
      {},
      { ...good, 'x-signature-timestamp': '1' },
      { ...good, 'x-signature-ed25519': 'zz'.repeat(64) },
      { ...good, 'x-signature-ed25519': good['x-signature-ed25519'].slice(2) },
      { ...good, 'x-signature-ed25519': '0'.repeat(128) },
      { ...good, 'x-signature-ed25519': malleable(good['x-signature-ed25519']) },
      { ...good, 'x-signature-ed25519': `01${'0'.repeat(62)}${good['x-signature-ed25519'].slice(64)}` },
    ];
    const answers = new Set();
    for (const headers of bad) {
      const response = await post(url, body, headers);
      answers.add(`${response.status} ${await response.text()}`);
    }
    assert.deepEqual([...answers], ['401 invalid request signature']);
    assert.equal((await post(url, body, good)).status, 200);
  },
  'other methods, types and sizes are refused': async ({ url, discord }) => {
    for (const method of ['GET', 'HEAD', 'PUT']) assert.equal((await fetch(url, { method })).status, 405);
    const body = '{"type":1}';
    assert.equal((await post(url, body, { ...discord.sign(body), 'content-type': 'text/plain' })).status, 415);
    const large = 'x'.repeat(65_537);
    assert.equal((await post(url, large, discord.sign(large))).status, 413);
    assert.equal((await post(url, '{', discord.sign('{'))).status, 400);
  },
  'a command is answered': async ({ discord, url, inline }) => {
    const result = await command(discord, url, 'ping');
    assert.equal(result.status, inline ? 200 : 202);
    assert.equal(result.original().content, 'pong');
  },
  'a file comes along': async ({ discord, url }) => {
    const result = await command(discord, url, 'file');
    assert.deepEqual(
      result.original().attachments.map(({ filename, size }) => [filename, size]),
      [['a.txt', 5]],
    );
  },
  'a follow-up arrives after the response': async ({ discord, url }) => {
    const result = await command(discord, url, 'more');
    await result.waitForMessage(({ content }) => content === 'two');
  },
  'a slow command is deferred, then answered': async ({ discord, url }) => {
    const result = await command(discord, url, 'slow');
    assert.equal(result.callback.type, 5);
    await result.waitForMessage(({ content }) => content === 'late');
  },
  'a message comes back by callback': async ({ discord, url }) => {
    const result = await command(discord, url, 'back');
    const id = result.original().id;
    await result.waitForMessage(({ content }) => content === id);
  },
  'a failing handler is answered': async ({ discord, url }) => {
    const result = await command(discord, url, 'bad');
    assert.equal(result.callback.data.content, 'Something went wrong.');
    assert.equal(result.callback.data.flags, 64);
  },
  'a component updates its message': async ({ discord, url }) => {
    const result = await discord.interact(url, { type: 3, data: { custom_id: 'vote/yes', component_type: 2 } });
    assert.deepEqual(result.callback, { type: 7, data: { content: 'yes' } });
  },
  'webhook events are answered 204': async ({ discord, url }) => {
    assert.equal((await discord.postWebhookEvent(url, { type: 0 })).accepted, true);
    assert.equal((await discord.postWebhookEvent(url)).accepted, true);
    assert.equal((await discord.postWebhookEvent(url, { badSignature: true })).status, 401);
  },
  'many at once are all answered': async ({ discord, url, burst }) => {
    const results = await Promise.all(Array.from({ length: burst }, () => command(discord, url, 'ping')));
    assert.ok(results.every(({ failure }) => failure === null));
  },
};

async function command(discord, url, name) {
  const result = await discord.interact(url, { data: { name } });
  assert.equal(result.failure, null);
  return result;
}

function post(url, body, headers) {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

/** The same signature with the order added to S: the equation still holds. */
function malleable(signature) {
  const bytes = Buffer.from(signature, 'hex');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32);
  return bytes.toString('hex');
}

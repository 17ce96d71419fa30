/**
 * The least that a REST server can be: rate-limit headers of generous buckets and a small JSON answer, so that what is measured
 * is the client. Where limits are enforced the Simulator serves instead.
 */
import { createServer } from 'node:http';

const user = JSON.stringify({ id: '1', username: 'bot', discriminator: '0', avatar: null, bot: true, flags: 0 });
const message = JSON.stringify({
  id: '1',
  channel_id: '2',
  author: JSON.parse(user),
  content: 'a message of some length, as people write them',
  timestamp: '2026-01-01T00:00:00.000000+00:00',
  edited_timestamp: null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: [],
  embeds: [],
  pinned: false,
  type: 0,
});

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const isMe = request.url.endsWith('/users/@me');
    const body = isMe ? user : request.method === 'POST' ? message : '[]';
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-ratelimit-bucket': isMe ? 'me' : request.method,
      'x-ratelimit-limit': '1000000',
      'x-ratelimit-remaining': '999999',
      'x-ratelimit-reset': (Date.now() / 1000 + 1).toFixed(3),
      'x-ratelimit-reset-after': '1.000',
      date: 'Mon, 23 Nov 2026 00:00:00 GMT',
      via: '1.1 google',
      'cf-cache-status': 'DYNAMIC',
      server: 'cloudflare',
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));

/**
 * Clients that do nothing but count: `node proxy-consumer.mjs <url> <shards> <per shard> [more of the query]`. Tells when all are started, when
 * all saw BENCH_END, how many events came, and the delays of messages that carry their time.
 */
import { WebSocket } from 'ws';

const [, , url, shardsText, perShardText, query = ''] = process.argv;
const shards = Number(shardsText);
const perShard = Number(perShardText);
const end = Buffer.from('"BENCH_END"');
const nonceKey = Buffer.from('"nonce":"');
let events = 0;
let ended = 0;
let ready = 0;
let delays = [];
const open = [];
for (let shard = 0; shard < shards; shard++)
  for (let copy = 0; copy < perShard; copy++) {
    const ws = new WebSocket(`${url}/?v=10&encoding=json${query}`, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    open.push(ws);
    ws.on('error', (error) => process.send({ failed: error.message }));
    ws.on('close', (code) => code !== 1005 && process.send({ failed: `closed with ${code}` }));
    let started = false;
    ws.on('message', (data) => {
      if (!started) {
        started = true;
        ws.send(
          JSON.stringify({
            op: 2,
            d: {
              token: 'access.token.of.the.bench',
              intents: 0x3317fff | 0x8102,
              shard: [shard, shards],
              properties: {},
            },
          }),
        );
        setInterval(() => ws.send('{"op":1,"d":null}'), 20_000).unref();
        // READY and the guilds come at once; what follows is counted.
        setTimeout(() => ++ready === shards * perShard && process.send({ ready }), 1_500);
        return;
      }
      events += 1;
      const at = data.indexOf(nonceKey);
      if (at > 0 && at < 120) {
        const from = at + nonceKey.length;
        const sent = data.toString('latin1', from, data.indexOf(0x22, from));
        if (sent.length > 8) delays.push(Number(process.hrtime.bigint() - BigInt(sent)) / 1e6);
      } else if (data.length < 200 && data.includes(end) && ++ended === shards * perShard) {
        process.send({ ended, events, delays });
        events = 0;
        ended = 0;
        delays = [];
      }
    });
  }
process.on('disconnect', () => process.exit());

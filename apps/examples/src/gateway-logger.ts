/**
 * The gateway alone: prints one line per event, without ever parsing its payload.
 *
 *   BOT_TOKEN=… node dist/gateway-logger.js
 */
import { fetchGatewayBot, Gateway } from '@tinfoil/gateway';

const token = process.env.BOT_TOKEN ?? '';
const gateway = new Gateway({
  token,
  intents: ['Guilds', 'GuildMessages'],
  getGatewayBot: () => fetchGatewayBot({ token, baseUrl: process.env.TINFOIL_API_URL }),
});

gateway.on('raw', ({ type, sequence, shardId, bytes }) =>
  console.log(`${shardId}:${sequence} ${type} ${bytes.length} bytes`),
);
gateway.on('error', ({ cause }) => console.error(cause));

process.once('SIGTERM', () => gateway.close());
await gateway.connect();

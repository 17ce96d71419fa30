import { fetchGatewayBot, Gateway } from '@tinfoil/gateway';

const token = process.env.BOT_TOKEN;
const gateway = new Gateway({
  token,
  intents: ['Guilds'],
  getGatewayBot: () => fetchGatewayBot({ token, baseUrl: process.env.REST_URL }),
});
const guild = gateway.waitFor('GUILD_CREATE', () => true, { timeoutMs: 5000 });
await gateway.connect();
const [{ name }] = [await guild].flat();
console.log(`ready, got guild ${name}`);
await gateway.close();

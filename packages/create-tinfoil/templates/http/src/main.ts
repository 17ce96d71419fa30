/** The program: serves interactions on PORT, 8080 unless set. */
import { createBot } from './bot.js';
import { required } from './env.js';
import { createBotServer } from './server.js';

const port = process.env.PORT || '8080';
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
  console.error(`PORT must be 0 to 65535, got ${JSON.stringify(port)}`);
  process.exit(1);
}
const server = createBotServer(createBot({ publicKey: required('DISCORD_PUBLIC_KEY') }));
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(Number(port), () => console.log(`listens on ${port}`));
// Requests that are under way are answered first.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close());

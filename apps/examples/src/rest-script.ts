/**
 * REST alone: a script that greets every server the bot is in, in its first text channel. No gateway, nothing to close.
 *
 *   BOT_TOKEN=… node dist/rest-script.js "Maintenance at noon"
 */
import { DiscordApiError, listCurrentUserGuilds, Rest } from '@tinfoil/rest';

const rest = new Rest({ token: process.env.BOT_TOKEN, baseUrl: process.env.TINFOIL_API_URL });
const content = process.argv[2] ?? 'Hello!';

for await (const { id, name } of listCurrentUserGuilds(rest)) {
  const channels = await rest.api.guilds(id).channels.get();
  const channel = channels.find(({ type }) => type === 0);
  if (channel === undefined) continue;
  try {
    await rest.api.channels(channel.id).messages.post({ content, allowed_mentions: { parse: [] } });
    console.log(`greeted ${name}`);
  } catch (error) {
    // A server where the bot may not write is no reason to stop.
    if (!(error instanceof DiscordApiError)) throw error;
    console.log(`not greeted ${name}: ${error.message}`);
  }
}

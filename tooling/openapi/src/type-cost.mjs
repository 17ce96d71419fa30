/**
 * What the route tree costs the compiler: a program that uses ten routes, against one that only imports the tree's type.
 *
 * Instantiations and types are the same on every machine, so they are held; time is not, so it is only bounded roughly.
 */
import { compile } from './compile.mjs';

/** @typedef {{ readonly instantiations: number, readonly types: number, readonly checkMs: number }} Cost */

const head = `import type { RestApi } from '@tinfoil/types';
declare const api: RestApi;
`;

const tenRoutes = `${head}
const me = await api.users.me.get();
const message = await api.channels('1').messages.post({ content: me.username, allowed_mentions: { parse: ['users'] } });
await api.channels('1').messages(message.id).patch({ embeds: [{ title: 'edited' }] });
await api.channels('1').messages(message.id).reactions('👍').me.put();
await api.guilds('1').members('2').roles('3').put(undefined, { reason: 'earned' });
const [member] = await api.guilds('1').members.get({ limit: 1 });
await api.guilds('1').bans(member!.user.id).put({ delete_message_seconds: 60 }, { reason: 'spam' });
await api.applications('1').commands.put([{ name: 'ping', description: 'Answers' }]);
await api.interactions('1')('token').callback.post({ type: 4, data: { content: 'pong' } });
await api.webhooks('1')('token').messages.original.patch({ content: 'later' });
`;

/**
 * Measures both programs.
 *
 * @returns {{ tree: Cost, tenRoutes: Cost }} Cost of the tree's type alone, and with ten routes in use.
 */
export function measureTypeCost() {
  return { tree: measure('tree-cost', `${head}void api;\n`), tenRoutes: measure('ten-routes', tenRoutes) };
}

/**
 * @param {string} name
 * @param {string} source
 * @returns {Cost}
 */
function measure(name, source) {
  const { diagnostics, output } = compile(name, source, ['--extendedDiagnostics']);
  if (diagnostics.length > 0) throw new Error(`the program does not compile: ${diagnostics[0]?.message}`);
  return {
    instantiations: figure(output, /Instantiations:\s+([\d.]+)/),
    types: figure(output, /Types:\s+([\d.]+)/),
    checkMs: Math.round(figure(output, /Check time:\s+([\d.]+)s/) * 1000),
  };
}

/**
 * @param {string} output
 * @param {RegExp} pattern
 */
function figure(output, pattern) {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`tsc printed no ${pattern.source}`);
  return Number(found);
}

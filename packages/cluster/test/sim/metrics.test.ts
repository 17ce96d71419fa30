import { channel } from 'node:diagnostics_channel';
import { fetchGatewayBot, Gateway } from '@tinfoil/gateway';
import { Simulator } from '@tinfoil/testing';
import { expect, it } from 'vitest';
import { Cluster } from '../../src/index.ts';

const free = { host: '127.0.0.1', port: 0 };

it('counts what the gateway and REST do', async () => {
  await using discord = await Simulator.start();
  const guild = discord.createGuild({ memberCount: 7 });
  await using cluster = new Cluster({
    totalShards: 1,
    timing: { settleMs: 0 },
    version: '1.2.3',
    listen: { public: free, internal: free, ops: free },
  });
  await using gateway = new Gateway({
    token: discord.token,
    intents: ['Guilds', 'GuildMessages'],
    getGatewayBot: () => fetchGatewayBot({ token: discord.token, baseUrl: discord.restUrl }),
    ...cluster.gatewayOptions(),
  });
  await cluster.start({ gateway });
  await gateway.connect();
  discord.createMessage(guild.channels[0]?.id ?? '', { content: 'hi' });
  await metricIs('tinfoil_gateway_events_total{type="MESSAGE_CREATE"}', 1);
  await metricIs('tinfoil_gateway_shard_up{shard="0"}', 1);
  await metricIs('tinfoil_gateway_guilds', 1);
  await metricIs('tinfoil_gateway_connects_total{kind="identify",outcome="ready"}', 1);
  await metricIs('tinfoil_identify_wait_seconds_count', 1);

  discord.faults.close(4000);
  await metricIs('tinfoil_gateway_closes_total{code="4000"}', 1);
  await metricIs('tinfoil_gateway_connects_total{kind="resume",outcome="ready"}', 1);
  await metricIs('tinfoil_identify_wait_seconds_count', 1);

  // What @tinfoil/rest publishes, without depending on it.
  const route = '/channels/{}/messages';
  channel('tinfoil:rest:response').publish({ method: 'POST', route, status: 403, durationMs: 40, attempt: 0 });
  channel('tinfoil:rest:rate-limited').publish({ method: 'POST', route, scope: 'shared', retryAfterMs: 100 });
  channel('tinfoil:rest:rate-limited').publish({ method: 'POST', route, scope: 'user', retryAfterMs: 100 });
  await metricIs(`tinfoil_rest_requests_total{method="POST",route="${route}",status="403"}`, 1);
  await metricIs('tinfoil_rest_invalid_requests_total{status="403"}', 1);
  await metricIs('tinfoil_rest_invalid_requests_total{status="429"}', 1);
  await metricIs('tinfoil_rest_rate_limited_total{scope="shared"}', 1);
  expect(await read('tinfoil_build_info{version="1.2.3"}')).toBe(1);
  expect(await read('process_resident_memory_bytes')).toBeGreaterThan(1e7);

  await cluster.drain();
  expect(channel('tinfoil:rest:response').hasSubscribers).toBe(false);

  async function metricIs(name: string, value: number): Promise<void> {
    await expect.poll(() => read(name), { timeout: 10_000, interval: 20 }).toBe(value);
  }
  async function read(name: string): Promise<number | undefined> {
    const text = await (await fetch(`${cluster.addresses?.ops.url}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  }
});

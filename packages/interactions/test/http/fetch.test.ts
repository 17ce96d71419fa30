import { describe, expect, it } from 'vitest';
import { Interactions } from '../../src/index.ts';
import { command, ping, webhookEvent } from '../payloads.ts';
import { createSigner } from '../sign.ts';

const signer = createSigner();
const create = () =>
  new Interactions({ publicKey: signer.publicKey }).command('ping', (i) => i.reply({ content: 'pong' }));

describe('fetch', () => {
  it('answers a PING', async () => {
    const response = await create().fetch(signer.request(ping));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ type: 1 });
  });

  it('answers a webhook PING, whose type is 0, with an empty 204', async () => {
    const response = await create().fetch(signer.request({ version: 1, application_id: '1', type: 0 }));
    expect(response.status).toBe(204);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('');
  });

  it('runs a command and answers inline', async () => {
    const response = await create().fetch(signer.request(command('ping')));
    expect(await response.json()).toEqual({ type: 4, data: { content: 'pong' } });
  });

  it('takes webhook events at the same place', async () => {
    const seen: unknown[] = [];
    const interactions = create().webhookEvent('APPLICATION_AUTHORIZED', (event) => {
      seen.push(event.data.scopes);
    });
    const request = signer.request(webhookEvent('APPLICATION_AUTHORIZED', { user: { id: '1' }, scopes: ['bot'] }));
    expect((await interactions.fetch(request)).status).toBe(204);
    expect(seen).toEqual([['bot']]);
  });

  it('answers every bad signature with the same 401', async () => {
    const body = JSON.stringify(ping);
    const good = signer.headers(body);
    const bad: Record<string, string>[] = [
      { ...good, 'x-signature-ed25519': 'zz'.repeat(64) },
      { ...good, 'x-signature-ed25519': good['x-signature-ed25519']!.slice(2) },
      { ...good, 'x-signature-ed25519': `00${good['x-signature-ed25519']!.slice(2)}` },
      { ...good, 'x-signature-timestamp': '1' },
      { ...good, 'x-signature-timestamp': 'now' },
      { 'content-type': 'application/json' },
    ];
    const answers = new Set<string>();
    for (const headers of bad) {
      const response = await create().fetch(signer.request(body, { headers }));
      answers.add(JSON.stringify([response.status, [...response.headers], await response.text()]));
    }
    expect([...answers]).toEqual(['[401,[["content-type","text/plain; charset=utf-8"]],"invalid request signature"]']);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('answers %s with 405', async (method) => {
    const response = await create().fetch(new Request('http://127.0.0.1/', { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('answers another content type with 415', async () => {
    const response = await create().fetch(new Request('http://127.0.0.1/', { method: 'POST', body: '{}' }));
    expect(response.status).toBe(415);
  });

  it('answers a body above the cap with 413, declared or not', async () => {
    const interactions = new Interactions({ publicKey: signer.publicKey, maxBodyBytes: 64 });
    expect((await interactions.fetch(signer.request({ text: 'x'.repeat(64) }))).status).toBe(413);
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(40)),
    });
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', body: stream, headers, duplex: 'half' } as RequestInit;
    expect((await interactions.fetch(new Request('http://127.0.0.1/', init))).status).toBe(413);
  });

  it('answers a signed body that is nothing known with 400', async () => {
    for (const payload of ['', 'null', '[]', '{}', '{"type":99}', '{"type":2}', 'not json'])
      expect((await create().fetch(signer.request(payload))).status).toBe(400);
  });

  it('passes as a bare function, and ignores what other runtimes pass second', async () => {
    const { fetch } = create();
    const response = await fetch(signer.request(command('ping')), { remoteAddr: '127.0.0.1' } as never);
    expect(response.status).toBe(200);
  });

  it('hands the work to waitUntil', async () => {
    const works: Promise<unknown>[] = [];
    await create().fetch(signer.request(command('ping')), { waitUntil: (work) => works.push(work) });
    expect(works).toHaveLength(1);
    await works[0];
  });

  it('names the missing public key', async () => {
    await expect(new Interactions().fetch(signer.request(ping))).rejects.toThrow(
      'publicKey must be given to take requests, got undefined',
    );
  });
});

/** AWS Lambda behind a function URL. Below the handler: enough of that front to send it events over HTTP. */
import { createServer } from 'node:http';
import { createBot } from './bot.mjs';

// Lambda freezes the process when the handler has returned, so first responses go out by themselves.
const bot = createBot({ publicKey: process.env.PUBLIC_KEY, baseUrl: process.env.API_URL, respondWith: 'callback' });

export async function handler(event) {
  const { method } = event.requestContext.http;
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body;
  const request = new Request(`https://${event.requestContext.domainName}${event.rawPath}`, {
    method,
    headers: event.headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  const work = [];
  const response = await bot.fetch(request, { waitUntil: (promise) => work.push(promise) });
  await Promise.all(work);
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

const server = createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const {
    statusCode,
    headers,
    body: text,
  } = await handler({
    version: '2.0',
    rawPath: '/',
    headers: incoming.headers,
    requestContext: { http: { method: incoming.method }, domainName: '127.0.0.1' },
    isBase64Encoded: true,
    body: body.toString('base64'),
  });
  outgoing.writeHead(statusCode, headers).end(text);
}).listen(0, '127.0.0.1', () => {
  console.log(`port ${server.address().port}`);
});

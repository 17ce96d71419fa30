/**
 * Status page of the manager's ops listener: one read-only page, the events that keep it live, and the state as JSON.
 *
 * The page is one answer with nothing external. Its policy names style and script by their hashes and forbids all else, so
 * nothing that a pod says of itself could run. Its parts are files in `assets/`, read when the page is first asked for.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Route, sendJson, sendText } from './listener.ts';
import { StatusFeed } from './status-feed.ts';
import type { StatusView } from './status-snapshot.ts';

/** The page as it is sent. */
export interface StatusPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Table of the page. */
export function statusPageRoutes(view: StatusView): readonly Route[] {
  const feed = new StatusFeed(view);
  return [
    {
      method: 'GET',
      path: '/',
      run({ response }) {
        const { html, headers } = statusPage();
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        sendText(response, 200, html, 'text/html');
      },
    },
    { method: 'GET', path: '/events', run: ({ response }) => feed.open(response) },
    { method: 'GET', path: '/state.json', run: ({ response }) => sendJson(response, 200, view.state()) },
  ];
}

let page: StatusPage | undefined;

/** Page with its security headers. */
export function statusPage(): StatusPage {
  page ??= assemble();
  return page;
}

function assemble(): StatusPage {
  const style = asset('status-page.css');
  const script = asset('status-page.js');
  const html = asset('status-page.html')
    .replace('/* style */', () => style)
    .replace('/* script */', () => script);
  return {
    html,
    headers: {
      'content-security-policy': [
        "default-src 'none'",
        `style-src '${sourceHash(style)}'`,
        `script-src '${sourceHash(script)}'`,
        "connect-src 'self'",
        // The empty icon, which keeps browsers from asking for one.
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  };
}

// Beside `src` and `dist` alike.
function asset(name: string): string {
  return readFileSync(new URL(`../assets/${name}`, import.meta.url), 'utf8');
}

function sourceHash(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}

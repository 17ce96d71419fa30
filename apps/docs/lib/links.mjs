/** Every link of the built site that stays on the site leads to a page that exists, and to an anchor that is on it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Checks `folder`; resolves to the number of broken links. */
export function checkLinks(folder) {
  const files = readdirSync(folder, { recursive: true })
    .map((path) => path.split('\\').join('/'))
    .filter((path) => path.endsWith('.html'));
  const anchors = new Map();
  const anchorsOf = (path) => {
    if (!anchors.has(path)) {
      const html = readFileSync(join(folder, path), 'utf8');
      anchors.set(path, new Set([...html.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id]) => decode(id))));
    }
    return anchors.get(path);
  };
  let links = 0;
  const broken = [];
  for (const from of files) {
    const html = readFileSync(join(folder, from), 'utf8');
    for (const [, , raw] of html.matchAll(/\s(href|src)="([^"]*)"/g)) {
      const href = decode(raw);
      if (/^([a-z]+:|\/\/)/i.test(href) || href === '') continue;
      links += 1;
      const url = new URL(href, `http://site/${from}`);
      const target = resolveFile(folder, decodeURIComponent(url.pathname));
      if (target === undefined) broken.push(`${from}: ${href} leads nowhere`);
      else if (
        url.hash.length > 1 &&
        target.endsWith('.html') &&
        !anchorsOf(target).has(decodeURIComponent(url.hash.slice(1)))
      )
        broken.push(`${from}: ${href} has no such anchor`);
    }
  }
  const unique = [...new Set(broken)];
  for (const line of unique.slice(0, 40)) console.error(line);
  console.log(`${links} internal links in ${files.length} pages, ${unique.length} broken`);
  return unique.length;
}

function resolveFile(folder, pathname) {
  const path = pathname.replace(/^\//, '');
  for (const candidate of [path, `${path}.html`, `${path}${path === '' || path.endsWith('/') ? '' : '/'}index.html`])
    if (candidate !== '' && existsSync(join(folder, candidate)) && statSync(join(folder, candidate)).isFile())
      return candidate;
  return undefined;
}

function decode(text) {
  return text
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

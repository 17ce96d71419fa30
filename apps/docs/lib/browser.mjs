/**
 * The built site in a real browser: each page at a phone's and a desktop's width, and the search that operators would type.
 *
 * Screenshots are in `dist/screenshots`, to be looked at.
 */
import { createReadStream, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as driver } from 'playwright-core';
import { out } from './pages.mjs';

/** What is typed, and the page that must be among the first three answers. */
const questions = {
  'rate limits across pods': '/scale/rate-limits',
  'deploying without losing sessions': '/scale/deploying',
  'verifying interactions on Workers': '/scale/workers',
  'adding shards': '/scale/adding-shards',
  'what happens when the manager dies': '/scale/manager-dies',
};
const widths = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
const photographed = [
  '/',
  '/start/',
  '/move/discordjs',
  '/scale/kubernetes',
  '/scale/rate-limits',
  '/reference/errors',
  '/reference/conformance',
  '/api/',
];

/** Resolves to the number of problems. */
export async function readInBrowser(folder) {
  const shots = join(out, 'screenshots');
  mkdirSync(shots, { recursive: true });
  const server = await serve(folder);
  const origin = `http://127.0.0.1:${server.address().port}`;
  // The package's own flags suit one page in one process, which ends with its first page.
  const args = chromium.args.filter((flag) => flag !== '--single-process' && flag !== '--no-zygote');
  const browser = await driver.launch({ args, executablePath: await chromium.executablePath(), headless: true });
  const problems = [];
  try {
    const paths = pagesOf(folder);
    for (const [device, viewport] of Object.entries(widths)) {
      const page = await browser.newPage({ viewport });
      let path = '';
      page.on('pageerror', (error) => problems.push(`${device} ${path}: ${error.message}`));
      page.on('response', (response) => {
        if (response.status() >= 400) problems.push(`${device} ${path}: ${response.status()} for ${response.url()}`);
      });
      for (path of paths) {
        await page.goto(origin + path, { waitUntil: 'load' });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) problems.push(`${device} ${path}: ${over} pixels wider than the window`);
        if (photographed.includes(path))
          await page.screenshot({
            path: join(shots, `${device}${path === '/' ? '-home' : path.replaceAll('/', '-')}.png`),
          });
      }
      problems.push(...(await search(page, origin, device, shots)));
      await page.close();
    }
    console.log(`${paths.length} pages at ${Object.keys(widths).length} widths, ${problems.length} problems`);
  } finally {
    await browser.close();
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
  }
  for (const problem of problems) console.error(problem);
  return problems.length;
}

async function search(page, origin, device, shots) {
  const problems = [];
  for (const [question, wanted] of Object.entries(questions)) {
    await page.goto(`${origin}/start/`, { waitUntil: 'networkidle' });
    // The search box remembers its last question, whose answers would stand there at first.
    await page.evaluate(() => sessionStorage.clear());
    await page.locator('#local-search button').first().click();
    await page.locator('.VPLocalSearchBox input').fill(question);
    const [links, place] = await answers(page, wanted);
    await page.screenshot({ path: join(shots, `${device}-search-${wanted.split('/').at(-1)}.png`) });
    console.log(`${device}: "${question}": ${place < 0 ? `not among ${links.join(', ')}` : `answer ${place + 1}`}`);
    if (place < 0) problems.push(`${device}: search for "${question}" does not find ${wanted}`);
  }
  return problems;
}

/** First three answers, and which of them is the wanted one, -1 when it is none after ten seconds. */
async function answers(page, wanted) {
  const found = page.locator('.VPLocalSearchBox .result');
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    const links = (await found.evaluateAll((all) => all.map((item) => item.getAttribute('href') ?? ''))).slice(0, 3);
    const place = links.findIndex((link) => link.split('#')[0].replace(/\.html$/, '') === wanted);
    if (place >= 0 || performance.now() > deadlineMs) return [links, place];
    await page.waitForTimeout(50);
  }
}

function pagesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => path.split('\\').join('/'))
    .filter(
      (path) =>
        path.endsWith('.html') && (!path.startsWith('api/') || path === 'api/index.html') && path !== '404.html',
    )
    .map((path) => `/${path.replace(/(index)?\.html$/, '')}`)
    .sort();
}

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
    const file = [path, `${path}.html`, join(path, 'index.html')]
      .map((candidate) => join(folder, candidate))
      .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

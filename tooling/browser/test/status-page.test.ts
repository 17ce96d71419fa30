import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterManager } from '@tinfoil/cluster';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser } from '../src/browser.ts';
import { type PodFarm, startPodFarm } from '../src/pod-farm.ts';

// Set TINFOIL_SCREENSHOTS to the folder that shall have the pictures of the documentation.
const pictures = process.env.TINFOIL_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'tinfoil-status-'));
const free = { host: '127.0.0.1', port: 0 };

let browser: Browser;
let farm: PodFarm;
let manager: ClusterManager;
const opened: Page[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.context().close()));
  await manager.close();
  await farm[Symbol.asyncDispose]();
});

async function start(totalShards: number, shardsPerPod: number): Promise<void> {
  farm = await startPodFarm(totalShards, shardsPerPod);
  manager = new ClusterManager({
    totalShards,
    shardsPerPod,
    peers: { urls: farm.urls },
    listen: { internal: free, ops: free },
    timing: { pollEveryMs: 200, statusTimeoutMs: 1500 },
    getGatewayBot: async () => ({
      session_start_limit: { total: 5000, remaining: 4870, reset_after: 43_000_000, max_concurrency: 16 },
    }),
  });
  await manager.start();
  await manager.poll();
}

/** Page that has drawn a snapshot; whatever it complains of or asks elsewhere is in the list. */
async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  opened.push(page);
  const faults: string[] = [];
  const origin = manager.addresses?.ops.url ?? '';
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) faults.push(`asked ${request.url()}`);
  });
  await page.goto(`${origin}/`);
  await page.locator('#shards [role=option]').first().waitFor();
  return { page, faults };
}

const detail = (page: Page) => page.locator('#detail').textContent();
const kinds = (page: Page, kind: string) => page.locator(`#shards > .${kind}`).count();

describe('three shards', () => {
  it('shows totals, shards in words, and asks nobody else', async () => {
    await start(3, 1);
    const { page, faults } = await open({ viewport: { width: 1280, height: 720 } });
    await page.getByText('Identifies left').waitFor();
    expect(await page.locator('#shards [role=option]').allTextContents()).toEqual(['0ready', '1ready', '2ready']);
    expect(await page.locator('#totals').textContent()).toMatch(/Guilds2,991.*4,870 of 5,000.*Memory/);
    expect(await page.locator('#missing').textContent()).toBe('Every pod answers.');
    expect(await page.locator('#live').textContent()).toBe('live');
    await page.screenshot({ path: join(pictures, 'status-3.png') });
    expect(faults).toEqual([]);
  });

  it('takes what pods say for text', async () => {
    await start(3, 1);
    const name = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    farm.pod(1, { pod: name, version: name });
    await manager.poll();
    const { page, faults } = await open();
    await page.locator('#pods summary').click();
    expect(await page.locator('#pods tbody tr').nth(1).locator('td').first().textContent()).toBe(name);
    expect(await page.title()).toBe('Tinfoil cluster');
    expect(faults).toEqual([]);
  });

  it('runs no script but its own', async () => {
    await start(3, 1);
    const { page, faults } = await open();
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      document.body.setAttribute('style', 'display: none');
    });
    expect(await page.title()).toBe('Tinfoil cluster');
    expect(await page.evaluate(() => getComputedStyle(document.body).display)).toBe('block');
    expect(faults.filter((fault) => fault.includes('Content Security Policy')).length).toBeGreaterThan(0);
  });

  it('says so when the manager falls silent, and comes back with it', async () => {
    await start(3, 1);
    const { page } = await open();
    await page.clock.install();
    await page.reload();
    await page.getByText('live', { exact: true }).waitFor();
    const ops = manager.addresses?.ops ?? free;
    await manager.close();
    await page.clock.fastForward(30_000);
    await page.getByText(/no word from the manager for \d+ s/).waitFor();
    manager = new ClusterManager({
      totalShards: 3,
      peers: { urls: farm.urls },
      listen: { internal: free, ops: { host: ops.host, port: ops.port } },
      timing: { pollEveryMs: 200 },
    });
    await manager.start();
    // The browser's own pause before it asks again; the page's clock has nothing to do with it.
    await page.getByText('live', { exact: true }).waitFor({ timeout: 15_000 });
  });
});

describe('a thousand shards', () => {
  it('shows each, changes live, and names who is missing', async () => {
    await start(1008, 16);
    farm.shard(7, { status: 'resuming', lastCloseCode: 4000 });
    farm.shard(300, { status: 'identifying' });
    farm.shard(301, { status: 'queued' });
    farm.shard(620, { status: 'fatal', lastCloseCode: 4014 });
    await manager.poll();
    const { page, faults } = await open();
    expect(await page.locator('#shards [role=option]').count()).toBe(1008);
    expect([await kinds(page, 'ready'), await kinds(page, 'connecting'), await kinds(page, 'fatal')]).toEqual([
      1004, 2, 1,
    ]);
    farm.pod(17, 'gone');
    await page.locator('#missing.bad').waitFor();
    expect(await page.locator('#missing').textContent()).toBe('1 not answering: bot-g1-17');
    expect(await kinds(page, 'missing')).toBe(16);
    expect(await page.locator('#totals').textContent()).toMatch(/98\.4 % of shards; 16,\d\d\d of it last known/);
    farm.pod(17, {});
    await page.getByText('Every pod answers.').waitFor();
    expect(await kinds(page, 'missing')).toBe(0);
    expect(faults).toEqual([]);
  });

  it('is used by keyboard', async () => {
    await start(1008, 16);
    farm.shard(620, { status: 'fatal', lastCloseCode: 4014 });
    await manager.poll();
    const { page } = await open();
    // Skip link, search, button, grid: the thousand cells are one stop.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('shards');
    await page.keyboard.press('End');
    expect(await detail(page)).toMatch(/^Shard 1007 in bot-g1-62: ready/);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#shards').getAttribute('aria-activedescendant')).toBe('shard-1');
    await page.keyboard.press('ArrowDown');
    const perRow = await page.evaluate(
      () => getComputedStyle(document.querySelector('#shards') as Element).gridTemplateColumns.split(' ').length,
    );
    expect(await page.locator('#shards').getAttribute('aria-activedescendant')).toBe(`shard-${1 + perRow}`);
    await page.keyboard.press('n');
    expect(await detail(page)).toMatch(/^Shard 620 in bot-g1-38: closed for good; .*; last close code 4014;/);
    await page.getByLabel('Shard or guild id').fill('41771983423143937');
    expect(await page.locator('#shards').getAttribute('aria-activedescendant')).toBe(
      `shard-${(41771983423143937n >> 22n) % 1008n}`,
    );
    await page.getByLabel('Shard or guild id').fill('5000');
    expect(await detail(page)).toBe('There is no shard 5000.');
  });

  it.each(['light', 'dark'] as const)('can be read in %s, on a desk and on a phone', async (colorScheme) => {
    await start(1008, 16);
    farm.shard(7, { status: 'resuming' });
    farm.shard(300, { status: 'identifying' });
    farm.shard(620, { status: 'fatal', lastCloseCode: 4014 });
    farm.pod(17, 'gone');
    await manager.poll();
    for (const width of [1280, 360]) {
      const { page } = await open({ colorScheme, viewport: { width, height: 800 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await page.evaluate(lowContrasts)).toEqual([]);
      await page.screenshot({ path: join(pictures, `status-1000-${colorScheme}-${width}.png`), fullPage: true });
    }
    if (colorScheme === 'light') {
      const { page } = await open({ viewport: { width: 1280, height: 1120 } });
      await page.locator('#shards').focus();
      await page.keyboard.press('n');
      await page.screenshot({ path: join(pictures, 'status-1000.png') });
    }
  });
});

/** Runs in the page: texts whose contrast with what is behind them is under 4.5. */
function lowContrasts(): string[] {
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const color = getComputedStyle(element).backgroundColor;
    return color === 'rgba(0, 0, 0, 0)' ? ground(element.parentElement) : color;
  };
  const low = new Set<string>();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
    if (!own || element.closest('[hidden], .hidden, .skip, script, style, noscript, :disabled') !== null) continue;
    const [a = 0, b = 0] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort(
      (x, y) => y - x,
    );
    if ((a + 0.05) / (b + 0.05) < 4.5)
      low.add(`${element.tagName}.${element.className}: ${element.textContent?.slice(0, 20)}`);
  }
  return [...low];
}

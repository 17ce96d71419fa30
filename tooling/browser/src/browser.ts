/** A Chromium that needs nothing installed: it comes as a package, libraries included. */
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';

/** Starts it. */
export async function startBrowser(): Promise<Browser> {
  // Its own flags suit one page in one process, which ends with its first page.
  const args = chromium.args.filter((flag) => flag !== '--single-process' && flag !== '--no-zygote');
  return driver.launch({ args, executablePath: await chromium.executablePath(), headless: true });
}

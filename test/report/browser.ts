import { existsSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';

const executablePath = process.env['DRILL_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why the page can't be opened here, or false; for node:test's `skip`. */
export const noBrowser: string | false = existsSync(executablePath)
  ? false
  : `no browser at ${executablePath} (Debian: apt-get install chromium; another path: DRILL_CHROMIUM)`;

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Every address that the page asked for, its own file left out. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** Opens a report from a file of its own, as a user does; `fragment` is the part of the address after `#`. */
export async function openReport(
  browser: Browser,
  html: string,
  options: BrowserContextOptions = {},
  fragment = '',
): Promise<OpenedPage> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'drill-report-'));
  const path = join(folder.path, 'index.html');
  await writeFile(path, html);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const url = pathToFileURL(path).href + fragment;
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  return {
    page,
    requests,
    errors,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await folder.remove();
    },
  };
}

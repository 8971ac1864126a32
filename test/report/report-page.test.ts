import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { launchBrowser, noBrowser, openReport } from './browser.ts';
import { samplePages } from './sample-pages.ts';

describe('the report in a browser', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
  });

  // Every state once, and the one with the most on it in all four layouts: an axe run takes seconds.
  const layouts = [
    { name: 'fail', width: 390, colorScheme: 'light' },
    { name: 'fail', width: 390, colorScheme: 'dark' },
    { name: 'fail', width: 1280, colorScheme: 'light' },
    { name: 'fail', width: 1280, colorScheme: 'dark' },
    { name: 'pass', width: 390, colorScheme: 'dark' },
    { name: 'inconclusive', width: 1280, colorScheme: 'light' },
    { name: 'aborted', width: 390, colorScheme: 'light' },
    { name: 'uncaptured', width: 1280, colorScheme: 'dark' },
    { name: 'several', width: 1280, colorScheme: 'light' },
  ] as const;
  for (const { name, width, colorScheme } of layouts) {
    it(`${name}, ${width} px, ${colorScheme}: accessible, nothing cut off, nothing loaded`, async () => {
      await using opened = await openReport(browser, samplePages[name], {
        viewport: { width, height: 900 },
        colorScheme,
      });
      await openEveryPart(opened.page);
      const { violations } = await new AxeBuilder({ page: opened.page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ; ')}`),
        [],
      );
      assert.equal(await overflowPx(opened.page), 0);
      assert.deepEqual(opened.requests, []);
      assert.deepEqual(opened.errors, []);
    });
  }

  for (const width of [390, 1280]) {
    it(`reads without script at ${width} px`, async () => {
      await using opened = await openReport(browser, samplePages.fail, {
        viewport: { width, height: 900 },
        javaScriptEnabled: false,
      });
      const { page } = opened;
      for (const title of [
        'Timelines',
        'Latency',
        'Who answered',
        'Recovery',
        'Predicted beside measured',
        'Why believe it',
        'What to change',
        'Reproduce',
      ]) {
        assert.ok(await page.getByRole('heading', { level: 2, name: title }).isVisible(), title);
      }
      assert.ok(await page.locator('.sentence').isVisible());
      assert.ok(await page.getByText('claims broken').first().isVisible());
      assert.equal(await page.locator('.needs-script:visible').count(), 0);
      assert.ok((await page.locator('.lane:visible').count()) > 20);
      assert.equal(await overflowPx(page), 0);
    });
  }

  it('switches the listen mode without script', async () => {
    await using opened = await openReport(browser, samplePages.fail, { javaScriptEnabled: false });
    const lane = (site: string): ReturnType<Page['locator']> =>
      opened.page.locator(`.of-site[data-site="${site}"] .lane`).first();
    assert.ok(await lane('both').isVisible());
    assert.ok(!(await lane('link-local').isVisible()));
    await opened.page.getByRole('radio', { name: 'link-local only' }).check();
    assert.ok(!(await lane('both').isVisible()));
    assert.ok(await lane('link-local').isVisible());
    assert.ok(await lane('control').isVisible(), 'the control is always there');
  });

  it('shows the outage at both deadlines', async () => {
    await using opened = await openReport(browser, samplePages.fail, { javaScriptEnabled: false });
    const cell = opened.page.locator('.matrix-wide tbody td').first();
    const hard = await cell.innerText();
    await opened.page.getByRole('radio', { name: 'within 1 s' }).check();
    assert.notEqual(await cell.innerText(), hard);
  });

  it('zooms to a fault, and draws a shape for each lookup where there is room', async () => {
    await using opened = await openReport(browser, samplePages.fail, { viewport: { width: 1280, height: 900 } });
    const { page } = opened;
    const viewBox = (): Promise<string | null> => page.locator('.lookups:visible').first().getAttribute('viewBox');
    const whole = await viewBox();
    await page.getByRole('button', { name: 'kill 2' }).click();
    assert.notEqual(await viewBox(), whole);
    await page.getByRole('button', { name: 'first bad' }).click();
    assert.ok((await page.locator('svg.shapes:visible').count()) > 10);
    assert.equal(await overflowPx(page), 0);
    await page.getByRole('button', { name: 'all', exact: true }).click();
    assert.equal(await viewBox(), whole);
    assert.deepEqual(opened.errors, []);
  });

  it('walks lanes and lookups by keys, and says what a lookup was', async () => {
    await using opened = await openReport(browser, samplePages.fail, { viewport: { width: 1280, height: 900 } });
    const { page } = opened;
    const lanes = page.locator('.lane:visible');
    await lanes.first().focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate('document.activeElement.id'), await lanes.nth(1).getAttribute('id'));
    await page.keyboard.press('ArrowRight');
    const readout = page.locator('.readout:visible').first();
    assert.match((await readout.textContent()) ?? '', /due [+−]?[\d.]+ s, answered after [\d.]+ ms/);
    await page.keyboard.press('Enter');
    assert.match((await readout.textContent()) ?? '', /(no|an) answer.* failed of [\d,]+ lookups, worst /);
    assert.equal(await lanes.nth(1).getAttribute('aria-pressed'), 'true');
  });

  it('keeps the view in its address', async () => {
    const fragment = '#run=r1&mode=link-local&config=config-0&time=fault-2';
    await using opened = await openReport(
      browser,
      samplePages.fail,
      { viewport: { width: 1280, height: 900 } },
      fragment,
    );
    const { page } = opened;
    assert.ok(await page.getByRole('radio', { name: 'link-local only' }).isChecked());
    assert.equal(await page.getByRole('button', { name: 'kill 2' }).getAttribute('aria-pressed'), 'true');
  });

  it('folds what can wait on a phone, and opens it from the list of parts', async () => {
    await using opened = await openReport(browser, samplePages.fail, { viewport: { width: 390, height: 800 } });
    const { page } = opened;
    const open = await page.evaluate<string[]>(
      '[...document.querySelectorAll("details.sec[open]")].map(part => part.id)',
    );
    assert.deepEqual(open, ['r1-timelines', 'r1-latency', 'r1-change']);
    assert.ok(!(await page.locator('.matrix-wide').isVisible()));
    assert.ok(await page.locator('.narrow').first().isVisible());
    await page.getByRole('link', { name: 'Evidence' }).click();
    assert.ok(await page.getByRole('cell', { name: /ok/ }).first().isVisible());
  });

  it('says inconclusive in the first screen, with the missed check, and marks nothing', async () => {
    await using opened = await openReport(browser, samplePages.inconclusive, {
      viewport: { width: 1280, height: 900 },
    });
    const { page } = opened;
    assert.match((await page.locator('.sentence').textContent()) ?? '', /^This run proves nothing/);
    assert.ok(await page.locator('.framed').isVisible());
    assert.equal(await page.locator('.broken-cell').count(), 0);
    assert.equal(await page.locator('.matrix-wide .is-pass').count(), 0);
  });

  it('says what was not measured instead of leaving it out', async () => {
    await using opened = await openReport(browser, samplePages.uncaptured);
    assert.match(await opened.page.locator('#r1-answered').innerText(), /Not measured\. No packets were captured/);
  });

  it('never shows skipped or broken as passed', async () => {
    await using opened = await openReport(browser, samplePages.several);
    const list = await opened.page.locator('.runs').innerText();
    assert.match(list, /Skipped\s+node-cache-stopped\s+Skipped, not passed: no node agent here/);
    assert.match(list, /Suite error\s+link-gone/);
    assert.equal(
      await opened.page.getByText('Pass', { exact: true }).count(),
      2,
      'the calm experiment, in the list and at its place',
    );
  });
});

async function openEveryPart(page: Page): Promise<void> {
  await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
}

async function overflowPx(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

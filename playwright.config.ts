import { defineConfig } from '@playwright/test';
import { newRunId } from './lib/config/run-id.ts';
import { setRunId } from './fixtures/run-context.ts';

// Worker processes load this file again, and find both set.
setRunId(newRunId());
process.env['NODELOCAL_DRILL_COMMAND'] ??= ['npx', 'playwright', ...process.argv.slice(2)].join(' ');

export default defineConfig({
  testDir: 'experiments',
  // Playwright wipes this folder at every start, so it is never results/.
  outputDir: 'test-results',
  // A chaos experiment that is repeated until it passes hides an outage; two at once disturb each other.
  retries: 0,
  workers: 1,
  fullyParallel: false,
  // Every wait in a drill has a deadline of its own (timing.* in drill.config.ts); this one is only the last resort.
  timeout: 15 * 60_000,
  globalTimeout: 0,
  globalSetup: './fixtures/global-setup.ts',
  globalTeardown: './fixtures/global-teardown.ts',
  // With --list nothing runs, so there is nothing to report.
  reporter: process.argv.includes('--list') ? 'list' : [['./fixtures/reporter.ts']],
  forbidOnly: process.env['CI'] !== undefined,
});

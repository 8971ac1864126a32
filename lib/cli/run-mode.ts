/** How a run is meant, handed from `npm start` to Playwright's processes, or set by whoever starts Playwright. */
const dryRunVariable = 'NODELOCAL_DRILL_DRY_RUN';
const yesVariable = 'NODELOCAL_DRILL_YES';

/** Only says what it would do. */
export function isDryRun(): boolean {
  return process.env[dryRunVariable] === '1';
}

/** The harm was agreed to. */
export function isYes(): boolean {
  return process.env[yesVariable] === '1';
}

/** For the environment of Playwright. */
export function runModeVariables(mode: { readonly dryRun: boolean }): Readonly<Record<string, string>> {
  return mode.dryRun ? { [dryRunVariable]: '1' } : { [yesVariable]: '1' };
}

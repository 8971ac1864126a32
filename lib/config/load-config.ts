import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from './config-error.ts';
import { configProblem } from './config-problem.ts';
import { drillConfigSchema, type DrillConfig } from './drill-config.ts';

/** `drill.config.ts` of the project, unless NODELOCAL_DRILL_CONFIG names another file. */
function configPath(): string {
  return resolve(process.env['NODELOCAL_DRILL_CONFIG'] ?? resolve(import.meta.dirname, '../../drill.config.ts'));
}

/**
 * Loads and checks the configuration.
 * @throws ConfigError with file, key and value
 */
export async function loadConfig(path: string = configPath()): Promise<DrillConfig> {
  const entry = await stat(path).catch(() => null);
  if (entry?.isFile() !== true)
    throw new ConfigError(
      `there is no configuration file ${path}: NODELOCAL_DRILL_CONFIG names it, and without that it is drill.config.ts`,
    );
  const module = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new ConfigError(unloadable(path, error), { cause: error });
  })) as { readonly default?: unknown };
  return parseConfig(module.default, path);
}

/** Checks a configuration that is already in memory; `path` is for the error. */
function parseConfig(config: unknown, path: string): DrillConfig {
  if (config === undefined)
    throw new ConfigError(`${path} has no default export: write \`export default defineConfig({ … })\` in it`);
  const parsed = drillConfigSchema.safeParse(config);
  if (!parsed.success) throw new ConfigError(`${path}: ${configProblem(parsed.error, config, drillConfigSchema)}`);
  return parsed.data;
}

/** `file:line can't be loaded: reason`, whoever loads it: Node.js, or Playwright by its own compiler, which says `(line:column)`. */
function unloadable(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `${path} can't be loaded: it throws ${String(error)}`;
  const [firstLine = ''] = error.message.split('\n');
  const compiled = /^(.*) \((\d+):\d+\)$/.exec(firstLine.replace(`${path}: `, ''));
  const line =
    compiled?.[2] ?? lineIn(error.stack ?? '', path) ?? (error instanceof SyntaxError ? askNode(path) : null);
  return `${path}${line === null ? '' : `:${line}`} can't be loaded: ${compiled?.[1] ?? firstLine}`;
}

/** Of a syntax error in plain JavaScript only `node --check` tells the line. */
function askNode(path: string): string | null {
  return lineIn(spawnSync(process.execPath, ['--check', path], { encoding: 'utf8', timeout: 10_000 }).stderr, path);
}

function lineIn(trace: string, path: string): string | null {
  const at = trace.indexOf(`${path}:`);
  return at < 0 ? null : (/^\d+/.exec(trace.slice(at + path.length + 1))?.[0] ?? null);
}

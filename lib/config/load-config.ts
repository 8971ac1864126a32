import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
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
  if (
    !(await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    ))
  )
    throw new ConfigError(`there is no configuration file ${path}`);
  const module = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new ConfigError(`${path} can't be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  })) as { readonly default?: unknown };
  return parseConfig(module.default, path);
}

/** Checks a configuration that is already in memory; `path` is for the error. */
function parseConfig(config: unknown, path: string): DrillConfig {
  const parsed = drillConfigSchema.safeParse(config);
  if (!parsed.success) throw new ConfigError(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

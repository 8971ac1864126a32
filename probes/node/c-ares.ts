import { promises as dns } from 'node:dns';
import { parseOptions } from './options.ts';
import { runProbe, type LookupResult } from './probe.ts';
import { shortageOf } from './shortage.ts';

// One resolver for the whole run, as an application has it: what c-ares has learned about its servers stays with it.
const resolver = new dns.Resolver();
const options = parseOptions();

runProbe(
  { name: 'c-ares', version: `c-ares ${process.versions.ares} (Node.js ${process.version})` },
  options,
  async (): Promise<LookupResult> => {
    try {
      return { outcome: 'answered', answers: await resolver.resolve4(options.name) };
    } catch (error) {
      const shortage = shortageOf(error);
      if (shortage !== undefined) return { outcome: 'trouble', message: shortage };
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return { outcome: 'failed', error: code };
    }
  },
);

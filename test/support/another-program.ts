/** Preloaded into `nodelocal-drill`: what it runs is the module whose source is in ANOTHER_PROGRAM, in place of lib/cli/program.ts. */
import { registerHooks } from 'node:module';

const url = `data:text/javascript,${encodeURIComponent(process.env['ANOTHER_PROGRAM'] ?? '')}`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './program.ts' ? { url, format: 'module', shortCircuit: true } : next(specifier, context),
});

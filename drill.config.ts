import { defineConfig } from './lib/config/drill-config.ts';

/** Every key has a default (lib/config/drill-config.ts); what stands here is what differs from it. */
export default defineConfig({});

import { signalNodeCache } from './signal-node-cache.ts';

/** SIGKILL to node-cache: the shape of an out-of-memory kill. */
export const killNodeCache = signalNodeCache('kill-node-cache', 'SIGKILL');

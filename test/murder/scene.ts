import { join } from 'node:path';
import { projectRoot } from '../../lib/build/project-root.ts';

/** What is going on when somebody is murdered. */
export interface Scene {
  readonly name: string;
  /** Arguments of node. */
  readonly command: readonly string[];
  /** The victim dies within this time of the command's start. */
  readonly withinMs: number;
  /** The cluster is up before. */
  readonly onCluster?: boolean;
  /** With an empty cache, so that everything is built anew. */
  readonly emptyCache?: boolean;
}

const cli = join(projectRoot, 'lib/cli/main.ts');
const playwright = join(projectRoot, 'node_modules/@playwright/test/cli.js');
const spec = 'experiments/node-cache-killed.spec.ts';

/** The times are what these take with a warm cache on two cores that do little else, or a little less. */
export const scenes: readonly Scene[] = [
  { name: 'cluster up', command: [cli, 'cluster', 'up'], withinMs: 8_000 },
  { name: 'npm start', command: [cli, 'start', '--experiment', spec], withinMs: 35_000 },
  { name: 'playwright test', command: [playwright, 'test', spec], withinMs: 25_000, onCluster: true },
  { name: 'build', command: [cli, 'cluster', 'up'], withinMs: 20_000, emptyCache: true },
];

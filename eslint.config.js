import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The folders of lib/, and what each may import. The acting side (kube, cluster, probe, fault, record) never judges, and the judging side
 * (judge, report) never touches a cluster. `journal`, `config` and `resolver-model` are leaves that all may use.
 */
const leaves = ['journal', 'config', 'time'];
const mayImport = {
  time: [],
  journal: ['time'],
  config: ['journal', 'time'],
  'resolver-model': leaves,
  build: [...leaves, 'image'],
  image: leaves,
  delivery: [...leaves, 'build', 'image'],
  kube: leaves,
  cluster: [...leaves, 'build', 'image', 'kube'],
  probe: [...leaves, 'kube', 'resolver-model'],
  fault: [...leaves, 'kube'],
  diagnostics: [...leaves, 'kube'],
  record: [...leaves, 'build', 'kube', 'cluster', 'probe', 'fault'],
  judge: [...leaves, 'resolver-model'],
  compare: [...leaves, 'judge', 'resolver-model'],
  // Reading a cluster is lib/kube's, asking from a pod lib/probe's; this folder has their types, and judges what was read.
  verify: [...leaves, 'kube', 'probe', 'judge', 'resolver-model'],
  report: [...leaves, 'judge', 'compare', 'verify'],
  results: leaves,
  cli: [
    ...leaves,
    'build',
    'image',
    'delivery',
    'kube',
    'cluster',
    'judge',
    'compare',
    'report',
    'resolver-model',
    'record',
    'verify',
  ],
  fixtures: [
    ...leaves,
    'build',
    'kube',
    'cluster',
    'probe',
    'fault',
    'diagnostics',
    'record',
    'judge',
    'report',
    'results',
    'cli',
  ],
  experiments: ['fixtures', 'judge'],
};

export default defineConfig(
  globalIgnores(['node_modules', 'results', 'test-results', 'playwright-report', 'embedded']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { ignoreUsingDeclarations: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'it', 'suite', 'describe'], package: 'node:test' },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'Measure with the monotonic clock; for a time of day use new Date().',
        },
      ],
    },
  },
  {
    files: ['lib/**/*.ts', 'fixtures/**/*.ts', 'experiments/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.js'] } },
      'boundaries/elements': [
        { type: 'fixtures', pattern: 'fixtures/**', partialMatch: false },
        { type: 'experiments', pattern: 'experiments/**', partialMatch: false },
        ...Object.keys(mayImport)
          .filter((folder) => folder !== 'fixtures' && folder !== 'experiments')
          .map((folder) => ({ type: folder, pattern: `lib/${folder}/**`, partialMatch: false })),
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(mayImport).map(([from, to]) => ({
            from: { element: { type: from } },
            allow: { to: { element: { type: [from, ...to] } } },
          })),
        },
      ],
    },
  },
  {
    files: ['lib/**/*.ts', 'fixtures/**/*.ts', 'experiments/**/*.ts', 'test/**/*.ts'],
    ignores: ['lib/kube/**', 'test/unit/kube/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: '@kubernetes/client-node', message: 'Only lib/kube knows the Kubernetes client.' }] },
      ],
    },
  },
  {
    // Not in tests: there the end of a wait is a failure that is looked into anyway.
    files: ['lib/**/*.ts', 'fixtures/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'Measure with the monotonic clock; for a time of day use new Date().',
        },
        {
          object: 'AbortSignal',
          property: 'timeout',
          message: 'It says the same for everything: use deadlineSignal, with a sentence that says what did not come.',
        },
      ],
    },
  },
  {
    files: ['experiments/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'IfStatement',
          'ForStatement',
          'ForOfStatement',
          'ForInStatement',
          'WhileStatement',
          'TryStatement',
          'ConditionalExpression',
        ].map((selector) => ({
          selector,
          message: 'An experiment is a claim and a plan: no loops, no conditions, no try.',
        })),
      ],
    },
  },
);

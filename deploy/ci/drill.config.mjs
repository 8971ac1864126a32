/** The cluster of a CI job: its context is `kind-drill` (kind) or `drill` (k3s-up.sh), by DRILL_CONTEXT. */
const context = process.env['DRILL_CONTEXT'] ?? 'kind-drill';

export default {
  cluster: { kind: 'existing', existing: { context } },
  allowContexts: [context],
};

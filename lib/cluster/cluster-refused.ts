/** A cluster that the suite can't be right about: one sentence, and nothing was changed. Not wrong usage: the same command works elsewhere. */
export class ClusterRefused extends Error {
  override readonly name = 'ClusterRefused';
}

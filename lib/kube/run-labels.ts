/** Carried by everything that a run creates; the value is the run's ID, so that a later run knows what an earlier one left. */
export const runLabel = 'nodelocal-drill.dev/run';
export const siteOfPodLabel = 'nodelocal-drill.dev/site-of-pod';
export const roleLabel = 'nodelocal-drill.dev/role';

/** Node label that names a node's site. */
export const siteLabel = 'nodelocal-drill.dev/site';

/** References of the images that the project builds. `localhost/` keeps any runtime from looking for a registry. */
export const coreDnsImage = 'localhost/nodelocal-drill-coredns:1';
export const nodeCacheImage = 'localhost/nodelocal-drill-node-cache:1';
export const pauseImage = 'localhost/pause:1';
export const probeImage = 'localhost/nodelocal-drill-probe:1';

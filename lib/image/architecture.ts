/** Architectures that images are built for, as OCI and Go name them, each with its names elsewhere. */
export const architectures = {
  amd64: {
    name: 'amd64',
    /** `process.arch` of Node.js, and its npm packages. */
    node: 'x64',
    /** Zig's targets, and triplets. */
    machine: 'x86_64',
    /** e_machine of ELF headers (elf.h). */
    elfMachine: 62,
    /** The loader of glibc, as programs name it (glibc shlib-versions, `ld`). */
    loader: '/lib64/ld-linux-x86-64.so.2',
  },
  arm64: { name: 'arm64', node: 'arm64', machine: 'aarch64', elfMachine: 183, loader: '/lib/ld-linux-aarch64.so.1' },
} as const;

export type ArchitectureName = keyof typeof architectures;
export type Architecture = (typeof architectures)[ArchitectureName];

/** This machine's; null where nothing is built for it. */
export const ownArchitecture: Architecture | null =
  Object.values(architectures).find(({ node }) => node === process.arch) ?? null;

/** This machine's architecture, as images (OCI, GOARCH) and ELF headers (e_machine, elf.h) name it; null where nothing is built for it. */
export const ownArchitecture =
  process.arch === 'x64'
    ? ({ name: 'amd64', elfMachine: 62 } as const)
    : process.arch === 'arm64'
      ? ({ name: 'arm64', elfMachine: 183 } as const)
      : null;

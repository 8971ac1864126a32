const shortages = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN']);

/** What the program itself is short of (files, memory), when that is why a lookup failed. */
export function shortageOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // c-ares reports its own lack of memory as ENOMEM too (dns.NOMEM).
  return shortages.has(error.code) ? `${error.code}: ${error.message}` : undefined;
}

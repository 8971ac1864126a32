import type { Look } from './look.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly metadata?: { readonly continue?: string };
}

/** As kubectl's --chunk-size: the API server holds one page in memory, and so do we. */
const pageSize = 500;

/** All objects of a list, page by page; `glance` keeps what is wanted of each, so that thousands of whole pods are never held at once. */
export async function listAll<Kept>(
  look: Look,
  path: string,
  glance: (item: unknown) => Kept,
  signal: AbortSignal,
): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  let next = '';
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next === '' ? {} : { continue: next }) });
    const page = await look.get<Page>(`${path}?${query.toString()}`, signal);
    for (const item of page.items) kept.push(glance(item));
    next = page.metadata?.continue ?? '';
  } while (next !== '');
  return kept;
}

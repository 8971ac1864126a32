/** A request that the API server refused, or that did not get through. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** HTTP status; null: no answer. */
  readonly status: number | null;

  constructor(what: string, status: number | null, detail: string, cause?: unknown) {
    super(`${what}: ${status === null ? detail : `${status} ${detail}`}`, { cause });
    this.status = status;
  }
}

/** True when the object was not there, or not any more. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404;
}

/** True when the object was there already, or had been changed meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409;
}

/** True for what passes when an API server that restarts is back: no connection, or a server that says that it is not ready. */
export function isTransient(error: unknown): boolean {
  return error instanceof KubeError && (error.status === null || [429, 500, 502, 503, 504].includes(error.status));
}

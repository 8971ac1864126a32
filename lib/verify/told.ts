/** A fact of a cluster and where it was read. One that is assumed says so: a view-only kubeconfig can't read all. */
export interface Told<T> {
  readonly value: T;
  readonly from: string;
  readonly assumed: boolean;
}

export function read<T>(value: T, from: string): Told<T> {
  return { value, from, assumed: false };
}

export function assume<T>(value: T, because: string): Told<T> {
  return { value, from: because, assumed: true };
}

/** What a fault is called on flags and buttons: the first word of its kind and its number, `kill 2`. */
export function faultLabel(fault: { readonly kind: string; readonly fault: number }): string {
  return `${fault.kind.split('-')[0] ?? fault.kind} ${fault.fault}`;
}

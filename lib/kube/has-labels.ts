type Labels = Readonly<Record<string, string>>;

/** As a selector of labels by equality matches: all that are wanted are there, whatever else is. */
export function hasLabels(labels: Labels | undefined, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}

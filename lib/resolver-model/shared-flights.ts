import type { ExpectedLookup } from './lookup-question.ts';

/**
 * Go: lookups of one name that overlap share one attempt and its result (`lookupGroup.DoChan` in net/lookup.go). Of a
 * program's lookups in order of time only the first of each flight asks; the others join it and end with it. So a failure
 * that began during an outage is handed to lookups that begin after its end, and the program asks so seldom that a closed
 * port refuses most of its queries.
 *
 * @returns what each lookup that begins a flight meets; a flight lasts as long as it may at most
 */
export function sharedFlights(
  startsNs: readonly number[],
  predict: (startNs: number) => ExpectedLookup,
): readonly ExpectedLookup[] {
  const flights: ExpectedLookup[] = [];
  let endsNs = -Infinity;
  for (const startNs of startsNs) {
    if (startNs < endsNs) continue;
    const flight = predict(startNs);
    flights.push(flight);
    endsNs = startNs + Math.max(flight.answered?.maxNs ?? 0, flight.failed?.maxNs ?? 0);
  }
  return flights;
}

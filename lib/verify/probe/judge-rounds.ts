import type { AskedRound } from '../../probe/asked-twice.ts';
import { countedIn } from './counted.ts';
import { judgeRound, type Judged } from './judge-round.ts';

/**
 * What most rounds at one server say, in the words of the first of them. Without a majority it is not proved; a round without an
 * answer was the only one.
 */
export function judgeRounds(rounds: readonly AskedRound[], suffix: string): Judged {
  const judged = rounds.map((round) => judgeRound(round, countedIn(round, suffix)));
  const groups = [...Map.groupBy(judged, ({ outcome }) => outcome).values()];
  const [most] = groups.sort((a, b) => b.length - a.length);
  if (most?.[0] !== undefined && most.length * 2 > judged.length) return most[0];
  return {
    outcome: 'not-proved',
    because:
      judged.length === 0
        ? 'nothing was asked'
        : `${judged.length} rounds do not agree: ${judged.map(({ outcome }) => outcome).join(', ')}`,
  };
}

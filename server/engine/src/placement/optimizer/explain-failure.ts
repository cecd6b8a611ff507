/** Explains the forecast of a failure in lines for people: the same in API and command line. */
import type { FailureForecast } from './forecast-failure.ts';

/** Explains a forecast. */
export function explainFailure(forecast: FailureForecast): readonly string[] {
  const { nodesFailed, restarted, stranded } = forecast;
  const all = restarted.length + stranded.length;
  const dead = `${count(nodesFailed.length, 'node')} with ${count(all, 'VM')}`;
  return [
    `If ${nodesFailed.join(', ')} died: ${dead}.`,
    stranded.length === 0
      ? 'Every VM has a place on the nodes that are left.'
      : `${count(restarted.length, 'VM')} would start elsewhere, ${stranded.length} nowhere.`,
    guardLine(forecast),
  ];
}

function guardLine({ unguardedBefore, unguardedAfter }: FailureForecast): string {
  if (unguardedAfter.length === 0) {
    return 'Afterwards any further node may fail, and its VMs have room elsewhere: N+1 holds.';
  }
  const now = unguardedBefore.length === 0 ? 'is N+1-safe now' : 'is not N+1-safe now either';
  return `Afterwards VMs of ${unguardedAfter.join(', ')} have no room elsewhere; the fleet ${now}.`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

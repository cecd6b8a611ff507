/** Judges the VMs' stop reasons, as reported by their nodes. */
import type { CauseKind, DiagnosisInput, Finding, Stop, Weight } from '../model/diagnosis.ts';
import { countOf } from './time-before.ts';

interface Meaning {
  readonly cause: CauseKind;
  readonly weight: Weight;
}

/** Causes that a reason supports. */
const MEANINGS: ReadonlyMap<string, readonly Meaning[]> = new Map<string, readonly Meaning[]>([
  ['panic', [{ cause: 'guest_kernel', weight: 'very_strong' }]],
  ['guest_reset', [{ cause: 'guest_kernel', weight: 'substantial' }]],
  [
    'crash',
    [
      { cause: 'hypervisor_process', weight: 'very_strong' },
      { cause: 'host_memory', weight: 'strong' },
    ],
  ],
  ['io_error', [{ cause: 'disk_error', weight: 'decisive' }]],
  ['host', [{ cause: 'host_failed', weight: 'decisive' }]],
  ['isolated', [{ cause: 'host_unreachable', weight: 'decisive' }]],
  ['guest', [{ cause: 'guest_shutdown', weight: 'very_strong' }]],
]);

const WORDS: ReadonlyMap<string, string> = new Map([
  ['panic', 'the kernel of the guest panicked'],
  ['guest_reset', 'the guest restarted itself'],
  ['crash', 'the process of its hypervisor ended'],
  ['io_error', 'a disk is full or broken'],
  ['host', 'its host was restarted or lost power'],
  ['isolated', 'its node heard no server'],
  ['guest', 'the guest shut itself down'],
]);

/** Judges the most frequent reason of each VM; a tie is judged by the latest. */
export function judgeStopReasons({ vms }: DiagnosisInput): readonly Finding[] {
  return vms.flatMap(({ name, stops }): readonly Finding[] => {
    const frequent = mostFrequent(stops);
    if (frequent === undefined) return [];
    const { reason, count, atMs } = frequent;
    const why = WORDS.get(reason);
    const text = `${name} stopped ${countOf(count, 'time')}: ${why}.`;
    return (MEANINGS.get(reason) ?? []).map((meaning) => ({ ...meaning, text, atMs }));
  });
}

function mostFrequent(stops: readonly Stop[]) {
  const counts = new Map<string, { reason: string; count: number; atMs: number }>();
  for (const { reason, atMs } of stops) {
    if (!WORDS.has(reason)) continue;
    const count = (counts.get(reason)?.count ?? 0) + 1;
    counts.set(reason, { reason, count, atMs });
  }
  return [...counts.values()].sort(
    (left, right) => right.count - left.count || right.atMs - left.atMs,
  )[0];
}

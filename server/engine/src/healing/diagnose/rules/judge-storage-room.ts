/** Whether the storage of nodes is full. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';

const FREE_RATIO = 0.02;
const PERCENT = 100;

/** Judges it, by what the nodes announced last. */
export function judgeStorageRoom({ nodes }: DiagnosisInput): readonly Finding[] {
  return nodes.flatMap(({ name, storageFreeRatio: ratio }): readonly Finding[] => {
    if (ratio === null || ratio > FREE_RATIO) return [];
    const text = `${(ratio * PERCENT).toFixed(1)} % of the storage of ${name} is free.`;
    return [{ cause: 'disk_error', weight: 'very_strong', text, atMs: null }];
  });
}

/** Whether a person worked on a node shortly before. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';
import { ago } from './time-before.ts';

/** Work that is longer ago was over. Unit: ms. */
const WORK_MS = 7_200_000;

/** Judges it. */
export function judgeNodeWork({ incident, changes }: DiagnosisInput): readonly Finding[] {
  return changes.flatMap(({ subject, actor, atMs, name, operation, by }): readonly Finding[] => {
    const beforeMs = incident.startedAtMs - atMs;
    if (subject !== 'node' || actor !== 'person' || beforeMs < 0 || beforeMs > WORK_MS) return [];
    const text = `${by} did ${operation} of ${name} ${ago(beforeMs)} before.`;
    return [{ cause: 'node_work', weight: 'very_strong', text, atMs }];
  });
}

/** Whether a person worked on a node shortly before. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';
import { ago } from './time-before.ts';

/** Work that is longer ago was over. Unit: ms. */
const WORK_MS = 7_200_000;

/** Age from which ended work shows that the node works. Unit: ms. */
const ENDED_MS = 900_000;

/** Ends work, and does none. */
const END = 'node.activate';

/** Judges it. */
export function judgeNodeWork({ incident, changes }: DiagnosisInput): readonly Finding[] {
  const work = changes.filter(({ subject, actor, atMs }) => {
    const beforeMs = incident.startedAtMs - atMs;
    return subject === 'node' && actor === 'person' && beforeMs >= 0 && beforeMs <= WORK_MS;
  });
  return work.flatMap(({ atMs, name, operation, by }): readonly Finding[] => {
    const ends = work.filter((each) => each.name === name && each.operation === END);
    const endMs = Math.max(...ends.map((each) => each.atMs));
    const isOver = endMs >= atMs;
    if (isOver && incident.startedAtMs - endMs > ENDED_MS) return [];
    const text = `${by} did ${operation} of ${name} ${ago(incident.startedAtMs - atMs)} before.`;
    return [{ cause: 'node_work', weight: isOver ? 'strong' : 'very_strong', text, atMs }];
  });
}

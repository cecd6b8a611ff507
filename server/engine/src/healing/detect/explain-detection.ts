/** Explains what is known of silent nodes in lines for people. */
import type { DetectionPlan, Judgement, SelfDoubt } from './model/detection.ts';

/** Explains it: a line for each node that is not simply alive, and one for the server's doubt. */
export function explainDetection({ judgements, doubt }: DetectionPlan): string[] {
  const doubts = doubt.factor === 1 ? [] : [explainDoubt(doubt)];
  return [...doubts, ...judgements.map((each) => `${each.name} ${explainJudgement(each)}`)];
}

/** Explains a judgement, without the name of its node and without a full stop. */
export function explainJudgement(judgement: Judgement): string {
  const { state, silentMs, suspectedBy, lostAfterMs, isPlanned } = judgement;
  const seconds = inSeconds(silentMs);
  const lease = inSeconds(lostAfterMs);
  const where = explainScope(judgement);
  if (isPlanned) return `was stopped on purpose ${seconds} ago: lost after ${lease}`;
  switch (state) {
    case 'lost':
      return `is lost: no heartbeat for ${seconds}, longer than its lease of ${lease}${where}`;
    case 'suspected':
      return `is suspected: no heartbeat for ${seconds}, lost after ${lease}${where}`;
    case 'disputed':
      return suspectedBy.phi
        ? `is taken for alive: no heartbeat for ${seconds}, which is unusual for it, and no ` +
            'timeout yet'
        : `is taken for alive: no heartbeat for ${seconds}, a timeout, and not unusual for it`;
  }
}

function explainScope({ scope }: Judgement): string {
  switch (scope) {
    case 'fleet':
      return ', as most of the fleet: this server may be cut off';
    case 'zone':
      return ', as other nodes of its zone';
    case 'rack':
      return ', as its whole rack';
    case 'node':
      return '';
  }
}

function explainDoubt({ pauses, hearsFew, factor }: SelfDoubt): string {
  const reasons = [
    ...(pauses > 0 ? ['it has paused again and again'] : []),
    ...(hearsFew ? ['it hears less than half of the fleet'] : []),
  ];
  return `this server waits ${factor} times as long: ${reasons.join(', and ')}`;
}

function inSeconds(durationMs: number): string {
  return `${Math.floor(durationMs / 1_000)} s`;
}

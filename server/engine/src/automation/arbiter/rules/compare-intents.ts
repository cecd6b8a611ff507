/** The order in which intents are decided. */
import { IntentClass } from '@novacron/contract/healing/intent';
import type { Intent, Work } from '../model/arbiter.ts';

/**
 * Compares intents by class, then the priority of the VM, then the longest wait. A recovery after a
 * completed fence comes before others of its priority: other intents for the VM can do nothing
 * where it is.
 */
export function compareIntents(left: Intent, right: Intent): number {
  return (
    rankOf(left.class) - rankOf(right.class) ||
    right.priority - left.priority ||
    Number(right.supersedes === 'yes') - Number(left.supersedes === 'yes') ||
    left.sinceMs - right.sinceMs ||
    compareTexts(left.id, right.id)
  );
}

/** Whether an operation gives way to an intent: never one that a person asked for. */
export function givesWay(work: Work, intent: Intent): boolean {
  if (work.class === 'operator' || work.cancellable === 'no') return false;
  return rankOf(work.class) > rankOf(intent.class);
}

/** Those that give way first come first: the lowest class, then the youngest. */
export function compareVictims(left: Work, right: Work): number {
  const byClass = rankOf(right.class) - rankOf(left.class);
  return byClass || compareTexts(right.operationId, left.operationId);
}

/** Compares by code units, which is the same everywhere. */
export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The lower, the more urgent; what people ask for is not ranked and comes first. */
export function rankOf(of: IntentClass | 'operator'): number {
  return of === 'operator' ? -1 : IntentClass.options.indexOf(of);
}

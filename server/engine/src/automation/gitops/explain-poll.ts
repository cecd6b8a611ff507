/** Why a scheduled sync is not started, in a sentence. */
import type { PollPlan } from './model/poll.ts';

/** Digits of a commit that people tell commits apart by. */
const SHORT = 12;

/** @returns undefined where it is started */
export function explainPoll(plan: PollPlan): string | undefined {
  switch (plan.kind) {
    case 'start':
      return undefined;
    case 'unchanged':
      return `nothing has changed since ${plan.commit.slice(0, SHORT)}`;
    case 'failed-before':
      return (
        `the sync of ${plan.commit.slice(0, SHORT)} failed, and is tried again after 30 minutes ` +
        'or with a new commit'
      );
    case 'rolled-back':
      return (
        `it was rolled back from ${plan.commit.slice(0, SHORT)}, and goes on with the next ` +
        'commit, or with a sync that a person starts'
      );
    case 'in-incident':
      return `the repair of drift waits for open incidents: ${plan.incidents}`;
  }
}

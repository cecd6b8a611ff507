/** Checks spans of time that contradict each other: retries, timeouts, SLA, deadline. */
import {
  type AutomationDefinition,
  type AutomationStep,
  approvalMsOf,
  type Duration,
  durationMsOf,
} from '@novacron/contract/automation/definition';
import { formatDuration } from '@novacron/contract/formats/duration';
import type { DefinitionPath, Finding } from '../model/automation.ts';
import { errorAt, warningAt } from './finding-at.ts';

/** Finds times that cannot all hold. */
export function checkTimes(definition: AutomationDefinition): readonly Finding[] {
  const { deadline, sla, steps } = definition;
  const findings = steps.flatMap((step, index) => [
    ...checkRetry(step, ['steps', index]),
    // Steps of finally run after the deadline, too.
    ...checkTimeout(step, step.finally === 'yes' ? undefined : deadline, ['steps', index]),
  ]);
  if (sla?.warn_after !== undefined && msOf(sla.warn_after) >= msOf(sla.breach_after)) {
    const message = `must be less than breach_after (${wordsOf(sla.breach_after)})`;
    findings.push(errorAt(['sla', 'warn_after'], message));
  }
  if (sla !== undefined && deadline !== undefined && msOf(sla.breach_after) >= msOf(deadline)) {
    const message = `comes after the deadline (${wordsOf(deadline)}): no run takes that long`;
    findings.push(errorAt(['sla', 'breach_after'], message));
  }
  if (sla?.escalate !== undefined && deadline !== undefined) {
    const lateMs = msOf(sla.breach_after) + msOf(sla.escalate.after);
    if (lateMs >= msOf(deadline)) {
      const message = `comes after the deadline (${wordsOf(deadline)}): no run takes that long`;
      findings.push(errorAt(['sla', 'escalate', 'after'], message));
    }
  }
  if (sla?.escalate !== undefined && sla.on_breach === 'cancel') {
    const message = 'says that a run still runs, which on_breach: cancel ends: remove one of them';
    findings.push(warningAt(['sla', 'escalate'], message));
  }
  return findings;
}

function checkRetry({ retry }: AutomationStep, path: DefinitionPath): Finding[] {
  if (retry === undefined) return [];
  const { max_attempts: attempts, backoff, delay, max_delay: delayMax } = retry;
  const place = [...path, 'retry'];
  if (delay !== undefined && delayMax !== undefined && msOf(delay) > msOf(delayMax)) {
    const message = `is more than max_delay (${wordsOf(delayMax)}): raise that or lower this`;
    return [errorAt([...place, 'delay'], message)];
  }
  if (backoff === 'fixed' && delayMax !== undefined) {
    return [errorAt([...place, 'max_delay'], 'limits growing pauses, and fixed ones do not grow')];
  }
  const pauses = backoff ?? delay ?? delayMax;
  if (attempts === 1 && pauses !== undefined) {
    const message = 'is 1, so that no pause ever comes: raise it, or remove the other keys';
    return [errorAt([...place, 'max_attempts'], message)];
  }
  return [];
}

function checkTimeout(
  { timeout, wait, retry, approval }: AutomationStep,
  deadline: Duration | undefined,
  path: DefinitionPath,
): Finding[] {
  const findings: Finding[] = [];
  if (timeout !== undefined && wait?.duration !== undefined) {
    if (msOf(timeout) <= msOf(wait.duration)) {
      const message = `ends the wait of ${wordsOf(wait.duration)} before it is over: raise it`;
      findings.push(errorAt([...path, 'timeout'], message));
    }
  }
  if (approval?.expires !== undefined && timeout !== undefined) {
    const message = 'stands beside expires, which says the same of an approval: remove it';
    findings.push(errorAt([...path, 'timeout'], message));
  }
  if (approval?.escalate !== undefined) {
    const endMs = approvalMsOf({ approval, timeout });
    if (msOf(approval.escalate.after) >= endMs) {
      const message = `comes after the approval has expired (${formatDuration(endMs)}): lower it`;
      findings.push(errorAt([...path, 'approval', 'escalate', 'after'], message));
    }
  }
  if (deadline === undefined) return findings;
  const longest = timeout ?? wait?.duration ?? approval?.expires;
  if (longest !== undefined && msOf(longest) > msOf(deadline)) {
    const message = `waits longer than the deadline of a run (${wordsOf(deadline)})`;
    const key =
      timeout !== undefined ? ['timeout'] : wait ? ['wait', 'duration'] : ['approval', 'expires'];
    findings.push(errorAt([...path, ...key], message));
  } else if (timeout !== undefined && retry !== undefined) {
    if (msOf(timeout) * retry.max_attempts > msOf(deadline)) {
      const message =
        `allows ${retry.max_attempts} attempts of ${wordsOf(timeout)}, ` +
        `which together exceed the deadline (${wordsOf(deadline)})`;
      findings.push(warningAt([...path, 'timeout'], message));
    }
  }
  return findings;
}

function msOf(duration: Duration): number {
  return durationMsOf(duration);
}

function wordsOf(duration: Duration): string {
  return formatDuration(durationMsOf(duration));
}

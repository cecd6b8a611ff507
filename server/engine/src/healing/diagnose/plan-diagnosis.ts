/** Ranks the causes of an incident by its evidence. See README.md. */
import type { CauseKind, Diagnosis, DiagnosisInput, Finding, Rule } from './model/diagnosis.ts';
import { judgeCommonNode } from './rules/judge-common-node.ts';
import { judgeConsoleLines } from './rules/judge-console-lines.ts';
import { judgeDiskLocks } from './rules/judge-disk-locks.ts';
import { judgeHungProcesses } from './rules/judge-hung-processes.ts';
import { judgeMemory } from './rules/judge-memory.ts';
import { judgeMissingShare } from './rules/judge-missing-share.ts';
import { judgeNodeWork } from './rules/judge-node-work.ts';
import { judgePoolHeartbeats } from './rules/judge-pool-heartbeats.ts';
import { judgePowerState } from './rules/judge-power-state.ts';
import { judgeRecentChanges } from './rules/judge-recent-changes.ts';
import { judgeSilence } from './rules/judge-silence.ts';
import { judgeStopReasons } from './rules/judge-stop-reasons.ts';
import { judgeStorageRoom } from './rules/judge-storage-room.ts';
import { NO_ODDS, PRIOR_ODDS } from './rules/prior-odds.ts';

/** Time before the failure in which changes are examined. Unit: ms. */
export const CHANGES_MS = 86_400_000;

/** Base-10 logarithms of the factors by which evidence changes the odds of a cause. */
const LOG_ODDS: Readonly<Record<Finding['weight'], number>> = {
  against: -1,
  substantial: 0.5,
  strong: 1,
  very_strong: 1.5,
  decisive: 2,
};

const RULES: readonly Rule[] = [
  judgeSilence,
  judgePowerState,
  judgePoolHeartbeats,
  judgeDiskLocks,
  judgeNodeWork,
  judgeMissingShare,
  judgeStopReasons,
  judgeHungProcesses,
  judgeCommonNode,
  judgeConsoleLines,
  judgeMemory,
  judgeStorageRoom,
  judgeRecentChanges,
];

const ODDS_BASE = 10;

/** Ranks them. */
export function planDiagnosis(input: DiagnosisInput): Diagnosis {
  const priors = input.incident.cause === null ? NO_ODDS : PRIOR_ODDS[input.incident.cause];
  const found = RULES.map((rule) => rule(input));
  const weighed = [...priors].flatMap(([cause, priorOdds]) => {
    const byRule = found.map((findings) => findings.filter((each) => each.cause === cause));
    const findings = byRule.flat().sort(mostTelling);
    const supports = findings.some(({ weight }) => weight !== 'against');
    return supports ? [{ cause, findings, odds: priorOdds * factorOf(byRule) }] : [];
  });
  // What no evidence speaks for is part of "something else", whose odds are 1.
  const total = weighed.reduce((sum, { odds }) => sum + odds, 1);
  return {
    causes: weighed
      .map(({ cause, findings, odds }) => ({ cause, findings, confidence: odds / total }))
      .sort((left, right) => right.confidence - left.confidence || byName(left, right)),
    unexplained: 1 / total,
  };
}

/** Findings of one rule come from the same source: the most telling counts, and one against. */
function factorOf(byRule: readonly (readonly Finding[])[]): number {
  const exponent = byRule.reduce((sum, findings) => {
    const logs = findings.map(({ weight }) => LOG_ODDS[weight]);
    return sum + Math.max(0, ...logs) + Math.min(0, ...logs);
  }, 0);
  return ODDS_BASE ** exponent;
}

function mostTelling(left: Finding, right: Finding): number {
  const byWeight = Math.abs(LOG_ODDS[right.weight]) - Math.abs(LOG_ODDS[left.weight]);
  return byWeight || (right.atMs ?? 0) - (left.atMs ?? 0) || compareText(left.text, right.text);
}

function byName(left: { readonly cause: CauseKind }, right: { readonly cause: CauseKind }): number {
  return compareText(left.cause, right.cause);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

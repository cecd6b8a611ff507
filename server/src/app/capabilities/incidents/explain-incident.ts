/** Explains an incident: its likely causes, what held it up, and what can be done. */
import { IncidentExplanation } from '@novacron/contract/healing/incident';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { CAUSE_WORDS, explainDiagnosis } from '@novacron/engine/diagnosis/explain-diagnosis';
import type { RankedCause } from '@novacron/engine/diagnosis/model/diagnosis';
import { planDiagnosis } from '@novacron/engine/diagnosis/plan-diagnosis';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findAttempts } from './find-attempts.ts';
import { findDelays } from './find-delays.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { composeIncident } from './read-incidents.ts';

/** VMs whose consoles are shown: those of a group say the same. */
const CONSOLES_MAX = 10;

/** Explains it. Problems: `not-found`. */
export async function explainIncident(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'incident.explain'>,
  context: CallContext,
): Promise<Result<IncidentExplanation, Problem>> {
  const composed = await composeIncident(deps, id, context);
  if (!composed.ok) return composed;
  const { row, members, platformTenantId, waiting, next, gaps } = composed.value;
  const { members: _members, steps, advice, ...incident } = composed.value.shown;
  const evidence = await gatherEvidence(deps, row, { members, platformTenantId });
  const diagnosis = planDiagnosis(evidence);
  const { startedAtMs: fromMs } = evidence.incident;
  const attempts = await findAttempts(deps, row, { members, platformTenantId, fromMs });
  const delays = [
    ...gaps,
    ...(await findDelays(deps, row, { members, platformTenantId, waiting })).filter(
      (line) => !gaps.some((gap) => line.endsWith(gap)),
    ),
  ];
  const consoles = evidence.vms
    .filter(({ console: lines }) => lines.length > 0)
    .slice(0, CONSOLES_MAX)
    .map(({ name: vm, console: lines }) => ({ vm, lines }));
  const [likeliest] = diagnosis.causes;
  const causeAdvice = likeliest === undefined ? [] : CAUSE_WORDS[likeliest.cause].advice;
  return ok(
    IncidentExplanation.parse({
      incident,
      causes: diagnosis.causes.map(toLikelyCause),
      unexplained: diagnosis.unexplained,
      steps,
      consoles,
      held_up: delays,
      advice,
      explanation: [
        incident.summary,
        ...headed('Likely causes:', explainDiagnosis(diagnosis)),
        ...headed(
          'What happened:',
          steps.map(({ at, what, by }) => `${at}  ${what}${by === null ? '' : ` (${by})`}`),
        ),
        ...consoles.flatMap(({ vm, lines }) => headed(`The console of ${vm} ended with:`, lines)),
        ...headed('What was tried:', attempts),
        ...headed('What comes next:', next),
        ...headed('Blocked by:', delays),
        ...headed('What you can do:', [...causeAdvice, ...advice]),
      ],
    }),
  );
}

function toLikelyCause({ cause, confidence, findings }: RankedCause) {
  return {
    cause,
    confidence,
    ...CAUSE_WORDS[cause],
    evidence: findings.map(({ atMs, text, weight }) => ({
      at: atMs === null ? null : toTimestamp(atMs),
      text,
      speaks: weight === 'against' ? 'against' : 'for',
      weight,
    })),
  };
}

/** Lines below their heading; nothing where there are none. */
function headed(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
}

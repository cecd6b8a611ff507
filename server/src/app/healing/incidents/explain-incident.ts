/** Explains an incident: its likely causes, what held it up, and what can be done. */
import type { SuggestedRunbook } from '@novacron/contract/automation/runbook-draft';
import { IncidentExplanation } from '@novacron/contract/healing/incident';
import { IncidentId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { CAUSE_WORDS, explainDiagnosis } from '@novacron/engine/healing/diagnose/explain-diagnosis';
import type { RankedCause } from '@novacron/engine/healing/diagnose/model/diagnosis';
import { planDiagnosis } from '@novacron/engine/healing/diagnose/plan-diagnosis';
import type { IncidentRow } from '../../../ports/tables/incident-rows.ts';
import { generateRunbook } from '../../automation/executions/runbooks/generate-runbook.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
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
  const { row, members, platformTenantId, fromMs, waiting, next, gaps } = composed.value;
  const { members: _members, steps, advice, ...incident } = composed.value.shown;
  const evidence = await gatherEvidence(deps, row, { members, platformTenantId });
  const diagnosis = planDiagnosis(evidence);
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
  const helpful = await findHelpful(deps, row, context);
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
      runbooks: helpful.runbooks,
      advice,
      explanation: [
        incident.summary,
        ...headed('Likely causes:', explainDiagnosis(diagnosis)),
        ...headed(
          'What happened:',
          steps.map(({ at, what, by }) => `${at}  ${what}${by === null ? '' : ` (${by})`}`),
        ),
        ...consoles.flatMap(({ vm, lines }) => headed(`The console of ${vm} ended with:`, lines)),
        ...headed('Attempts so far:', attempts),
        ...headed('Next steps:', next),
        ...headed('Blocked by:', delays),
        ...headed('What resolved earlier incidents:', helpful.lines),
        ...headed('What you can do:', [...causeAdvice, ...advice]),
      ],
    }),
  );
}

/**
 * Finds remedies that helped in earlier incidents with the same cause; empty for an incident that
 * is over.
 */
async function findHelpful(
  deps: CapabilityDeps,
  { id, state }: IncidentRow,
  context: CallContext,
): Promise<Helpful> {
  const none = { runbooks: [], lines: [] };
  if (state === 'resolved') return none;
  const history = await generateRunbook(deps, { incident_id: IncidentId.parse(id) }, context);
  if (!history.ok) return none;
  const { text, inputs } = history.value;
  const runbooks = history.value.runbooks.filter(
    ({ enabled, succeeded }) => enabled && succeeded > 0,
  );
  const given = inputs === null ? '' : ` --inputs '${JSON.stringify(inputs)}'`;
  const lines = runbooks.map(
    ({ workflow, succeeded, executions }) =>
      `${workflow} succeeded in ${succeeded} of ${executions} runs: novacron workflow run ` +
      `${workflow}${given}`,
  );
  const generate = `As a runbook: novacron runbook generate --incident ${id}`;
  return { runbooks, lines: text === null ? lines : [...lines, generate] };
}

interface Helpful {
  readonly runbooks: readonly SuggestedRunbook[];
  readonly lines: readonly string[];
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

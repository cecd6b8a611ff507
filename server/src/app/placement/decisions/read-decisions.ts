/** Lists and shows recorded placement decisions. */
import { DecisionId, VmId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import {
  type JudgedNode,
  PlacementDecision,
  PlacementOutcome,
  PlacementPurpose,
  type PlacementRecord,
  type PlacementRecordDetail,
} from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainDecision } from '@novacron/engine/placement/place/explain-decision';
import { judgeNodes } from '@novacron/engine/placement/place/judge-nodes';
import type { PlacementInput } from '@novacron/engine/placement/place/model/placement';
import type { PlacementDecisionRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PlacementDeps } from '../deps.ts';
import { type RecordedBasis, readBasis } from './read-basis.ts';
import { StoredSurvey } from './survey-decision.ts';

/** Lists the decisions about VMs of the caller's tenant, latest first. */
export async function listDecisions(
  deps: PlacementDeps,
  input: ParsedInputOf<'placement_decision.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PlacementRecord>, Problem>> {
  const source = {
    operation: 'placement_decision.list',
    from: 'placement_decisions',
    where: { tenant_id: principal.tenantId },
    columns: { vm: 'vm_name', node: 'node_name' },
    numbers: ['score', 'margin', 'confidence'],
    idPrefix: 'dec',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toRecord)) : page;
}

/** Shows one decision; another tenant's is not found. */
export async function getDecision(
  deps: PlacementDeps,
  { id, node: names = [] }: ParsedInputOf<'placement_decision.get'>,
  { principal }: CallContext,
): Promise<Result<PlacementRecordDetail, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await deps.store.read({ from: 'placement_decisions', where });
  if (row === undefined) return err(notFound('placement decision', id));
  const { explanation, cost_per_hour, rejected, ...decision } = decisionOf(row);
  const survey = readSurvey(row);
  const basis = await readBasis(deps, row);
  const loadWeight = survey?.contest.loadWeight;
  // An earlier release recorded the chosen node and the next best ones without their scorers.
  const candidates = survey?.candidates ?? [
    { node: decision.target_node, score: decision.score, scores: decision.scores },
    ...decision.alternatives.map(({ node, score }) => ({ node, score, scores: {} })),
  ];
  return ok({
    ...toRecord(row),
    explanation,
    cost_per_hour,
    candidates,
    fitting: survey?.fitting ?? null,
    confidence_basis:
      loadWeight === undefined ? 'none' : loadWeight === 0 ? 'scores' : 'measured_load',
    ...explainOthers(basis, { row, survey, candidates, rejected }),
    judged: names.length === 0 ? [] : judge(basis, { row, survey, candidates }, names),
  });
}

/** Moves were not asked about all needs of the VM, which ran already. */
const NEW_VMS: readonly PlacementPurpose[] = ['create', 'scale'];

interface Recorded {
  readonly row: PlacementDecisionRow;
  readonly survey: StoredSurvey | undefined;
  readonly candidates: StoredSurvey['candidates'];
}

/** The fleet and the request as the decision saw them, by the rules of the VM itself. */
function inputOf(
  { ask, nodes, peers }: Extract<RecordedBasis, { readonly kind: 'kept' }>,
  { row, survey }: Recorded,
): PlacementInput {
  const own = survey === undefined ? ask.constraints.node : (survey.ownNode ?? undefined);
  const purpose = PlacementPurpose.safeParse(row.purpose);
  const isNew = purpose.success && NEW_VMS.includes(purpose.data);
  return {
    ...ask,
    constraints: { ...ask.constraints, node: own },
    unknownFacts: isNew ? 'refuse' : 'accept',
    nodes,
    peers: peers ?? [],
  };
}

/** Judges the nodes that a request names; without the fleet only recorded candidates are known. */
function judge(basis: RecordedBasis, recorded: Recorded, names: readonly string[]): JudgedNode[] {
  const { row, candidates } = recorded;
  const chosen = decisionOf(row).target_node;
  if (basis.kind === 'kept') {
    const judged = judgeNodes(inputOf(basis, recorded), { chosen, candidates }, names);
    return judged.map(toJudged);
  }
  return names.map((name) => {
    const known = candidates.find(({ node }) => node === name);
    if (known === undefined) return { ...UNJUDGED, node: name, outcome: 'unknown' };
    return { ...UNJUDGED, ...known, outcome: name === chosen ? 'chosen' : 'candidate' };
  });
}

const UNJUDGED = { score: null, scores: {}, failed: [], passed: [] } satisfies Partial<JudgedNode>;

function toJudged(judged: ReturnType<typeof judgeNodes>[number]): JudgedNode {
  switch (judged.outcome) {
    case 'absent':
      return { ...UNJUDGED, ...judged };
    case 'refused':
      return { ...UNJUDGED, ...judged, failed: [...judged.failed], passed: [...judged.passed] };
    default:
      return { ...UNJUDGED, ...judged, scores: { ...judged.scores }, passed: [...judged.passed] };
  }
}

function explainOthers(
  basis: RecordedBasis,
  { rejected, ...recorded }: Recorded & { readonly rejected: PlacementDecision['rejected'] },
): Pick<
  PlacementRecordDetail,
  'basis' | 'filters' | 'weights' | 'refused' | 'policies' | 'what_would_change_it'
> {
  if (basis.kind !== 'kept') {
    const counts = Object.entries(rejected).map(([filter, nodes]) => ({
      filter,
      words: filter,
      nodes,
      examples: [],
    }));
    return {
      basis: 'counts',
      filters: [],
      weights: {},
      refused: counts.sort((one, other) => other.nodes - one.nodes),
      policies: [],
      what_would_change_it: [],
    };
  }
  const { row, candidates } = recorded;
  const chosen = decisionOf(row).target_node;
  const explained = explainDecision(inputOf(basis, recorded), { chosen, candidates });
  return {
    basis: 'recorded',
    filters: [...explained.filters],
    weights: { ...explained.weights },
    refused: explained.refused.map((each) => ({
      ...each,
      examples: each.examples.map(({ node, failed, passed }) => ({
        node,
        failed: [...failed],
        passed: [...passed],
      })),
    })),
    policies: [...(basis.ask.steering ?? [])],
    what_would_change_it: [...explained.whatWouldChangeIt],
  };
}

function toRecord(row: PlacementDecisionRow): PlacementRecord {
  return {
    id: DecisionId.parse(row.id),
    vm: row.vm_name,
    vm_id: VmId.parse(row.vm_id),
    node: row.node_name,
    purpose: PlacementPurpose.parse(row.purpose),
    score: row.score,
    margin: row.margin,
    confidence: row.confidence,
    created_at: toTimestamp(row.created_at_ms),
    executed_at: row.executed_at_ms === null ? null : toTimestamp(row.executed_at_ms),
    outcome: row.outcome === null ? null : PlacementOutcome.parse(row.outcome),
    operation_id: row.operation_id,
  };
}

function decisionOf({ decision_json }: PlacementDecisionRow): PlacementDecision {
  return PlacementDecision.parse(JSON.parse(decision_json));
}

function readSurvey({ survey_json }: PlacementDecisionRow): StoredSurvey | undefined {
  return survey_json === null ? undefined : StoredSurvey.parse(JSON.parse(survey_json));
}

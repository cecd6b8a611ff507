/**
 * Reduces shared data to the part that tenants other than the platform see: nodes, placement
 * decisions on them, and holds for all tenants. All reductions are here, and they list the fields
 * that are shown, so that a new field is hidden until it is listed. Operators of the platform are
 * named `platform:NAME`; their notes for each other and the usage of other tenants on a node are
 * omitted.
 */

import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import type { VmLossExplanation } from '@novacron/contract/fleet/loss-operations';
import type { Node } from '@novacron/contract/fleet/node';
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import type { PlacementAnswer } from '@novacron/contract/kinds/vm/orchestration-operations';
import type { PlacementBatch } from '@novacron/contract/kinds/vm-batch/placement-batch';
import type { Hold } from '@novacron/contract/operation/hold';
import type { Operation } from '@novacron/contract/operation/operation';
import type {
  JudgedNode,
  PlacementDecision,
  PlacementExplanation,
  PlacementRecord,
  PlacementRecordDetail,
} from '@novacron/contract/placement/placement';
import type {
  PlacementPreview,
  PlacementPreviewShown,
} from '@novacron/contract/placement/placement-preview';
import type { SuspectNode } from '@novacron/engine/healing/diagnose/model/diagnosis';
import { leaveOutLoad } from '@novacron/engine/placement/place/explain/explain-placement';
import { reduceDocument } from '../../kernel/write/leave-out-load.ts';
import { derivedName } from '../../rows/own-principals.ts';

/** Usage of a node by a tenant. */
export type OwnOnNode = Pick<Node, 'allocated' | 'vm_count'>;

/**
 * Reduces a node.
 * @param node - as the platform sees it
 * @param own - what the tenant has there
 */
export function reduceNode(node: Node, own: OwnOnNode): Node {
  const { id, name, zone, rack, status, power, control_plane, driver, capacity, prices } = node;
  const { class: nodeClass } = node;
  const { fenced, cut_off, suspected, pool_heartbeat, maintenance_until, last_seen_at } = node;
  return {
    id,
    name,
    zone,
    rack,
    status,
    power,
    control_plane,
    driver,
    agent_release: null,
    capacity,
    allocated: own.allocated,
    vm_count: own.vm_count,
    class: nodeClass,
    prices,
    facts: node.facts == null ? null : reduceFacts(node.facts),
    // Who said so, and how it is known, is the business of those who run the fleet.
    fenced: fenced == null ? null : { kind: fenced.kind, at: fenced.at, by: null, reason: null },
    cut_off: cut_off == null ? null : { ...cut_off, by: null, reason: null },
    isolation: null,
    // The reason names groups of others.
    woken: null,
    suspected,
    pool_heartbeat: pool_heartbeat == null ? null : reducePoolHeartbeat(pool_heartbeat),
    conditions: null,
    maintenance_until,
    last_seen_at,
  };
}

/**
 * Omits the node that read the heartbeat, the number of its guests, and the reason why another node
 * could not read it.
 */
function reducePoolHeartbeat({
  state,
  at,
}: NonNullable<Node['pool_heartbeat']>): NonNullable<Node['pool_heartbeat']> {
  return { state, at, by: [], guests: null, reason: null };
}

/** Keeps the facts that matter for placement; omits addresses and ids of hosts, and load. */
function reduceFacts(facts: NodeFacts): NodeFacts {
  const { hypervisor, numa_cells, cpu_baselines, storage, network_mbps, labels, taints } = facts;
  const { devices, licences, overcommit } = facts;
  const shown = {
    hypervisor,
    numa_cells,
    cpu_baselines,
    storage: storage && {
      ...withoutLoad(storage),
      ...(storage.classes && {
        classes: Object.fromEntries(
          Object.entries(storage.classes).map(([name, each]) => [name, withoutLoad(each)]),
        ),
      }),
    },
    network_mbps,
    labels,
    taints,
    devices,
    licences,
    overcommit,
  };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}

type Storage = Pick<NonNullable<NodeFacts['storage']>, 'pool' | 'sharing' | 'size_gb'>;

/** The free part of a storage is what others have left. */
function withoutLoad({ pool, sharing, size_gb }: Storage): Storage {
  return { pool, sharing, ...(size_gb === undefined ? {} : { size_gb }) };
}

/** Precision of the scores that tenants see. */
const SCORES_PER_UNIT = 10;

/**
 * Reduces a placement decision of the tenant: scores count what all tenants have on a node, so that
 * several digits of them are its load. The order of the nodes stays.
 */
export function reduceDecision(detail: PlacementRecordDetail): PlacementRecordDetail {
  return {
    ...detail,
    ...reduceScores(detail),
    explanation: leaveOutLoad(detail.explanation),
    what_would_change_it: leaveOutLoad(detail.what_would_change_it),
    refused: detail.refused.map((each) => ({
      ...each,
      examples: each.examples.map((example) => ({
        ...example,
        failed: reduceFailed(example.failed),
      })),
    })),
    judged: detail.judged.map(({ node, outcome, score, failed, passed }) => ({
      node,
      outcome,
      score: score === null ? null : roundScore(score),
      scores: {},
      failed: reduceFailed(failed),
      passed,
    })),
    candidates: detail.candidates.map(({ node, score }) => {
      return { node, score: roundScore(score), scores: {} };
    }),
  };
}

function reduceFailed(failed: JudgedNode['failed']): JudgedNode['failed'] {
  return failed.map(({ filter, why }) => ({ filter, why: leaveOutLoad([why]).join() }));
}

/** The same of a decision in a list. */
export function reduceRecord(record: PlacementRecord): PlacementRecord {
  return { ...record, ...reduceScores(record) };
}

function reduceScores({ score, margin, confidence }: PlacementRecord) {
  return {
    score: roundScore(score),
    margin: margin === null ? null : roundScore(margin),
    confidence: confidence === null ? null : roundScore(confidence),
  };
}

function roundScore(score: number): number {
  return Math.round(score * SCORES_PER_UNIT) / SCORES_PER_UNIT;
}

/** Common fields of decisions, previews and answers about a placement. */
type Placed = Pick<PlacementDecision, 'score' | 'explanation' | 'alternatives'>;

function reducePlaced<P extends Placed>(placed: P): P {
  const { score, explanation, alternatives } = placed;
  return {
    ...placed,
    score: roundScore(score),
    explanation: leaveOutLoad(explanation),
    alternatives: alternatives.map((each) => ({ node: each.node, score: roundScore(each.score) })),
  };
}

function reducePlacement(decision: PlacementDecision): PlacementDecision {
  return { ...reducePlaced(decision), scores: {} };
}

/** Reduces the answer to where a VM would be placed. */
export function reducePlacementAnswer(answer: PlacementAnswer): PlacementAnswer {
  return { ...reducePlaced(answer), scores: {} };
}

/** Reduces the placement of a batch: how full its fullest node is, others have caused as well. */
export function reduceBatch(batch: PlacementBatch): PlacementBatch {
  const { placements, objective, value, bound, gap, explanation } = batch;
  const isUsage = objective === 'peak';
  return {
    ...batch,
    placements: placements.map(({ name, decision }) => {
      return { name, decision: reducePlacement(decision) };
    }),
    value: isUsage ? null : value,
    bound: isUsage ? null : bound,
    gap: roundScore(gap),
    explanation: leaveOutLoad(explanation),
  };
}

/** The same of a batch that was created. */
export function reduceCreatedBatch<Created extends { readonly placement?: PlacementBatch }>(
  created: Created,
): Created {
  const { placement } = created;
  return placement === undefined ? created : { ...created, placement: reduceBatch(placement) };
}

/** Reduces the answer to why a VM is on a node. */
export function reduceExplanation(explained: PlacementExplanation): PlacementExplanation {
  const { explanation, decision } = explained;
  return {
    ...explained,
    explanation: leaveOutLoad(explanation),
    decision: decision === null ? null : reducePlacement(decision),
  };
}

/** Reduces a stored preview of a placement. */
export function reducePreview(preview: PlacementPreview): PlacementPreview {
  const { score, refusal, explanation, alternatives } = preview;
  return {
    ...preview,
    ...reducePlaced({ score: score ?? 0, explanation, alternatives }),
    score: score === null ? null : roundScore(score),
    refusal: refusal && {
      detail: leaveOutLoad([refusal.detail]).join(),
      nodes: Object.fromEntries(
        Object.entries(refusal.nodes).map(([node, reasons]) => [node, leaveOutLoad(reasons)]),
      ),
    },
  };
}

/** Reduces the preview of a write. */
export function reduceAdmission(preview: AdmissionPreview): AdmissionPreview {
  const { problems, placement, placement_preview: shown } = preview;
  return {
    ...preview,
    problems: problems.map(reduceDocument),
    placement: placement === null ? null : reducePlacement(placement),
    placement_preview: shown === null ? null : reducePlaced<PlacementPreviewShown>(shown),
  };
}

/** Reduces what the loss of its node means for a VM. */
export function reduceLoss(loss: VmLossExplanation): VmLossExplanation {
  const { explanation, reason } = loss;
  return {
    ...loss,
    explanation: leaveOutLoad(explanation),
    reason: reason === null ? null : leaveOutLoad([reason]).join(),
  };
}

/** Reduces the problem of an operation. */
export function reduceOperation(operation: Operation): Operation {
  const { problem } = operation;
  return problem === null ? operation : { ...operation, problem: reduceDocument(problem) };
}

/** The reason of a hold for all tenants, as tenants read it. */
const HELD_FOR_ALL = 'the platform operators can see the reason';

/** Reduces a hold. That of the tenant itself stays as it is. */
export function reduceHold(hold: Hold): Hold {
  if (hold.scope !== 'all') return hold;
  const { scope, held_at, held_by, until } = hold;
  return {
    scope,
    reason: HELD_FOR_ALL,
    held_at,
    held_by: derivedName('operator', held_by),
    until,
  };
}

/** Reduces a node in the evidence of an incident: it is quoted in explanations. */
export function reduceSuspect(node: SuspectNode): SuspectNode {
  const { poolHeartbeat } = node;
  return {
    ...node,
    othersHidden: true,
    // What people of the platform say is not shown to tenants.
    fenceReason: null,
    poolHeartbeat: poolHeartbeat && { ...poolHeartbeat, by: [], guests: null },
  };
}

/** `novacron simulate capacity` and `failure`: what still fits, what a failure leaves. */
import { err, ok, type Result } from '@novacron/contract/result';
import {
  COPIES_MAX,
  estimateCapacity,
} from '@novacron/engine/placement/place/capacity/estimate-capacity';
import { type FilledFleet, fillFleet } from '@novacron/engine/placement/place/capacity/fill-fleet';
import { simulateFailure } from '@novacron/engine/placement/place/capacity/simulate-failure';
import type { PlacementNode, StrategyName } from '@novacron/engine/placement/place/model/placement';
import { makeRng } from '@novacron/engine/rng';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Document } from '../../output/render-output.ts';
import { readNodes } from './read-nodes.ts';
import { devicesOf, readVms } from './read-vms.ts';

/** A fleet in files. */
interface FleetFiles {
  readonly nodes: string;
  /** VMs that are on it already; none where it is absent. */
  readonly vms?: string;
  readonly strategy: StrategyName;
  readonly seed: number;
}

/** Capacity question: number of additional VMs of a size. */
export interface CapacityQuestion extends FleetFiles {
  readonly cpuCores: number;
  readonly memoryGb: number;
  readonly diskGb: number;
  readonly gpus: number;
}

/** Failure question: all named parts of the fleet fail at once. */
export interface FailureQuestion extends FleetFiles {
  readonly failZone?: readonly string[];
  /** `ZONE/RACK` */
  readonly failRack?: readonly string[];
  readonly failNode?: readonly string[];
}

const MIB_PER_GB = 1024;
const WHOLE_MILLI = 1000;

/** Counts what fits beside the VMs of the files. Failures: as {@link answerFailure}. */
export async function answerCapacity(
  io: Pick<CliIo, 'readText'>,
  question: CapacityQuestion,
): Promise<Result<Document, Failure>> {
  const fleet = await readFleet(io, question);
  if (!fleet.ok) return fleet;
  const { cpuCores, memoryGb, diskGb, gpus, strategy } = question;
  const vm = {
    name: 'vm',
    labels: {},
    cpuCores,
    memoryMib: memoryGb * MIB_PER_GB,
    diskGb,
    devices: devicesOf(gpus, WHOLE_MILLI, undefined),
  };
  const { filled, env } = fleet.value;
  const ask = { vm, constraints: {}, strategy };
  const estimate = estimateCapacity(filled.index, { request: ask, copiesMax: COPIES_MAX }, env);
  if (!estimate.ok) return err(problemFailure(estimate.error));
  const { placed, rejected } = filled;
  return ok({ kind: 'one', value: { placed: placed.length, rejected, ...estimate.value } });
}

/**
 * Restarts the VMs of the nodes that fail.
 * Failures: wrong usage for files that cannot be read, and for names that nothing has;
 * `validation-failed` for what is in the files.
 */
export async function answerFailure(
  io: Pick<CliIo, 'readText'>,
  question: FailureQuestion,
): Promise<Result<Document, Failure>> {
  const fleet = await readFleet(io, question);
  if (!fleet.ok) return fleet;
  const { filled, env, nodes } = fleet.value;
  const unknown = findUnknown(question, nodes);
  if (unknown !== undefined) return err(usageFailure(unknown));
  const { nodesFailed, restarted, stranded } = simulateFailure(
    filled,
    (node) => namesOf(node).some(([flag, name]) => question[flag]?.includes(name)),
    env,
  );
  const { placed, rejected } = filled;
  return ok({
    kind: 'one',
    value: {
      placed: placed.length,
      rejected,
      nodesFailed,
      vmsAffected: restarted.length + stranded.length,
      vmsRestarted: restarted.length,
      vmsStranded: stranded.length,
      restarted,
      stranded,
    },
  });
}

async function readFleet(io: Pick<CliIo, 'readText'>, files: FleetFiles) {
  if (files.nodes === '-' && files.vms === '-') {
    return err(usageFailure('only one of --nodes and --vms can be standard input'));
  }
  const nodes = await readNodes(io, files.nodes);
  if (!nodes.ok) return nodes;
  const vms = files.vms === undefined ? ok([]) : await readVms(io, files.vms);
  if (!vms.ok) return vms;
  const env = { nowMs: 0, rng: makeRng(`seed-${files.seed}`) };
  const { strategy } = files;
  const filled = fillFleet({ nodes: nodes.value, requests: vms.value, strategy }, env);
  if (!filled.ok) return err(problemFailure(filled.error));
  return ok<{ filled: FilledFleet; env: typeof env; nodes: readonly PlacementNode[] }>({
    filled: filled.value,
    env,
    nodes: nodes.value,
  });
}

type FailFlag = 'failZone' | 'failRack' | 'failNode';

/** The names that a node fails by. */
function namesOf({ name, zone, rack }: PlacementNode): readonly (readonly [FailFlag, string])[] {
  return [
    ['failZone', zone],
    ['failRack', `${zone}/${rack}`],
    ['failNode', name],
  ];
}

const NOUNS = { failZone: 'zone', failRack: 'rack', failNode: 'node' } as const;

/** A failure of what is not there would look like good news. */
function findUnknown(
  question: FailureQuestion,
  nodes: readonly PlacementNode[],
): string | undefined {
  const known = new Set(nodes.flatMap((node) => namesOf(node).map((each) => each.join(' '))));
  const flags: readonly FailFlag[] = ['failZone', 'failRack', 'failNode'];
  const asked = flags.flatMap((flag) => (question[flag] ?? []).map((name) => ({ flag, name })));
  if (asked.length === 0) return 'specify what fails: --fail-zone, --fail-rack or --fail-node';
  const unknown = asked.find(({ flag, name }) => !known.has(`${flag} ${name}`));
  return unknown && `no node of ${question.nodes} is in ${NOUNS[unknown.flag]} ${unknown.name}`;
}

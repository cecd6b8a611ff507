/** `novacron simulate placement`: what a fleet would make of a trace, without any server. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { StrategyName } from '@novacron/engine/placement/place/model/placement';
import { sampleTrace } from '@novacron/engine/placement/place/simulate/sample-trace';
import {
  simulateTrace,
  type TraceOutcome,
  type TraceRequest,
} from '@novacron/engine/placement/place/simulate/simulate-trace';
import { makeRng } from '@novacron/engine/rng';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Document } from '../../output/render-output.ts';
import { startWorkProgress } from '../../output/work-progress.ts';
import { readNodes } from './read-nodes.ts';
import { readVms } from './read-vms.ts';

/** Placement to simulate. */
export interface PlacementSimulation {
  /** Files; `-` is standard input. */
  readonly nodes: string;
  readonly vms: string;
  readonly strategy: StrategyName;
  /** Demand as a multiple of the fleet's devices (cores if it has none). */
  readonly demand?: number;
  readonly seed: number;
  readonly progress: 'shown' | 'hidden';
}

/**
 * Replays a trace on an empty fleet.
 * Failures: wrong usage for files that cannot be read; `validation-failed` for what is in them.
 */
export async function simulatePlacement(
  io: Pick<CliIo, 'readText' | 'stderr' | 'nowMs'>,
  request: PlacementSimulation,
): Promise<Result<Document, Failure>> {
  if (request.nodes === '-' && request.vms === '-') {
    return err(usageFailure('only one of --nodes and --vms can be standard input'));
  }
  const nodes = await readNodes(io, request.nodes);
  if (!nodes.ok) return nodes;
  const vms = await readVms(io, request.vms);
  if (!vms.ok) return vms;
  const rng = makeRng(`seed-${request.seed}`);
  const asks =
    request.demand === undefined
      ? vms.value
      : sampleTrace(vms.value.map(withoutTimes), {
          nodes: nodes.value,
          ratio: request.demand,
          rng,
        });
  const total = asks.length;
  const progress = startWorkProgress(io, { what: 'placing VMs', total, shown: request.progress });
  const timesMs: number[] = [];
  const startedMs = io.nowMs();
  const done = simulateTrace(
    { nodes: nodes.value, requests: asks, strategy: request.strategy },
    { nowMs: 0, rng },
    (decide) => {
      const beforeMs = io.nowMs();
      const answer = decide();
      timesMs.push(io.nowMs() - beforeMs);
      progress.show(timesMs.length);
      return answer;
    },
  );
  const tookMs = io.nowMs() - startedMs;
  progress.end();
  if (!done.ok) return err(problemFailure(done.error));
  return ok({ kind: 'one', value: { ...describe(done.value), ...speedOf(timesMs, tookMs) } });
}

/** Under a demand all come in the order in which they are drawn, and stay. */
function withoutTimes(ask: TraceRequest): TraceRequest {
  return { ...ask, arrivesAt: undefined, departsAt: undefined };
}

function describe({ utilisation, ...outcome }: TraceOutcome) {
  const { cpu, memory, devices } = utilisation;
  return {
    ...outcome,
    utilisation: {
      cpu: round(cpu, RATIO_DECIMALS),
      memory: round(memory, RATIO_DECIMALS),
      devices: round(devices, RATIO_DECIMALS),
    },
  };
}

const RATIO_DECIMALS = 6;
const MS_DECIMALS = 4;

/** The whole simulation counts for the rate: carrying decisions out and departures, too. */
function speedOf(timesMs: readonly number[], tookMs: number) {
  const sorted = Float64Array.from(timesMs).sort();
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return {
    decisionsPerSecond: tookMs > 0 ? round((timesMs.length / tookMs) * 1000, 1) : 0,
    latencyMsP50: round(at(0.5), MS_DECIMALS),
    latencyMsP99: round(at(0.99), MS_DECIMALS),
  };
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

/** The agents that run in the process of the server, and the runner that it starts. */
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import { startHostNode } from '@novacron/agent/start-host-node';
import type { RunningNodes } from '@novacron/agent/start-nodes';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import type { Tracer } from '@novacron/tracing/tracer';
import { agentsDirIn, qemuDirIn } from './adapters/data-dir/data-dir-files.ts';
import type { CompletePorts } from './app/composition/deps.ts';
import type { ServerConfig } from './config.ts';
import type { Front } from './open-front.ts';
import { startOwnRunner } from './start-own-runner.ts';

/** Grace period for running commands after a stop request. Unit: ms. */
const STOP_GRACE_MS = 10_000;

/** The agents in this process, with the runner. */
export interface OwnAgents {
  readonly fleet: EmbeddedFleet;
  readonly hypervisor: string;
  /** Number of nodes that the agents serve. */
  readonly nodes: number;
  /** Machines of QEMU go on running; commands get some time to end. */
  readonly stop: () => Promise<void>;
}

/** Whether this process has agents of its own. */
export function isFleetHere({ agents }: ServerConfig): boolean {
  return agents === 'embedded';
}

/** Starts the agents of this process, and the runner where the server has one. */
export async function startAgents(
  config: ServerConfig,
  deps: CompletePorts,
  { tracer, front }: { readonly tracer: Tracer; readonly front: Pick<Front, 'listener'> },
): Promise<Result<OwnAgents, Problem>> {
  const agents = await startNodes(config, deps, tracer);
  if (!agents.ok || config.runner === 'off') return agents;
  const runner = await startOwnRunner(config, deps, front.listener.url);
  if (!runner.ok) {
    await agents.value.stop();
    return runner;
  }
  return ok({
    ...agents.value,
    stop: async () => {
      await runner.value.stop();
      await agents.value.stop();
    },
  });
}

/** Starts the simulated fleet, or the agent of this host. */
async function startNodes(
  config: ServerConfig,
  deps: CompletePorts,
  tracer: Tracer,
): Promise<Result<OwnAgents, Problem>> {
  const { hypervisor, metricsIntervalMs } = config;
  const { bus, clock, timers, logger } = deps;
  const parts = { bus, clock, timers, tracer, rng: deps.rng.fork('fleet'), metricsIntervalMs };
  const isSimulated = isFleetHere(config) && hypervisor.kind === 'simulator';
  const simulated = isSimulated ? config.fleet : { nodes: [] };
  const agentsDir = agentsDirIn(config.dataDir);
  const fleet = startEmbeddedFleet({
    ...parts,
    fleet: simulated,
    rngOf: makeRng,
    dataDir: agentsDir,
    uploads: config.images.directory,
  });
  if (hypervisor.kind === 'simulator') {
    const { length: nodes } = simulated.nodes;
    const words = isSimulated ? describeSimulator(nodes) : AGENTS_ELSEWHERE;
    return ok({ fleet, hypervisor: words, nodes, stop: fleet.stop });
  }
  // Agents of other hosts download what was uploaded; this one shares the disk.
  const settings = { ...hypervisor.settings, uploads: config.images.directory };
  const dataDir = qemuDirIn(config.dataDir);
  const host = await startHostNode({ ...parts, dataDir, settings, logger });
  if (!host.ok) {
    await fleet.stop();
    return host;
  }
  return ok({
    fleet,
    hypervisor: describeQemu(host.value),
    nodes: 1,
    stop: async () => {
      await host.value.stop({ graceMs: STOP_GRACE_MS });
      await fleet.stop();
    },
  });
}

const AGENTS_ELSEWHERE = 'those of the agents on NATS';

function describeSimulator(nodes: number): string {
  return `simulated, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
}

function describeQemu({ hypervisors }: RunningNodes): string {
  const words = hypervisors.map(({ version, accelerator, accelerator_reason: reason }) => {
    const how = accelerator === 'kvm' ? 'KVM' : 'emulation in software';
    return `QEMU ${version} on this host, ${how} (${reason})`;
  });
  return words.join(', ');
}

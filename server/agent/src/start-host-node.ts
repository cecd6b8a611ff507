/** The agent of this host inside the server's process: one node, whose hypervisor is QEMU. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Bus } from '@novacron/bus/bus';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import type { Tracer } from '@novacron/tracing/tracer';
import { z } from 'zod';
import type { QemuSettings } from './config/driver-settings.ts';
import { readStored, writeStored } from './drivers/qemu/files/stored-json.ts';
import { FleetNode } from './fleet/fleet.ts';
import { findHostCapacity, HOST_RESERVE_DEFAULT } from './fleet/host-capacity.ts';
import type { NodeLabels, NodeOvercommit, NodeTaints } from './fleet/parse-marks.ts';
import { makeIncarnation } from './presence/make-incarnation.ts';
import { claimStart } from './process/claim-start.ts';
import { type RunningNodes, startNodes } from './start-nodes.ts';

/** Settings for the hypervisor of this host, and announcements of its node. */
export interface HostSettings extends Pick<QemuSettings, 'accel' | 'imageHosts' | 'guestNetwork'> {
  /** Directory of the server's uploaded images. */
  readonly uploads?: string | undefined;
  readonly labels?: NodeLabels | undefined;
  readonly taints?: NodeTaints | undefined;
  readonly overcommit?: NodeOvercommit | undefined;
}

/** Options of this host's agent. */
export interface HostNodeOptions {
  readonly settings: HostSettings;
  readonly bus: Bus;
  /** Directory of the journal, of the machines and of their disks. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Interval between measurements of the node. Unit: ms. */
  readonly metricsIntervalMs: number;
}

/** The name is no host name, which may change: machines and disks belong to the node. */
const PLACE = { name: 'node-01', zone: 'zone-a', rack: 'rack-1' } as const;

/**
 * Starts it, with what the host has less the usual reserve; machines that run are found again.
 * @returns `validation-failed` where the host or the directory cannot be used, else `unavailable`
 */
export async function startHostNode(
  options: HostNodeOptions,
): Promise<Result<RunningNodes, Problem>> {
  const { dataDir, clock, rng } = options;
  const { labels, taints, overcommit, uploads, ...settings } = options.settings;
  // QEMU does not run in the directory of the server.
  const own = resolve(dataDir);
  const storageDir = join(own, 'storage');
  const node = measureNode(storageDir);
  if (!node.ok) return node;
  const linkOwner = findLinkOwner(own);
  if (!linkOwner.ok) return linkOwner;
  const qemu: QemuSettings = {
    ...settings,
    runDir: join(own, 'machines'),
    storageDir,
    cpuModel: undefined,
    migrationAddress: undefined,
    networks: 'auto',
    tunnelAddress: undefined,
    storage: 'local',
    volumeStorage: new Map(),
    vmUser: undefined,
    linkOwner: linkOwner.value,
    imageServer: undefined,
    neededHosts: [],
    uploads,
  };
  return startNodes({
    ...options,
    dataDir: own,
    nodes: [
      {
        ...node.value,
        ...(labels && { labels }),
        ...(taints && { taints }),
        ...(overcommit && { overcommit }),
      },
    ],
    driver: { kind: 'qemu', settings: qemu, reserve: HOST_RESERVE_DEFAULT },
    incarnation: makeIncarnation(claimStart(own, clock.nowMs()), rng),
    followed: 'keep',
  });
}

const LinkOwner = z.looseObject({ owner: z.string() });

/**
 * Names the owner of links and rules: several servers on one host have a node of the same name,
 * and each removes what nothing of its own needs. It goes with the directory.
 */
function findLinkOwner(directory: string): Result<string, Problem> {
  const file = join(directory, 'link-owner.json');
  try {
    const known = readStored(file, LinkOwner)?.owner;
    if (known !== undefined) return ok(known);
    const owner = `${PLACE.name}/${randomUUID()}`;
    writeStored(file, { owner });
    return ok(owner);
  } catch (cause) {
    const detail = `${file} cannot be read or written: ${Object(cause).message ?? cause}`;
    const remedy = 'Correct the cause, and start the server again. VMs have not changed.';
    return err(problem('unavailable', { detail, remedy }));
  }
}

/** The node, as large as the host is for VMs. */
function measureNode(storageDir: string): Result<FleetNode, Problem> {
  const parsed = FleetNode.safeParse(
    { ...PLACE, ...findHostCapacity(storageDir, HOST_RESERVE_DEFAULT) },
    IN_WORDS,
  );
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const { memory_gb, disk_gb } = HOST_RESERVE_DEFAULT;
  return err(
    problem('validation-failed', {
      detail:
        `This host has no room for VMs: less ${memory_gb} GB of memory and ${disk_gb} GB of disk ` +
        `for itself, ${issue?.path.join('.')} ${issue?.message}.`,
      remedy: 'Use a larger host, or a data directory on a larger file system.',
    }),
  );
}

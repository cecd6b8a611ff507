/**
 * Copies the disks of a running machine to the target of its migration, and keeps the copies equal
 * to them until the switch: what the guest writes is written to both (`write-blocking`).
 * Source of the sequence: QEMU's `docs/interop/live-block-operations.rst`, live storage migration.
 */
import type { MigrationTarget } from '@novacron/contract/agent/migration';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import { passingTrouble } from '../files/trouble.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { TLS_OBJECT } from '../transfer/one-time-key.ts';
import { diskNode } from './incoming-files.ts';

/** Interval between checks of the copies. Unit: ms. */
const POLL_MS = 50;

const Jobs = z.array(
  z.looseObject({
    id: z.string(),
    status: z.string(),
    'current-progress': z.number(),
    'total-progress': z.number(),
    error: z.string().optional(),
  }),
);

const PREFIX = 'copy-';

/** Block nodes have short names, and ids of volumes end in the characters that differ. */
function copyNode(index: number): string {
  return `${PREFIX}${index}`;
}

/**
 * Begins the copies and waits until each is equal to its disk.
 * @param onProgress - receives the share that is copied, from 0 to 1
 */
export async function copyDisks(
  action: QemuAction,
  monitor: QmpClient,
  { host, disk_port, disks }: MigrationTarget,
  onProgress: (share: number) => void,
): Promise<void> {
  await endCopies(monitor, 'given-up');
  const server = { type: 'inet', host, port: String(disk_port) };
  for (const [index, name] of disks.entries()) {
    const node = copyNode(index);
    await monitor.execute('blockdev-add', {
      'node-name': node,
      driver: 'raw',
      file: { driver: 'nbd', server, export: name, 'tls-creds': TLS_OBJECT },
    });
    await monitor.execute('blockdev-mirror', {
      'job-id': node,
      device: diskNode(name),
      target: node,
      sync: 'full',
      'copy-mode': 'write-blocking',
      // A job that has ended stays until it has been asked why.
      'auto-dismiss': false,
    });
  }
  for (;;) {
    const jobs = await listCopies(monitor);
    const broken = jobs.find(({ status }) => status === 'concluded' || status === 'aborting');
    if (broken !== undefined || jobs.length < disks.length) {
      const why = broken?.error ?? 'it ended';
      throw passingTrouble(`The copy of a disk of ${action.order.vm_id} failed: ${why}.`);
    }
    if (jobs.every(({ status }) => status === 'ready')) return;
    if (action.order.signal.aborted) {
      throw passingTrouble(`The migration of ${action.order.vm_id} was given up.`);
    }
    const sum = (of: (job: (typeof jobs)[number]) => number): number =>
      jobs.reduce((total, job) => total + of(job), 0);
    const total = sum((job) => job['total-progress']);
    if (total > 0) onProgress(sum((job) => job['current-progress']) / total);
    const { timers } = action.node;
    await wait({ timers, delayMs: POLL_MS, signals: [action.order.signal] });
  }
}

/**
 * Finishes the copies while the guest is paused for the switch: afterwards they are equal to the
 * disks and nothing writes to either. `block-job-cancel` of a copy that is ready completes it;
 * `job-cancel` would abort it.
 */
export async function finishCopies({ node, order }: QemuAction, monitor: QmpClient): Promise<void> {
  for (const { id } of await listCopies(monitor)) {
    await monitor.execute('block-job-cancel', { device: id });
  }
  for (;;) {
    const jobs = await listCopies(monitor);
    const failed = jobs.find(({ error }) => error !== undefined);
    if (failed !== undefined) {
      throw passingTrouble(`The copy of a disk of ${order.vm_id} failed: ${failed.error}.`);
    }
    if (jobs.every(({ status }) => status === 'concluded')) break;
    // Not given up in between: it takes a moment, and the guest waits for it.
    await wait({ timers: node.timers, delayMs: POLL_MS, signals: [] });
  }
  await endCopies(monitor, 'finished');
}

/** Removes the copies from the process of the source. */
export async function endCopies(monitor: QmpClient, how: 'finished' | 'given-up'): Promise<void> {
  for (const { id, status } of await listCopies(monitor)) {
    if (how === 'given-up' && status !== 'concluded') {
      await monitor.execute('block-job-cancel', { device: id, force: true }).catch(() => undefined);
    }
  }
  for (const { id } of await settledCopies(monitor)) {
    await monitor.execute('job-dismiss', { id }).catch(() => undefined);
    await monitor.execute('blockdev-del', { 'node-name': id }).catch(() => undefined);
  }
}

const SETTLE_POLLS_MAX = 100;

async function settledCopies(monitor: QmpClient) {
  for (let poll = 0; ; poll += 1) {
    const jobs = await listCopies(monitor);
    const isSettled = jobs.every(({ status }) => status === 'concluded');
    if (isSettled || poll >= SETTLE_POLLS_MAX) return jobs;
  }
}

async function listCopies(monitor: QmpClient) {
  const jobs = Jobs.parse(await monitor.execute('query-jobs'));
  return jobs.filter(({ id }) => id.startsWith(PREFIX));
}

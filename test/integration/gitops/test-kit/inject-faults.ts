/**
 * Syncs with a fault injected into each: what ends them, what the next sync makes of it, and
 * whether any VM was made twice. Equal seeds give equal faults.
 */
import { renameSync } from 'node:fs';
import { makeRng } from '@novacron/engine/rng';
import type { GitFixture } from '../../../../server/cli/src/commands/gitops/test-kit/git-fixture.ts';
import {
  configurationOf,
  listVms,
  must,
  type SyncedApplication,
  type SyncWorld,
} from './open-sync-world.ts';

/** A step ends so whose runner was killed, or that needs what such a runner had. */
const KILLED =
  /^the (command was stopped together with|runner has ended while)|^its artifact \w+ is lost/;

/** A fault, and the words that a sync which fails by it ends with. */
const FAULTS = {
  'kill-server': KILLED,
  'kill-runner': KILLED,
  'repository-away': /repository/i,
  'policy-denies': /Not now[.]/,
  'quota-full': /quota/i,
  'broken-text': /main[.]tf:\d+/,
  'lock-left': /is locked by/,
} as const;
type Fault = keyof typeof FAULTS;

/** Of ten syncs, eight are killed; a lock that is left costs a minute of waiting. */
const SHARES: readonly (readonly [Fault, number])[] = [
  ['kill-server', 0.4],
  ['kill-runner', 0.8],
  ['repository-away', 0.85],
  ['policy-denies', 0.9],
  ['quota-full', 0.94],
  ['broken-text', 0.98],
  ['lock-left', 1],
];

/** A sync takes about this long, so kills meet each of its steps. Unit: ms. */
const SYNC_MS = 7_000;

/** Syncs after which everything is as the commit says. */
const FOLLOWING_MAX = 3;

/** What came of all syncs. */
export interface FaultReport {
  readonly syncs: number;
  readonly kills: number;
  /** Syncs that ended well, or in a refusal that says why. */
  readonly ended: number;
  /** Steps during which something was killed. */
  readonly steps: Readonly<Record<string, number>>;
  /** VMs that were made more than once; what was not as the commit says. */
  readonly broken: readonly string[];
}

interface Bed {
  readonly world: SyncWorld;
  readonly application: SyncedApplication;
  readonly repository: GitFixture;
  readonly say: (line: string) => void;
  /** Lets a sync run for a time before something is killed. Unit: ms. */
  readonly pause: (durationMs: number) => Promise<void>;
}

/** Runs them. @param syncs - 1 or more */
export async function injectFaults(
  bed: Bed,
  { seed, syncs }: { readonly seed: string; readonly syncs: number },
): Promise<FaultReport> {
  const rng = makeRng(seed).fork('faults');
  const steps: Record<string, number> = {};
  const broken: string[] = [];
  let kills = 0;
  let ended = 0;
  for (let at = 1; at <= syncs; at += 1) {
    const share = rng.next();
    const fault = SHARES.find(([, below]) => share < below)?.[0] ?? 'kill-server';
    const afterMs = Math.round(rng.next() * SYNC_MS);
    const names = ['keep', `a${at}`, `b${at}`];
    const texts = {
      'main.tf': configurationOf(Object.fromEntries(names.map((each) => [each, 1]))),
    };
    const met = await syncWith(bed, { fault, afterMs, texts });
    if (met.step !== undefined) {
      kills += 1;
      steps[met.step] = (steps[met.step] ?? 0) + 1;
    }
    const isNamed = met.status === 'succeeded' || FAULTS[fault].test(met.reason);
    if (isNamed) ended += 1;
    else broken.push(`sync ${at} (${fault}) ended without a reason: ${met.reason}`);
    const settled = await settle(bed);
    const vms = (await listVms(bed.world)).join();
    const wanted = names
      .map((name) => `${name} 1`)
      .toSorted()
      .join();
    if (settled !== undefined) broken.push(`after sync ${at} (${fault}): ${settled}`);
    else if (vms !== wanted) broken.push(`after sync ${at} (${fault}): ${vms}, not ${wanted}`);
    bed.say(`${at}/${syncs} ${fault} ${met.step ?? ''}: ${met.status} ${met.reason.slice(0, 100)}`);
  }
  broken.push(...(await findMadeTwice(bed.world)));
  return { syncs, kills, ended, steps, broken };
}

interface Met {
  readonly status: string;
  readonly reason: string;
  /** The step during which something was killed. */
  readonly step?: string | undefined;
}

/** A sync of a new commit that meets a fault, whose cause is gone afterwards. */
async function syncWith(
  bed: Bed,
  of: {
    readonly fault: Fault;
    readonly afterMs: number;
    readonly texts: Readonly<Record<string, string>>;
  },
): Promise<Met> {
  const { application, repository, world } = bed;
  const { fault, afterMs, texts } = of;
  const isBroken = fault === 'broken-text';
  repository.commit(isBroken ? { 'main.tf': 'resource "novacron_vm" {' } : texts);
  const undo = await arrange(bed, fault);
  const id = await application.begin();
  let step: string | undefined;
  if (fault === 'kill-server' || fault === 'kill-runner') {
    await bed.pause(afterMs);
    const shown = must(await world.call('execution.get', { id }));
    step = shown.steps.find(({ status }) => status === 'running')?.id ?? shown.status;
    if (fault === 'kill-runner') await world.killRunner();
    else {
      await world.kill();
      await world.start();
    }
  }
  const { status, reason } = await application.end(id);
  await undo();
  if (isBroken) repository.commit(texts);
  return { status, reason, step };
}

/** Causes a fault that is there before the sync. @returns what removes it */
async function arrange({ world, repository }: Bed, fault: Fault): Promise<() => Promise<void>> {
  const { call } = world;
  switch (fault) {
    case 'repository-away': {
      const away = `${repository.directory}/.git-away`;
      renameSync(`${repository.directory}/.git`, away);
      return async () => renameSync(away, `${repository.directory}/.git`);
    }
    case 'policy-denies': {
      const rule =
        'package novacron\n\ndeny contains "Not now." if input.operation == "vm.create"\n';
      const made = must(await call('policy.create', { name: 'never', type: 'resource', rule }));
      return async () => {
        must(await call('policy.delete', { id: made.resource.id }));
      };
    }
    case 'quota-full': {
      const [tenant] = must(await call('tenant.list', {})).items;
      if (tenant === undefined) throw new Error('there is no tenant');
      const limit = async (vms: number | null) => {
        must(await call('tenant.update', { id: tenant.id, quotas: { vms } }));
      };
      await limit(1);
      return () => limit(null);
    }
    case 'lock-left': {
      await world.lockState('web', 'left-behind');
      return async () => {
        const [state] = must(await call('terraform_state.list', {})).items;
        if (state === undefined) throw new Error('there is no state');
        must(await call('terraform_state.unlock', { id: state.id, lock_id: 'left-behind' }));
      };
    }
    default:
      return async () => {};
  }
}

/**
 * Syncs until everything is as the commit says.
 * @returns why it does not get there; undefined: it has
 */
async function settle(bed: Bed): Promise<string | undefined> {
  let reason = '';
  for (let at = 0; at < FOLLOWING_MAX; at += 1) {
    const next = await bed.application.sync();
    if (next.status === 'succeeded') {
      const { sync_status: status } = await bed.application.show();
      return status === 'synced' ? undefined : `the application is ${status}`;
    }
    ({ reason } = next);
  }
  return reason;
}

/** VMs that were created more than once. */
async function findMadeTwice({ call }: SyncWorld): Promise<readonly string[]> {
  const made = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const input = { kind: ['vm.create'], status: 'succeeded' as const, limit: 1000 };
    const page = must(
      await call('operation.list', { ...input, ...(cursor === undefined ? {} : { cursor }) }),
    );
    for (const { target_name: name } of page.items) made.set(name, (made.get(name) ?? 0) + 1);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return [...made].flatMap(([name, times]) =>
    times > 1 ? [`${name} was created ${times} times`] : [],
  );
}

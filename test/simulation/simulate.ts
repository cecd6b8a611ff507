/**
 * One run: a world from a seed, clients and trouble in it, checks after every step, then calm, and
 * every check at the end. Everything that happens follows from the seed.
 */
import { makeId, TenantId } from '@novacron/contract/ids';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { newQuotaRow } from '@novacron/server/app/access/quota/tenant-quota';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { newTenantRow } from '@novacron/server/app/rows/tenant-row';
import { readAccounts, readBooks } from './checks/books.ts';
import { checkAccounts } from './checks/check-accounts.ts';
import { checkEmpty, checkEnds, isQuiet } from './checks/check-ends.ts';
import { checkEvents } from './checks/check-events.ts';
import { checkHistories, readHistories } from './checks/check-history.ts';
import { checkLedger } from './checks/check-ledger.ts';
import { checkMachines, checkRunning, findLeftovers } from './checks/check-machines.ts';
import { checkRules } from './checks/check-rules.ts';
import { openDirectory } from './clients/directory.ts';
import { type Ledger, openLedger } from './clients/ledger.ts';
import { runClient } from './clients/run-client.ts';
import { type Caller, layWire, type Outcome, type Wire } from './clients/wire.ts';
import { openWorld, type World, type WorldOptions } from './world/open-world.ts';

/** A run that has not ended after this number of steps never will: usual are some thousands. */
const STEPS_MAX = 60_000;

/** Looking whether all is quiet costs more than a step. */
const STEPS_BETWEEN_LOOKS = 30;

const CLIENTS_MIN = 2;
const CLIENTS_MAX = 4;

/** Things that all clients of a world want together. */
const CALLS = 75;

/** Result of a run. */
export interface SimulationReport {
  readonly seed: string;
  readonly steps: number;
  readonly crashes: number;
  readonly operations: number;
  /** Hash of the whole trace: equal for equal seeds. */
  readonly hash: string;
  /** undefined when everything held. */
  readonly failure: SimulationFailure | undefined;
}

/** Violated invariant. */
export interface SimulationFailure {
  /** The name of the check. */
  readonly invariant: string;
  readonly faults: readonly string[];
  /** The last lines of the trace. */
  readonly trace: readonly string[];
}

class BrokenInvariant extends Error {
  readonly invariant: string;
  readonly faults: readonly string[];

  constructor(invariant: string, faults: readonly string[]) {
    super(`${invariant}: ${faults.join('\n')}`);
    this.invariant = invariant;
    this.faults = faults;
  }
}

/** Runs a seed. */
export async function simulate(options: WorldOptions): Promise<SimulationReport> {
  const world = await openWorld(options);
  let failure: SimulationFailure | undefined;
  try {
    await live(world);
  } catch (cause) {
    if (!(cause instanceof BrokenInvariant)) throw cause;
    const { invariant, faults } = cause;
    failure = { invariant, faults, trace: world.trace.tail() };
  }
  const operations = await world.store.read({ from: 'operations' });
  await world.close();
  return {
    seed: options.seed,
    steps: world.kernel.stepCount(),
    crashes: world.server.crashCount(),
    operations: operations.length,
    hash: world.trace.hash(),
    failure,
  };
}

async function live(world: World): Promise<void> {
  const { kernel, chance, server, trace, weather } = world;
  const ledger = openLedger();
  await runUntil(world, async () => server.serving() !== undefined);
  const wire = layWire({ kernel, trace, chance: chance.fork('wire'), weather, server });
  const callers = await inviteClients(world);
  const directory = openDirectory();
  const { nodeNames: nodes } = world.fleet;
  let busy = callers.length;
  for (const caller of callers) {
    const calls = Math.ceil(CALLS / callers.length);
    const own = { kernel, chance: chance.fork(caller.name), wire, ledger, directory, nodes, calls };
    runClient(caller, own).then(
      () => {
        busy -= 1;
      },
      (cause) => ledger.complaints.push(`${caller.name} breaks down: ${cause}`),
    );
  }
  const trouble = world.beginTrouble();
  await runUntil(world, async () => busy === 0 || ledger.complaints.length > 0);
  await kernel.hold(trouble.end());
  await runUntil(world, () => isAllQuiet(world));
  await checkAll(world, ledger);
  for (const caller of callers) await deleteAll(world, caller, wire);
  await runUntil(world, () => isAllQuiet(world));
  await checkAll(world, ledger);
  expect('nothing is left when everything is deleted', checkEmpty(await readBooks(world.store)));
}

async function isAllQuiet({ store, server, fleet }: World): Promise<boolean> {
  const status = { in: ['running', 'undoing'] } as const;
  const running = await store.read({ from: 'operations', where: { status }, limit: 1 });
  if (running.length > 0 || server.serving() === undefined) return false;
  const books = await readBooks(store);
  return isQuiet(books) && findLeftovers(fleet, books).length === 0;
}

/** Steps until a condition holds; what must hold at every moment is checked after each. */
async function runUntil(world: World, condition: () => Promise<boolean>): Promise<void> {
  const { kernel } = world;
  for (;;) {
    for (let count = 0; count < STEPS_BETWEEN_LOOKS; count += 1) {
      await kernel.step();
      await checkStep(world);
    }
    if (await condition()) return;
    if (kernel.stepCount() < STEPS_MAX) continue;
    const books = await readBooks(world.store);
    expect('every operation ends', checkEnds(books));
    expect('nothing is left over on nodes', findLeftovers(world.fleet, books));
    throw new BrokenInvariant('everything ends', ['steps are used up']);
  }
}

const ACCOUNTS: readonly string[] = [
  'nodes',
  'allocations',
  'storage_pools',
  'vms',
  'networks',
  'volumes',
  'snapshots',
];

async function checkStep({ disk, fleet, store, errors }: World): Promise<void> {
  const hasNewAccounts = disk.takeChanges().some((change) => {
    if (change.kind === 'move-rule') return false;
    if ('table' in change) return change.kind === 'add' || ACCOUNTS.includes(change.table);
    return ACCOUNTS.includes('into' in change ? change.into : 'from' in change ? change.from : '');
  });
  const hasNewMachines = fleet.takeChanged();
  expect('no part reports a fault of its own', errors);
  if (!hasNewAccounts && !hasNewMachines) return;
  const accounts = await readAccounts(store);
  if (hasNewAccounts) {
    expect('the accounts agree', checkAccounts(accounts));
    expect('no hard rule is broken', checkRules(accounts));
  }
  expect('nothing runs twice or unbooked', checkRunning(fleet, accounts));
}

async function checkAll(world: World, ledger: Ledger): Promise<void> {
  const books = await readBooks(world.store);
  const { histories, faults } = readHistories(books);
  expect('everything ends', checkEnds(books));
  expect('the accounts agree', checkAccounts(books));
  expect('machines are in their desired state', checkMachines(world.fleet, books));
  expect('every write is in the audit log', faults);
  expect('the history leads to the state', checkHistories(books, histories));
  expect('what was acknowledged is kept', checkLedger(ledger, books, histories));
  expect('events are gapless and in order', checkEvents(books, world.heard));
}

function expect(invariant: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new BrokenInvariant(invariant, faults);
}

/** Two tenants: the second one must never see anything of the first. */
async function inviteClients({ kernel, chance, server, store }: World): Promise<readonly Caller[]> {
  const admin = server.serving()?.admin;
  if (admin === undefined) throw new Error('clients are invited while the server serves');
  const own = chance.fork('clients');
  const tenantId = TenantId.parse(makeId('tnt', kernel.clock.nowMs(), own.bytes(10)));
  const made = { atMs: kernel.clock.nowMs(), by: 'simulation' };
  const row = newTenantRow({ id: tenantId, name: 'neighbours' }, made);
  await store.commit([
    { kind: 'put', into: 'tenants', row },
    { kind: 'put', into: 'tenant_quotas', row: newQuotaRow(tenantId, {}) },
  ]);
  const neighbour: Principal = { ...admin, name: 'neighbour', tenantId };
  return Array.from({ length: own.between(CLIENTS_MIN, CLIENTS_MAX) }, (_, index) => ({
    name: `c${index + 1}`,
    client: own.pick(['terraform', 'rest', 'cli'] as const),
    principal: index > 0 && own.happens(0.2) ? neighbour : admin,
  }));
}

const DELETES: readonly OperationName[] = [
  'policy.delete',
  'vm.delete',
  'snapshot.delete',
  'volume.delete',
  'network.delete',
];

/** In calm weather a client can delete all that is its tenant's, whatever happened to it before. */
async function deleteAll(world: World, caller: Caller, wire: Wire): Promise<void> {
  const { tenantId } = caller.principal;
  for (const name of DELETES) {
    const { policies, vms, snapshots, volumes, networks } = await readBooks(world.store);
    const rows = {
      policy: policies,
      vm: vms,
      network: networks,
      snapshot: snapshots,
      volume: volumes,
    };
    // The operation's noun is the kind.
    const own = rows[name.slice(0, name.indexOf('.')) as keyof typeof rows];
    for (const { id } of own.filter((row) => row.tenant_id === tenantId)) {
      const intent = { client: caller.name, tenantId, name, input: { id }, requestIds: [] };
      let outcome: Outcome | undefined;
      const ask = async (): Promise<void> => {
        // A crash that trouble had prepared may still come.
        do outcome = await wire.send(caller, intent);
        while (outcome.kind === 'lost');
      };
      void ask();
      await runUntil(world, async () => outcome?.kind === 'answered' && isAllQuiet(world));
    }
  }
}

/**
 * A fleet in which the faults of a table strike one after another, each at its rate. What is true
 * of hosts and guests is compared with what the server does; people come late.
 */
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { ISOLATION_LEASE_MS_MIN } from '@novacron/contract/agent/agent-announcement';
import type { VmId } from '@novacron/contract/ids';
import type { FaultClass } from './fault-table.ts';
import {
  type FenceLevel,
  type HealingMutant,
  type HealingWorld,
  openHealingWorld,
} from './healing-world.ts';
import { type Incident, type IncidentBook, openIncidentBook } from './incident-book.ts';
import { createFleet, type FleetShape, makeVms } from './make-fleet.ts';
import { type ElsewhereStages, measure } from './measure.ts';
import { mend, PEOPLE_MS } from './people.ts';
import type { LeftCopy } from './service.ts';
import { strike } from './strikes.ts';

/** Nothing is going on after this time in which nothing has changed. Unit: ms. */
const QUIET_MS = 45_000;

/** After this time without a change only the end of the fault, or people, help. Unit: ms. */
const PARKED_MS = 300_000;

/** Time until all work that is due after skipped time is done. Unit: ms. */
const WARM_MS = 12_000;

/** An incident is looked at for at least this long. Unit: ms. */
const OPEN_MS_MIN = 30_000;

const STEPS_BETWEEN_LOOKS = 25;
const HOUR_MS = 3_600_000;

/** Parameters of the simulation. */
export interface HealingOptions {
  readonly seed: string;
  readonly table: readonly FaultClass[];
  readonly incidents: number;
  readonly shape: FleetShape;
  readonly mutant?: HealingMutant | undefined;
  /** `power` when absent. */
  readonly fence?: FenceLevel | undefined;
  /** Time for which guarded VMs run on without a server. Unit: ms. */
  readonly isolationLeaseMs?: number | undefined;
  /** Called after the VMs were made, to do something to the world. */
  readonly prepare?: ((world: HealingWorld) => void) | undefined;
}

/** Result of the simulation. Times are virtual. */
export interface HealingReport {
  readonly seed: string;
  readonly fence: FenceLevel;
  readonly incidents: readonly Incident[];
  /** Share of the time in which VMs were up. */
  readonly availability: number;
  readonly vmHours: number;
  /** Hours of all nodes; `awake` was not skipped. */
  readonly nodeHours: { readonly all: number; readonly awake: number };
  /** From the crash of a machine until the server knows. Unit: ms. */
  readonly detectedMs: readonly number[];
  /** From the crash of a machine until its process runs again. Unit: ms. */
  readonly restartedMs: readonly number[];
  /** From the death of a host that was powered off until its guests serve elsewhere. Unit: ms. */
  readonly elsewhereMs: readonly number[];
  /** Times at which each VM of `elsewhereMs` reached the earlier stages. */
  readonly elsewhereStages: readonly ElsewhereStages[];
  /** Hosts that were powered off although their guests served, a sentence each. */
  readonly falseEvictions: readonly string[];
  /** Copies that fences leave for a moment. */
  readonly left: readonly LeftCopy[];
  /** Broken promises, a sentence each. */
  readonly violations: readonly string[];
  readonly hash: string;
}

interface Run {
  readonly world: HealingWorld;
  readonly book: IncidentBook;
  readonly options: HealingOptions;
  readonly violations: string[];
  readonly measured: ReturnType<typeof measure>;
  struck: number;
  sleptMs: number;
  lastActMs: number;
}

/** Runs a seed. */
export async function simulateHealing(options: HealingOptions): Promise<HealingReport> {
  const book = openIncidentBook();
  const measured = measure(book);
  const fleet = createFleet(options.shape);
  const world = await openHealingWorld({ ...options, fleet, ...measured.listeners });
  measured.attach(world);
  const violations: string[] = [];
  const begun = { struck: 0, sleptMs: 0, lastActMs: 0 };
  const run: Run = { world, book, options, violations, measured, ...begun };
  const { fence = 'power', shape } = options;
  try {
    await makeVms(world, shape, { stopsWhenIsolated: fence === 'time' });
    await measured.begin();
    options.prepare?.(world);
    const startMs = world.kernel.clock.nowMs();
    const downBeforeMs = world.service.downMs();
    planFault(run);
    while (run.struck < options.incidents || book.open().length > 0) await goOn(run);
    const atMs = world.kernel.clock.nowMs() - startMs;
    const vmMs = atMs * (shape.vms + (shape.members ?? 0));
    violations.push(
      ...measured.belowBudget,
      ...measured.fencedAlive,
      ...measured.unexplained,
      ...(await checkEnd(world, fleet)),
    );
    const hours = (ms: number): number => (ms * fleet.nodes.length) / HOUR_MS;
    return {
      seed: options.seed,
      fence,
      incidents: book.all,
      availability: 1 - (world.service.downMs() - downBeforeMs) / vmMs,
      vmHours: vmMs / HOUR_MS,
      nodeHours: { all: hours(atMs), awake: hours(atMs - run.sleptMs) },
      ...measured.figures,
      left: world.service.left(),
      violations,
      hash: world.trace.hash(),
    };
  } finally {
    await world.close();
  }
}

/** The next fault of the whole fleet; classes by their share of the rate. */
function planFault(run: Run): void {
  const { world, options, book } = run;
  const rates = options.table.map((fault) => ratePerHour(fault, options.shape));
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const waitMs = (-Math.log(1 - world.chance.next()) / total) * HOUR_MS;
  let left = world.chance.next() * total;
  const chosen = options.table.findIndex((_, index) => {
    left -= rates[index] ?? 0;
    return left < 0;
  });
  const fault = options.table[Math.max(0, chosen)];
  if (fault === undefined) throw new Error('the table has classes');
  world.agenda.at(Math.ceil(world.kernel.clock.nowMs() + waitMs), async () => {
    run.struck += 1;
    run.lastActMs = world.kernel.clock.nowMs();
    const incident = book.begin(fault.id, run.lastActMs, { at: [], vms: [] });
    Object.assign(incident, await strike(world, fault));
    const { at } = incident;
    world.trace.note('fault', fault.id, at);
    if (run.struck < options.incidents) planFault(run);
  });
}

function ratePerHour({ unit, mtbfHours }: FaultClass, shape: FleetShape): number {
  const units = {
    vm: shape.vms + (shape.members ?? 0),
    node: shape.racks * shape.nodesPerRack,
    rack: shape.racks,
    zone: shape.zones,
    pool: 1,
    fleet: 1,
  };
  return units[unit] / mtbfHours;
}

async function goOn(run: Run): Promise<void> {
  const { world, violations } = run;
  const { kernel, agenda, service, server } = world;
  // A server that is back has all the time that is quiet to heal what happened meanwhile.
  if (server.serving() === undefined) run.lastActMs = kernel.clock.nowMs();
  if (agenda.nextMs() <= kernel.clock.nowMs()) {
    run.lastActMs = kernel.clock.nowMs();
    await agenda.run();
  }
  for (let count = 0; count < STEPS_BETWEEN_LOOKS; count += 1) {
    if (agenda.nextMs() <= kernel.clock.nowMs()) break;
    await kernel.step();
  }
  if (run.measured.takeGroupChanged()) await world.followGroup();
  if (service.twice.length > 0 || world.errors.length > 0) {
    violations.push(...service.twice, ...world.errors);
    throw new Error([`seed ${run.options.seed}`, ...violations, ...world.trace.tail()].join('\n'));
  }
  for (const incident of run.book.open()) await lookAfter(run, incident);
  const skipMs = agenda.nextMs() - WARM_MS - kernel.clock.nowMs();
  if (skipMs > 0 && Number.isFinite(skipMs) && (await isAtRest(run))) {
    run.sleptMs += skipMs;
    kernel.sleep(skipMs);
  }
}

async function lookAfter(run: Run, incident: Incident): Promise<void> {
  const { world } = run;
  const nowMs = world.kernel.clock.nowMs();
  const { atMs, endsAtMs = 0, vms, affected, firstDownMs, peopleAtMs = 0 } = incident;
  const down = [...new Set([...vms, ...affected])].flatMap((id) => {
    const vm = world.service.vms.get(id);
    return vm === undefined || vm.isUp ? [] : [vm];
  });
  if (down.length > 0) incident.upAtMs = undefined;
  else {
    incident.upAtMs ??= nowMs;
    if (nowMs >= Math.max(endsAtMs, atMs + OPEN_MS_MIN)) incident.endedAtMs = nowMs;
    return;
  }
  const sinceMs = Math.max(firstDownMs ?? nowMs, peopleAtMs);
  if (nowMs - sinceMs < PEOPLE_MS) {
    planPeople(run, sinceMs + PEOPLE_MS);
    return;
  }
  incident.peopleAtMs = nowMs;
  run.lastActMs = nowMs;
  world.trace.note('people', incident.fault, down.length);
  await mend(world, down);
}

/** So that the time until people come can be skipped. */
function planPeople({ world }: Run, atMs: number): void {
  if (world.agenda.nextMs() > atMs) world.agenda.at(atMs, async () => undefined);
}

async function isAtRest({ world, book, options, lastActMs }: Run): Promise<boolean> {
  const { kernel, service, server, store } = world;
  const quietMs = kernel.clock.nowMs() - Math.max(lastActMs, service.changedAtMs());
  if (quietMs < QUIET_MS || server.serving() === undefined) return false;
  const isAllUp = [...service.vms.values()].every(({ isUp }) => isUp);
  const mayEnd = book
    .open()
    .some(
      ({ atMs, endsAtMs = 0 }) => Math.max(endsAtMs, atMs + OPEN_MS_MIN) <= kernel.clock.nowMs(),
    );
  // Leases end by clocks that do not see skipped time.
  const { fence, isolationLeaseMs = ISOLATION_LEASE_MS_MIN } = options;
  const parkedMs = fence === 'time' ? PARKED_MS + 2 * isolationLeaseMs : PARKED_MS;
  if (isAllUp ? mayEnd : quietMs < parkedMs) return false;
  const status = { in: ['running', 'undoing'] } as const;
  const running = await store.read({ from: 'operations', where: { status }, limit: 1 });
  return running.length === 0;
}

/** Nothing acknowledged is lost, and nothing has drifted. */
async function checkEnd(world: HealingWorld, fleet: Fleet): Promise<readonly string[]> {
  const violations: string[] = [];
  for (const id of world.service.vms.keys()) {
    const found = await world.call('vm.get', { id: id as VmId });
    if (!found.ok) violations.push(`${id} is lost: ${found.error.detail}`);
    else if (found.value.power_state !== 'running') violations.push(`${id} is to stop by itself`);
  }
  const report = await world.call('drift.report', {});
  if (!report.ok) return [...violations, report.error.detail];
  const items = report.value.items as readonly unknown[];
  violations.push(...items.map((item) => `drift: ${JSON.stringify(item)}`));
  const nodes = await world.store.count({ from: 'nodes', limit: fleet.nodes.length + 1 });
  if (nodes !== fleet.nodes.length) violations.push(`${nodes} nodes are left`);
  return violations;
}

/** Cuts nodes off from shared storages, gives them back, and reads what these say. */
import type { StorageFenceReading } from '@novacron/contract/fleet/fence-operations';
import type { NodeCutOff } from '@novacron/contract/fleet/node';
import { assertNever, err, ok, type Result } from '@novacron/contract/result';
import { steadyMs } from '@novacron/runtime/clock';
import { wait } from '@novacron/runtime/wait';
import type { StorageAccess, StorageFence, StorageFences } from '../../../ports/storage-fences.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type {
  StepOutcome,
  StorageStepAction,
} from '../../kernel/definitions/operation-definition.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { ResourceDeps } from '../deps.ts';
import { cutOffOf, cutOffText, findStorageFences } from './node-cut-off.ts';
import { poolHeartbeatOf } from './node-fence.ts';

/** A storage does it at once; some say so late. Unit: ms. */
const READ_MS_MAX = 10_000;
const LOOK_MS = 500;

/** Several storages of a node may be confirmed at the same time. */
const COMMITS_MAX = 5;

type SwitchDeps = Pick<ResourceDeps, 'store' | 'clock' | 'timers' | 'fenceDevices'>;

/** Performs a step: it has succeeded when readings have said so afterwards. */
export async function switchStorage(
  deps: SwitchDeps,
  action: StorageStepAction,
): Promise<StepOutcome> {
  const [row] = await deps.store.read({ from: 'nodes', where: { id: action.nodeId } });
  const storages = deps.fenceDevices?.storages;
  if (row === undefined || storages === undefined) {
    return failed('the node has no storage fence on this server', 'retry');
  }
  switch (action.kind) {
    case 'cut-off-node':
      return cutOff(deps, { row, storages, automatic: action.automatic === true });
    case 'reconnect-node':
      return reconnect(deps, { row, storages, force: action.force === true });
    default:
      return assertNever(action);
  }
}

interface Target {
  readonly row: NodeRow;
  readonly storages: StorageFences;
}

async function cutOff(
  deps: SwitchDeps,
  { row, storages, automatic }: Target & { readonly automatic: boolean },
): Promise<StepOutcome> {
  const { id, name, status } = row;
  if (status !== 'lost') return failed(`${name} answers again`, 'final');
  if (
    automatic &&
    (await readHolds(deps.store, { of: 'healing', nowMs: deps.clock.nowMs() })).all
  ) {
    return failed('healing is held: novacron healing status', 'final');
  }
  if (automatic && poolHeartbeatOf(row)?.state === 'moves') {
    return failed(`the heartbeat of ${name} moves in the shared storage`, 'final');
  }
  const pools = cutOffOf(row)?.pools ?? [];
  if (pools.length === 0) return failed(`${name} was given its storage back`, 'final');
  const faults = await Promise.all(
    pools.map(async ({ pool, state }) => {
      if (state === 'confirmed') return undefined;
      const order = () => storages.cutOff({ node: name, pool });
      const fault = await orderAndRead(deps, { row, storages, pool, order, wanted: 'cut_off' });
      return fault ?? (await recordPool(deps, { id, pool, state: 'confirmed' }));
    }),
  );
  return outcomeOf(faults);
}

async function reconnect(
  deps: SwitchDeps,
  { row, storages, force }: Target & { readonly force: boolean },
): Promise<StepOutcome> {
  const { id, name, status, cut_off_json } = row;
  if (status === 'lost' && !force) return failed(`${name} does not answer any more`, 'final');
  const pools = cutOffOf(row)?.pools ?? [];
  const faults = await Promise.all(
    pools.map(({ pool }) => {
      const order = () => storages.restore({ node: name, pool });
      return orderAndRead(deps, { row, storages, pool, order, wanted: 'reaches' });
    }),
  );
  const outcome = outcomeOf(faults);
  if (outcome.kind !== 'succeeded' || cut_off_json === null) return outcome;
  const done = await commitChanges(deps, [
    {
      kind: 'update',
      table: 'nodes',
      id,
      set: { cut_off_json: null },
      expect: { cut_off_json },
      otherwise: replan(`Node ${name}`),
    },
  ]);
  return done.ok ? outcome : failed(done.error.detail, 'retry');
}

/** @returns why the storage does not say what is wanted; undefined where it does */
async function orderAndRead(
  { clock, timers }: SwitchDeps,
  {
    row: { name: node },
    storages,
    pool,
    order,
    wanted,
  }: Target & {
    readonly pool: string;
    readonly order: () => Promise<Result<void, string>>;
    readonly wanted: StorageAccess;
  },
): Promise<string | undefined> {
  const address = storages.list(node).find((each) => each.pool === pool)?.address;
  if (address === undefined) return `the storage ${pool} has no storage fence for ${node}`;
  const asked = await order();
  if (!asked.ok) return `${address} ${asked.error}`;
  const untilMs = steadyMs(clock) + READ_MS_MAX;
  for (;;) {
    const said = await storages.read({ node, pool });
    if (said.ok && said.value === wanted) return undefined;
    if (steadyMs(clock) >= untilMs) return `${address} ${explainOther(said)}`;
    await wait({ timers, delayMs: LOOK_MS, signals: [] });
  }
}

function explainOther(said: Result<StorageAccess, string>): string {
  if (!said.ok) return said.error;
  const what = said.value === 'reaches' ? 'takes its writes' : 'has cut it off';
  return `still says that the storage ${what}, ${READ_MS_MAX / 1_000} s later`;
}

/** Recorded cut-off state of one storage of a node. */
type RecordedPool = { readonly id: NodeRow['id'] } & NodeCutOff['pools'][number];

/** Records it for a node that is lost. @returns why it was not; undefined where it was */
export async function recordPool(
  { store }: Pick<SwitchDeps, 'store'>,
  { id, pool, state }: RecordedPool,
): Promise<string | undefined> {
  for (let tries = 0; tries < COMMITS_MAX; tries += 1) {
    const [row] = await store.read({ from: 'nodes', where: { id } });
    const known = row && cutOffOf(row);
    if (row === undefined || known === undefined) return 'the node was given its storage back';
    const { status, cut_off_json, name } = row;
    if (status !== 'lost') return `${name} answers again`;
    const pools = known.pools.map((each) => (each.pool === pool ? { pool, state } : each));
    const done = await commitChanges({ store }, [
      {
        kind: 'update',
        table: 'nodes',
        id,
        set: { cut_off_json: cutOffText({ ...known, pools }) },
        expect: { status, cut_off_json },
        otherwise: replan(`Node ${name}`),
      },
    ]);
    if (done.ok) return undefined;
  }
  return `the storage ${pool} could not be recorded`;
}

function outcomeOf(faults: readonly (string | undefined)[]): StepOutcome {
  const found = faults.filter((fault) => fault !== undefined);
  return found.length === 0 ? { kind: 'succeeded' } : failed(found.join('; '), 'retry');
}

function failed(message: string, next: 'retry' | 'final'): StepOutcome {
  return { kind: 'failed', message, next };
}

/** Reads the storage fences of a node; nothing is switched. */
export function testStorages(
  deps: Pick<SwitchDeps, 'fenceDevices'>,
  row: NodeRow,
): Promise<StorageFenceReading[]> {
  const orders = new Set(cutOffOf(row)?.pools.map(({ pool }) => pool) ?? []);
  const fences = findStorageFences(deps, row);
  return Promise.all(fences.map((fence) => testStorage(deps, row, { fence, orders })));
}

async function testStorage(
  { fenceDevices }: Pick<SwitchDeps, 'fenceDevices'>,
  { name: node }: NodeRow,
  { fence, orders }: { readonly fence: StorageFence; readonly orders: ReadonlySet<string> },
): Promise<StorageFenceReading> {
  const { pool, kind, address } = fence;
  const read = (await fenceDevices?.storages?.read({ node, pool })) ?? err('is not configured');
  const fault = faultOf(fence, read, orders.has(pool));
  return {
    pool,
    kind,
    address,
    access: read.ok ? read.value : null,
    ready: fault.ok,
    fault: fault.ok ? null : fault.error,
  };
}

/** A reading that is the same whatever was done proves nothing. */
function faultOf(
  { address, pool }: StorageFence,
  read: Result<StorageAccess, string>,
  isOrdered: boolean,
): Result<void, string> {
  if (!read.ok) return err(`${address} ${read.error}`);
  if (read.value === 'reaches' || isOrdered) return ok(undefined);
  return err(
    `${address} says that ${pool} takes no writes of it, and was not ordered to refuse them`,
  );
}

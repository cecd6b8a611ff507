/**
 * Powers off nodes that are silent on all channels and whose VMs ask to be started elsewhere, or
 * has their storage cut them off, where the configuration allows it. One server does it, under the
 * lease.
 */
import {
  explainFencing,
  explainHeld,
  explainSilence,
} from '@novacron/engine/healing/fence/explain-fencing';
import type { FenceableNode, HeldZone } from '@novacron/engine/healing/fence/model/fencing';
import { planFencing } from '@novacron/engine/healing/fence/plan-fencing';
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { prepareSilentNodeCutOff } from '../../resources/node/prepare-node-cut-off.ts';
import { prepareSilentNodeFence } from '../../resources/node/prepare-node-fence.ts';
import { isSilent, observeFenceable } from './observe-fenceable.ts';
import { recordPoolHeartbeats } from './record-pool-heartbeats.ts';
import { createSecondChannel, type SecondChannel } from './second-channel.ts';
import { type ApartWatch, watchStoragesApart } from './storages-apart.ts';
import { rememberStoredBeats, type StoredBeats } from './stored-beats.ts';

/** Interval between checks of the stored nodes. */
const LOOK_MS = 5_000;

/**
 * Interval between checks for quiet nodes, and between checks of the nodes while a node is quiet.
 */
const LISTEN_MS = 1_000;
const QUIET_LOOK_MS = 250;

/** After a longer pause, such as without the lease, silence is counted from then. */
const PAUSE_MS_MAX = 3 * LOOK_MS;

/**
 * Time for which a node that has returned still counts among the nodes that were silent with it.
 * Unit: ms.
 */
const RETURNED_MS = 30_000;

/** Dependencies of fencing. */
export type FencingParts = BeginParts<CapabilityDeps>;

/** State of this server between rounds. Times are monotonic. */
interface Memory {
  /** Since when it has looked without a pause. Unit: ms. */
  sinceMs: number;
  lastMs: number;
  /** Time of the last check of the stored nodes. Unit: ms. */
  storedMs: number;
  /** The zones that were held in the last round. */
  held: string;
  /**
   * Last time at which each node was silent, by id; only nodes that were silent within
   * `RETURNED_MS`.
   */
  readonly silentMs: Map<string, number>;
  readonly heard: StoredBeats;
}

/** Powers silent nodes off. */
export function fencing(parts: FencingParts): Reconciler {
  const memory: Memory = {
    sinceMs: 0,
    lastMs: Number.NEGATIVE_INFINITY,
    storedMs: Number.NEGATIVE_INFINITY,
    held: '',
    silentMs: new Map(),
    heard: rememberStoredBeats(),
  };
  const channel = createSecondChannel(parts.deps);
  const apart = watchStoragesApart();
  return {
    name: 'fencing',
    summary: 'Powers off unresponsive nodes whose VMs are configured to restart elsewhere.',
    everyMs: LISTEN_MS,
    lease: 'reconcilers',
    subscribe: (_budget, wake) => channel.listen(wake),
    run: async (budget) => {
      await fenceSome(parts, budget, { memory, channel, apart });
      const nextMs = channel.hasQuiet() ? QUIET_LOOK_MS : channel.untilQuietMs();
      return { nextMs: Math.min(LISTEN_MS, nextMs) };
    },
  };
}

async function fenceSome(
  parts: FencingParts,
  budget: ReconcilerBudget,
  {
    memory,
    channel,
    apart,
  }: {
    readonly memory: Memory;
    readonly channel: SecondChannel;
    readonly apart: ApartWatch;
  },
): Promise<void> {
  const { deps } = parts;
  const nowMs = steadyMs(deps.clock);
  if (nowMs - memory.lastMs > PAUSE_MS_MAX) {
    memory.sinceMs = nowMs;
    channel.forget();
  }
  memory.lastMs = nowMs;
  if (!channel.hasQuiet() && nowMs - memory.storedMs < LOOK_MS) return;
  memory.storedMs = nowMs;
  const rows = await deps.store.read({ from: 'nodes' });
  rememberSilent(memory, rows, nowMs);
  memory.heard.see(rows, nowMs);
  await apart.look(deps, rows, budget.guard);
  const silent = rows.filter(isSilent);
  channel.ask(rows, new Set(silent.map(({ name }) => name)));
  await recordPoolHeartbeats(deps, silent, { channel, guard: budget.guard });
  const afterMs = deps.fenceDevices?.automaticAfterMs;
  if (silent.length === 0) memory.held = '';
  if (silent.length === 0 || afterMs === undefined) return;
  const nodes = await observeFenceable(deps, rows, {
    channel,
    wasSilent: (id) => memory.silentMs.has(id),
    silenceMs: ({ id, name }, state) => {
      const unheardMs = channel.silenceMs(name) ?? Number.POSITIVE_INFINITY;
      // Few heartbeats of one that is not lost yet are stored: what was heard here counts.
      if (state === 'suspected' && Number.isFinite(unheardMs)) return unheardMs;
      const { sinceMs } = memory;
      return Math.min(unheardMs, nowMs - Math.max(sinceMs, memory.heard.atMs(id) ?? sinceMs));
    },
  });
  const plan = planFencing({ nodes, afterMs }, { nowMs: deps.clock.nowMs() });
  // Those that are alive are reported when it is recorded, and by an incident.
  const lines = explainFencing({ ...plan, held: [], alive: [] });
  for (const line of lines) deps.logger.warn({}, line);
  // Seconds of silence are no alarm yet: pauses of several agents pass by themselves.
  const lost = new Set(nodes.filter(({ state }) => state === 'silent').map(({ name }) => name));
  const held = plan.held.filter((zone) => zone.silent.some((name) => lost.has(name)));
  await tellHeld(parts, { held, memory, guard: budget.guard });
  const due = [
    ...plan.fence.map((node) => ({ node, level: 'power' as const })),
    ...plan.cutOff.map((node) => ({ node, level: 'storage' as const })),
  ];
  for (const { node, level } of due) {
    const row = rows.find(({ id }) => id === node.id);
    if (row === undefined || !budget.mayContinue()) break;
    await fence(parts, budget, { row, node, level });
  }
}

function rememberSilent({ silentMs }: Memory, rows: readonly NodeRow[], nowMs: number): void {
  for (const row of rows) if (isSilent(row)) silentMs.set(row.id, nowMs);
  for (const [id, lastMs] of silentMs) if (nowMs - lastMs >= RETURNED_MS) silentMs.delete(id);
}

/** Says so, once for each set of silent nodes. */
async function tellHeld(
  { deps }: FencingParts,
  {
    held,
    memory,
    guard,
  }: {
    readonly held: readonly HeldZone[];
    readonly memory: Memory;
    readonly guard: ReconcilerBudget['guard'];
  },
): Promise<void> {
  const now = JSON.stringify(held);
  if (now === memory.held) return;
  const news = held.filter((zone) => !memory.held.includes(JSON.stringify(zone)));
  memory.held = now;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined || news.length === 0) return;
  for (const zone of news) {
    const detail = `${explainHeld(zone)}.`;
    deps.logger.warn({}, detail);
    await commitUnder(guard, deps, [
      eventChange(deps, {
        tenantId: tenant.id,
        type: 'node.fencing_held',
        source: 'healing',
        target: zone.zone ?? 'fleet',
        // The incident of these nodes is the alarm; this says why nothing is done about it.
        priority: 'high',
        data: {
          zone: zone.zone,
          rack: zone.rack,
          nodes: zone.silent,
          detail,
          remedy:
            'Find out what they have in common. Confirm those that are off: novacron node ' +
            'confirm-dead NODE.',
        },
      }),
    ]);
  }
}

async function fence(
  parts: FencingParts,
  { guard }: ReconcilerBudget,
  {
    row,
    node,
    level,
  }: { readonly row: NodeRow; readonly node: FenceableNode; readonly level: 'power' | 'storage' },
): Promise<void> {
  const { deps } = parts;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return;
  const begun = await beginWrite(parts, {
    who: 'fencing',
    class: 'recovery',
    target: { kind: 'node', row },
    guard,
    name: level === 'power' ? 'node.fence' : 'node.cut_off',
    input: { id: row.id, reason: explainSilence(node) },
    prepare: level === 'power' ? prepareSilentNodeFence : prepareSilentNodeCutOff,
    context: platformContext(deps, tenant.id, 'healer'),
  });
  if (begun.kind === 'refused') {
    deps.logger.warn({ node: row.name, problem: begun.problem }, 'a node is not fenced');
  }
}

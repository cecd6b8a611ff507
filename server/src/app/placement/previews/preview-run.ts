/** The preview runs of clients: what each has previewed so far, as overlays over the fleet. */
import { NodeId } from '@novacron/contract/ids';
import { type FleetIndex, findNamedNode } from '@novacron/engine/placement/place/index/fleet-index';
import {
  type FleetOverlay,
  openOverlay,
  putOnOverlay,
} from '@novacron/engine/placement/place/index/fleet-overlay';
import type { Amounts, PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { Store } from '../../../ports/store.ts';
import type { PlacementPreviewRow, PreviewPlaceRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { setWithLimit } from '../../rows/set-with-limit.ts';
import type { PlacementDeps } from '../deps.ts';
import type { ExpectedVms, PreviewPlace, PreviewRun } from '../placement-memory.ts';
import { loadFleet } from './load-fleet.ts';
import { readDecision } from './stored-preview.ts';

/** Minimum time for which a run decides by the fleet as it was read: previews reserve nothing. */
const FLEET_MS = 1_000;

/** The time between two readings of the fleet, as a multiple of the time that one takes. */
const FLEET_READS_APART = 20;

/** Runs whose overlays are remembered; those of others are read again. */
const RUNS_MAX = 64;

/** Kept previews whose room is left to them. */
const EXPECTED_MAX = 1_000;

/** Names a run among those of all tenants. */
export function runKeyOf(tenantId: string, session: string): string {
  return `${tenantId}/${session}`;
}

/** The id of a run's place by its number: a number is given once. */
export function placeIdOf(runKey: string, number: number): string {
  return `${runKey}/${String(number).padStart(8, '0')}`;
}

function numberOf({ id }: PreviewPlaceRow): number {
  return Number(id.slice(id.lastIndexOf('/') + 1));
}

/** Whether the run has refused a VM: its plan is not applied. */
export function hasRefused({ refused }: PreviewRun): boolean {
  return refused.size > 0;
}

/** Serializes the calls of a run: those of a batch begin together. */
export async function runExclusive<T>(
  deps: PlacementDeps,
  runKey: string,
  act: () => Promise<T>,
): Promise<T> {
  const { turns } = deps.placementMemory.runs;
  const before = turns.get(runKey) ?? Promise.resolve();
  const mine = before.then(act, act);
  turns.set(runKey, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(runKey) === mine) turns.delete(runKey);
  }
}

/** Remembers that a place of a run, which is on its overlay, is being written. */
export function trackWrite(deps: PlacementDeps, runKey: string, written: Promise<unknown>): void {
  const { writes } = deps.placementMemory.runs;
  const ofRun = writes.get(runKey) ?? new Set();
  writes.set(runKey, ofRun);
  const ended = written
    .catch(() => undefined)
    .then(() => {
      ofRun.delete(ended);
      if (ofRun.size === 0 && writes.get(runKey) === ofRun) writes.delete(runKey);
    });
  ofRun.add(ended);
}

/** Resolves when the places of a run are written, or have failed to be. */
export async function awaitWrites(deps: PlacementDeps, runKey: string): Promise<void> {
  await Promise.all(deps.placementMemory.runs.writes.get(runKey) ?? []);
}

/** Opens a run, or brings what is remembered of it up to date. */
export async function openRun(
  deps: PlacementDeps,
  context: CallContext,
  session: string,
): Promise<PreviewRun> {
  const { tenantId } = context.principal;
  const runKey = runKeyOf(tenantId, session);
  const { byKey } = deps.placementMemory.runs;
  const known = byKey.get(runKey);
  const isFresh = known !== undefined && deps.clock.nowMs() <= known.staleAtMs;
  const run = isFresh ? known : await loadRun(deps, tenantId, known);
  for (const row of await readNewPlaces(deps.store, { tenantId, session }, run)) {
    putPlace(run, { row, ask: readAsk(row) });
    run.count = numberOf(row);
  }
  setWithLimit(byKey, [runKey, run], RUNS_MAX);
  return run;
}

/**
 * Reads the places that other servers have written. Mostly there are none, which a read of the next
 * number shows: the database finds those of a run by reading all of them.
 */
async function readNewPlaces(
  store: Store,
  { tenantId, session }: { readonly tenantId: string; readonly session: string },
  { count }: PreviewRun,
): Promise<readonly PreviewPlaceRow[]> {
  const runKey = runKeyOf(tenantId, session);
  const next = { id: placeIdOf(runKey, count + 1) };
  const [first] = await store.read({ from: 'preview_places', where: next });
  if (first === undefined) return [];
  const where = { tenant_id: tenantId, session, id: { above: placeIdOf(runKey, count) } };
  return store.read({ from: 'preview_places', where });
}

/** Forgets a run whose overlay differs from the store. */
export function forgetRun(deps: PlacementDeps, runKey: string): void {
  deps.placementMemory.runs.byKey.delete(runKey);
}

/** Reads the fleet, and puts the VMs of the run on it. */
async function loadRun(
  deps: PlacementDeps,
  tenantId: string,
  known: PreviewRun | undefined,
): Promise<PreviewRun> {
  const beganAtMs = deps.clock.nowMs();
  const { index, names, wakeable, licences } = await loadFleet(deps, tenantId);
  const readAtMs = deps.clock.nowMs();
  const run: PreviewRun = {
    overlay: openOverlay(index),
    expected: undefined,
    places: new Map(),
    refused: new Set(),
    names,
    wakeable,
    licences,
    staleAtMs: readAtMs + Math.max(FLEET_MS, FLEET_READS_APART * (readAtMs - beganAtMs)),
    count: known?.count ?? 0,
    wantedAtMost: { ...NOTHING, vms: 0 },
  };
  for (const place of known?.places.values() ?? []) putPlace(run, place);
  return run;
}

/**
 * Returns the fleet with the VMs that the run has placed, and with those that earlier runs have
 * shown and that are not created yet: their creates may still come.
 */
export async function expectedOf(
  { store }: Pick<PlacementDeps, 'store'>,
  { principal, deployment }: CallContext,
  run: PreviewRun,
): Promise<FleetOverlay> {
  if (run.expected !== undefined) return run.expected.overlay;
  const rows = await store.read({
    from: 'placement_previews',
    where: { tenant_id: principal.tenantId, deployment },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: EXPECTED_MAX,
  });
  const { index } = run.overlay;
  const overlay = openOverlay(index);
  const isNew = ({ name }: PlacementPreviewRow): boolean => !run.names.has(name);
  const expected = { overlay, keys: putExpected(overlay, index, rows.filter(isNew)) };
  for (const place of run.places.values()) putOnExpected(expected, place, run);
  run.expected = expected;
  return overlay;
}

/** Puts the newest of each name onto an overlay. @returns their keys */
function putExpected(
  overlay: FleetOverlay,
  index: FleetIndex,
  rows: readonly PlacementPreviewRow[],
): ReadonlySet<string> {
  const keyByName = new Map<string, string>();
  for (const row of rows) {
    const decision = readDecision(row);
    if (decision === undefined || keyByName.has(row.name)) continue;
    keyByName.set(row.name, row.lookup_key);
    const node = findNamedNode(index, decision.target_node);
    if (node !== undefined) put(overlay, readAsk(row), node.id);
  }
  return new Set(keyByName.values());
}

/** Puts a place of a run onto its overlays; a VM that exists by now is on the fleet. */
export function putPlace(run: PreviewRun, place: PreviewPlace): void {
  const { row, ask, replaces = false } = place;
  run.places.set(row.name, place);
  run.refused.delete(row.name);
  if (row.node_id === null) {
    run.refused.add(row.name);
    return;
  }
  run.wantedAtMost = {
    ...addAmounts(run.wantedAtMost, ask.vm),
    vms: run.wantedAtMost.vms + 1,
  };
  if (run.names.has(row.name) && !replaces) return;
  put(run.overlay, ask, NodeId.parse(row.node_id));
  if (run.expected !== undefined) putOnExpected(run.expected, place, run);
}

/** Copies the overlay of a run: what is tried on the copy is no part of the run. */
export function copyOverlay({ overlay: { index }, names, places }: PreviewRun): FleetOverlay {
  const copy = openOverlay(index);
  for (const { row, ask, replaces = false } of places.values()) {
    if (row.node_id === null || (names.has(row.name) && !replaces)) continue;
    put(copy, ask, NodeId.parse(row.node_id));
  }
  return copy;
}

function putOnExpected(
  { overlay, keys }: ExpectedVms,
  { row, ask, replaces = false }: PreviewPlace,
  { names }: Pick<PreviewRun, 'names'>,
): void {
  if (row.node_id === null || keys.has(row.lookup_key)) return;
  if (names.has(row.name) && !replaces) return;
  put(overlay, ask, NodeId.parse(row.node_id));
}

/** Reads the placement request of a VM of a run, or of a kept preview. */
function readAsk({ ask_json }: { readonly ask_json: string }): PlacementRequest {
  // Written from a PlacementRequest when the VM was previewed.
  return JSON.parse(ask_json);
}

/** The amounts of no VM. */
export const NOTHING: Amounts = { cpuCores: 0, memoryMib: 0, diskGb: 0 };

/** Adds amounts. */
export function addAmounts(sum: Amounts, more: Amounts): Amounts {
  return {
    cpuCores: sum.cpuCores + more.cpuCores,
    memoryMib: sum.memoryMib + more.memoryMib,
    diskGb: sum.diskGb + more.diskGb,
  };
}

function put(overlay: FleetOverlay, ask: PlacementRequest, nodeId: NodeId): void {
  putOnOverlay(overlay, ask, nodeId);
}

/**
 * Previews the placement of a VM for a plan. The VMs that one run of a client has previewed stand
 * on
 * an overlay of that run, so that they do not all get the same best node, and no create loses room
 * by them. A preview is stored and shown again until the VM is created, because Terraform plans
 * once more during apply and a plan may not change then.
 */
import { NodeId } from '@novacron/contract/ids';
import { canonicalJson } from '@novacron/contract/json';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { PlacementRefusal } from '@novacron/contract/placement/placement-preview';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { describeRefusal } from '@novacron/engine/placement/place/explain/describe-refusal';
import { findNamedNode } from '@novacron/engine/placement/place/index/fleet-index';
import type {
  PlacementPlan,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { Change } from '../../../ports/store.ts';
import type { PlacementPreviewRow, PreviewPlaceRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import { explainConflictingRules } from '../decide/explain-conflicting-rules.ts';
import { place } from '../decide/place.ts';
import type { PlacementDeps } from '../deps.ts';
import type { PreviewRun } from '../placement-memory.ts';
import { type NewVm, numberVm } from '../prices/number-vms.ts';
import { checkRunQuota } from './check-run-quota.ts';
import {
  awaitWrites,
  expectedOf,
  forgetRun,
  hasRefused,
  openRun,
  placeIdOf,
  putPlace,
  runExclusive,
  runKeyOf,
  trackWrite,
} from './preview-run.ts';
import { previewKeyOf, readDecision } from './stored-preview.ts';

/** Maximum number of attempts at a preview after conflicts with another server in the same run. */
const ROUNDS_MAX = 16;

/** Preview as shown in a plan. */
export interface StoredPreview {
  readonly decision: PlacementDecision;
  /** For the user, where today's choice is another one. */
  readonly notice: string | undefined;
}

/** Place of a VM of a plan, among the VMs of its run. */
export interface PlannedPlace {
  readonly ask: PlacementRequest;
  /** Name of its node. */
  readonly node: string;
  /** The fleet, with the VMs that the run has placed. */
  readonly overlay: PreviewRun['overlay'];
  readonly licences: PreviewRun['licences'];
}

/** A VM in a plan. */
interface Question extends NewVm {
  /** Without the additions of policies: the preview stays valid when a policy changes. */
  readonly asked: PlacementRequest;
  readonly session: string;
  /** Another VM has its name or address: the plan may delete that one first. */
  readonly replaces: boolean;
  /** The plan may be applied although the VM has no node now: a refusal is not stored. */
  readonly mayFail: boolean;
  /** Returns additional explanations of its place; they are stored with the preview. */
  readonly explain?: ((place: PlannedPlace) => Promise<readonly string[]>) | undefined;
}

/**
 * Previews a VM and stores the preview.
 * @returns what the plan shows; `quota-exceeded` where all VMs of the run together exceed the quota
 *   of the tenant; `no-capacity` with the id of the stored refusal in its remedy; or
 *   `conflict` where the same run is previewed through many servers at once
 */
export async function storePreview(
  deps: PlacementDeps,
  context: CallContext,
  question: Question,
): Promise<Result<StoredPreview, Problem>> {
  const runKey = runKeyOf(context.principal.tenantId, question.session);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const staged = await runExclusive(deps, runKey, () => tryOnce(deps, context, question));
    const answer = staged.ok ? await endOf(staged.value) : staged;
    if (answer.ok) return answer;
    const isOutrun = answer.error.data?.replan === true;
    // A VM whose write failed stands on the overlay all the same.
    if (isOutrun || staged.ok) forgetRun(deps, runKey);
    if (!isOutrun) return answer;
  }
  return err(replan('The plan'));
}

/** VMs of a plan that are placed together: the members of a VM group. */
interface GroupQuestion {
  /** Without the additions of policies. */
  readonly asked: readonly PlacementRequest[];
  readonly session: string;
  /** Other VMs have their names: the plan may delete those first. */
  readonly replaces: boolean;
  /** Places the VMs with these indexes after VMs of the run that do not exist yet. */
  readonly placeAll: (
    indexes: readonly number[],
    planned: readonly PlacedVm[],
  ) => Promise<Result<readonly PlacedMember[], Problem>>;
}

/** A VM that the run has placed. */
interface PlacedVm {
  readonly ask: PlacementRequest;
  readonly nodeId: NodeId;
}

/** A member and its place. */
interface PlacedMember {
  readonly ask: PlacementRequest;
  readonly plan: PlacementPlan;
}

/**
 * Previews VMs that are placed together, and stores one preview for each. Later VMs of the run see
 * them as placed.
 * @returns the decisions in the order of the VMs, as they were shown before; the
 *   problem of `placeAll`; or `conflict` where the run is previewed through several servers
 */
export async function storeGroupPreview(
  deps: PlacementDeps,
  context: CallContext,
  question: GroupQuestion,
): Promise<Result<readonly PlacementDecision[], Problem>> {
  const runKey = runKeyOf(context.principal.tenantId, question.session);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const kept = await runExclusive(deps, runKey, () => tryGroup(deps, context, question));
    if (kept.ok) return kept;
    // Its overlay may contain members that were not stored.
    forgetRun(deps, runKey);
    if (kept.error.data?.replan !== true) return kept;
  }
  return err(replan('The plan'));
}

async function tryGroup(
  deps: PlacementDeps,
  context: CallContext,
  { asked, session, replaces, placeAll }: GroupQuestion,
): Promise<Result<readonly PlacementDecision[], Problem>> {
  const run = await openRun(deps, context, session);
  const keys = asked.map((each) => previewKeyOf(context, each));
  const rows = await readPreviews(deps, keys);
  const decisions = new Map<number, PlacementDecision>();
  for (const [at, ask] of asked.entries()) {
    const lookupKey = keys[at] ?? '';
    const kept = readDecision(rows.get(lookupKey));
    if (kept === undefined) continue;
    decisions.set(at, kept);
    const node = findNamedNode(run.overlay.index, kept.target_node);
    if (node === undefined || run.places.has(ask.vm.name)) continue;
    const own = { name: ask.vm.name, lookup_key: lookupKey, node_id: node.id };
    putPlace(run, { row: { ...own, origin: 'earlier' }, ask, replaces });
  }
  const missing = [...asked.keys()].filter((at) => !decisions.has(at));
  const nowMs = deps.clock.nowMs();
  const renewals = [...decisions.keys()].flatMap((at) =>
    renewalOf(rows.get(keys[at] ?? ''), nowMs),
  );
  if (missing.length === 0 && renewals.length > 0) {
    const renewed = await commitChanges(deps, renewals);
    if (!renewed.ok) return renewed;
  }
  if (missing.length > 0) {
    const placed = await placeAll(missing, placesOf(run));
    if (!placed.ok) return placed;
    const changes = missing.flatMap((at, index) => {
      const member = placed.value[index];
      const [lookupKey, request] = [keys[at], asked[at]];
      if (member === undefined || lookupKey === undefined || request === undefined) return [];
      const { ask, plan } = member;
      decisions.set(at, plan.decision);
      const row = rows.get(lookupKey);
      const question = { ask, asked: request, session, replaces, mayFail: true };
      const keep = { deps, context, question, lookupKey, row, kept: undefined, run };
      const made = keepingChanges(keep, plan);
      run.count += 1;
      putPlace(run, { row: made.row, ask, replaces });
      return made.changes;
    });
    const written = await commitChanges(deps, [...renewals, ...changes]);
    if (!written.ok) return written;
  }
  return ok(asked.flatMap((_ask, at) => decisions.get(at) ?? []));
}

/** The VMs of a run that have a place and do not exist yet. */
function placesOf(run: PreviewRun): readonly PlacedVm[] {
  return [...run.places.values()].flatMap(({ row, ask, replaces }) =>
    row.node_id === null || (run.names.has(row.name) && !replaces)
      ? []
      : [{ ask, nodeId: NodeId.parse(row.node_id) }],
  );
}

/** The VMs of a run that do not exist yet, besides that of a name. */
function countPlanned(run: PreviewRun, name: string): number {
  const planned = [...run.places.values()].filter(({ row }) => row.node_id !== null);
  return planned.filter(({ row }) => row.name !== name && !run.names.has(row.name)).length;
}

/** Reads stored previews. @returns them by their keys */
export async function readPreviews(
  { store }: Pick<PlacementDeps, 'store'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, PlacementPreviewRow>> {
  const where = { lookup_key: { in: keys } };
  const rows = await store.read({ from: 'placement_previews', where });
  return new Map(rows.map((row) => [row.lookup_key, row]));
}

/** A preview whose VM stands on the overlay already while it is being written. */
interface StagedPreview extends StoredPreview {
  readonly written: Promise<Result<void, Problem>>;
}

async function endOf({ written, ...kept }: StagedPreview): Promise<Result<StoredPreview, Problem>> {
  const done = await written;
  return done.ok ? ok(kept) : done;
}

async function tryOnce(
  deps: PlacementDeps,
  context: CallContext,
  question: Question,
): Promise<Result<StagedPreview, Problem>> {
  const { asked, session, replaces, mayFail } = question;
  const lookupKey = previewKeyOf(context, asked);
  const run = await openRun(deps, context, session);
  const [row] = await deps.store.read({
    from: 'placement_previews',
    where: { lookup_key: lookupKey },
  });
  const kept = readDecision(row);
  const { tenantId } = context.principal;
  const plannedVms = countPlanned(run, question.ask.vm.name);
  const ask = await numberVm(deps, question, { tenantId, plannedVms });
  if (kept !== undefined && run.places.get(ask.vm.name)?.row.lookup_key === lookupKey) {
    return ok({ decision: kept, notice: undefined, written: WRITTEN });
  }
  const keep = { deps, context, question: { ...question, ask }, lookupKey, row, kept, run };
  const tooMuch = await checkRunQuota(deps.store, tenantId, { run, ask });
  if (tooMuch !== undefined) {
    return err(mayFail ? tooMuch : toAnswer(tooMuch, await noteRefusal(keep, [])));
  }
  const expected = kept === undefined ? await expectedOf(deps, context, run) : undefined;
  const { overlay, wakeable, licences } = run;
  const placed = await place(
    'preview',
    { ask, overlay, licences, kept, wakeable, expected },
    { deps, context, nowMs: deps.clock.nowMs() },
  );
  if (!placed.ok) {
    const planned = [...run.places.values()].map((place) => place.ask);
    const asked = { tenantId, ask, planned };
    const refused = await explainConflictingRules(deps.store, asked, placed.error);
    return err(mayFail ? refused : await keepRefusal(keep, refused));
  }
  const { notice, plan } = placed.value;
  if (kept === undefined) {
    const explained = await withMore(plan, question, { ask, overlay, licences });
    return ok({ decision: explained.decision, notice, written: writePlace(keep, explained) });
  }
  // Other servers expect the VM by its stored preview.
  const at = { name: ask.vm.name, lookup_key: lookupKey, node_id: plan.nodeId };
  putPlace(run, { row: { ...at, origin: 'earlier' }, ask, replaces });
  const renewals = renewalOf(row, deps.clock.nowMs());
  const written = renewals.length === 0 ? WRITTEN : commitChanges(deps, renewals);
  return ok({ decision: kept, notice, written });
}

async function withMore(
  plan: PlacementPlan,
  { explain }: Question,
  of: Omit<PlannedPlace, 'node'>,
): Promise<PlacementPlan> {
  const { decision } = plan;
  const more = (await explain?.({ ...of, node: decision.target_node })) ?? [];
  if (more.length === 0) return plan;
  return { ...plan, decision: { ...decision, explanation: [...decision.explanation, ...more] } };
}

/** The time after which a stored preview is renewed when it is shown again. */
const RENEW_MS = 86_400_000;

/** A preview that is shown again is stored for as long as the plan that shows it can be applied. */
function renewalOf(row: PlacementPreviewRow | undefined, nowMs: number): readonly Change[] {
  if (row === undefined || nowMs - row.created_at_ms < RENEW_MS) return [];
  const set = { created_at_ms: nowMs };
  const otherwise = replan('The preview');
  return [{ kind: 'update', table: 'placement_previews', id: row.id, set, otherwise }];
}

const WRITTEN = Promise.resolve(ok(undefined));

/** The next VM of the run finds this one on the overlay and does not wait for the disk. */
function writePlace(keep: Keeping, plan: PlacementPlan): Promise<Result<void, Problem>> {
  const { deps, context, question, run } = keep;
  const { row, changes } = keepingChanges(keep, plan);
  const written = commitChanges(deps, changes);
  run.count += 1;
  putPlace(run, { row, ask: question.ask, replaces: question.replaces });
  trackWrite(deps, runKeyOf(context.principal.tenantId, question.session), written);
  return written;
}

interface Keeping {
  readonly deps: PlacementDeps;
  readonly context: CallContext;
  readonly question: Omit<Question, 'networks'>;
  readonly lookupKey: string;
  /** The stored preview with the key. */
  readonly row: PlacementPreviewRow | undefined;
  /** Its decision. */
  readonly kept: PlacementDecision | undefined;
  readonly run: PreviewRun;
}

/** The plan of a run that has refused a VM is not applied: its previews are not stored. */
function keepingChanges(
  keep: Keeping,
  plan: PlacementPlan,
): { readonly row: PreviewPlaceRow; readonly changes: readonly Change[] } {
  const origin = hasRefused(keep.run) ? 'earlier' : 'new';
  const row = placeRow(keep, { origin, nodeId: plan.nodeId });
  if (origin === 'earlier') return { row, changes: [placeChange(row)] };
  const decision_json = canonicalJson(plan.decision);
  const preview = previewChange(keep, { decision_json, refusal_json: null });
  return { row, changes: [placeChange(row), preview] };
}

function placeRow(
  { deps, context, question, lookupKey, run }: Keeping,
  place: { readonly origin: 'new' | 'earlier'; readonly nodeId: string | null },
): PreviewPlaceRow {
  const { ask, session } = question;
  const { tenantId } = context.principal;
  return {
    id: placeIdOf(runKeyOf(tenantId, session), run.count + 1),
    tenant_id: tenantId,
    session,
    name: ask.vm.name,
    lookup_key: lookupKey,
    origin: place.origin,
    node_id: place.nodeId,
    ask_json: canonicalJson(ask),
    created_at_ms: deps.clock.nowMs(),
  };
}

function placeChange(row: PreviewPlaceRow): Change {
  return { kind: 'insert', into: 'preview_places', row, otherwise: replan('The plan') };
}

/** Stores a refusal, so that it can be shown; a decision that was shown before is not replaced. */
async function keepRefusal(keep: Keeping, refused: Problem): Promise<Problem> {
  const nodes = describeRefusal(refused);
  if (Object.keys(nodes).length === 0 || keep.kept !== undefined) return refused;
  const refusal: PlacementRefusal = { detail: refused.detail, nodes };
  const json = { decision_json: null, refusal_json: canonicalJson(refusal) };
  const change = previewChange(keep, json);
  const noted = await noteRefusal(keep, [change]);
  if (!noted.ok) return toAnswer(refused, noted);
  return withHint(refused, change.kind === 'insert' ? change.row.id : change.id);
}

/** Drops the previews of the run's other VMs: the plan is not applied. */
async function noteRefusal(
  keep: Keeping,
  changes: readonly Change[],
): Promise<Result<void, Problem>> {
  const { deps, context, question, run } = keep;
  // Writes in progress are undone as well.
  await awaitWrites(deps, runKeyOf(context.principal.tenantId, question.session));
  const made = [...run.places.values()].filter(({ row }) => row.origin === 'new');
  const undone = await deps.store.read({
    from: 'placement_previews',
    where: { lookup_key: { in: made.map(({ row }) => row.lookup_key) } },
  });
  return commitChanges(deps, [
    placeChange(placeRow(keep, { origin: 'earlier', nodeId: null })),
    ...changes,
    ...undone.map(({ id }): Change => ({ kind: 'drop', from: 'placement_previews', id })),
  ]);
}

/** A refusal that could not be stored is still a refusal; after a conflict the run tries again. */
function toAnswer(refused: Problem, noted: Result<void, Problem>): Problem {
  return noted.ok || noted.error.data?.replan !== true ? refused : noted.error;
}

function withHint(refused: Problem, id: string): Problem {
  const hint = `\`novacron placement-preview show ${id}\` lists the reasons node by node.`;
  return { ...refused, remedy: `${refused.remedy} ${hint}` };
}

function previewChange(
  { deps, context, question, lookupKey, row }: Keeping,
  json: Pick<PlacementPreviewRow, 'decision_json' | 'refusal_json'>,
) {
  const created_at_ms = deps.clock.nowMs();
  const otherwise = replan('The preview');
  if (row !== undefined) {
    const set = { ...json, created_at_ms, created_vm_id: null };
    return { kind: 'update', table: 'placement_previews', id: row.id, set, otherwise } as const;
  }
  return {
    kind: 'insert',
    into: 'placement_previews',
    row: {
      id: deps.ids.next('ppv'),
      tenant_id: context.principal.tenantId,
      lookup_key: lookupKey,
      deployment: context.deployment,
      name: question.ask.vm.name,
      ask_json: canonicalJson(question.ask),
      ...json,
      created_at_ms,
      created_vm_id: null,
    },
    otherwise,
  } as const;
}

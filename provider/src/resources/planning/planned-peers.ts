/**
 * VMs that this plan creates and that have no node yet, because they depend on unknown values or
 * are members of a group. An affinity rule towards one of them is valid, although the server finds
 * no node for it yet.
 */
import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import type { Problem } from '@novacron/contract/problem/problem';
import { isRecord } from '../../cty/is-record.ts';
import { isUnknown } from '../../cty/unknown.ts';
import { withAllLabels } from '../../fields/default-labels.ts';
import { containsUnknown, type Values } from '../../fields/field-values.ts';
import type { ResourceKindInfo } from '../../fields/resource-kinds.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { PlannedPeer } from '../../rpc/planned-peer.ts';
import type { Session } from '../../rpc/session.ts';

const NO_ROOM = 'no-capacity';

/** Records what a plan creates, for VMs with an affinity rule towards it. */
export function recordPlannedPeer(
  { peers }: Session,
  { kind }: ResourceKindInfo,
  made: { readonly change: PlanChange<Schema>; readonly isPlaced: boolean },
): void {
  if (made.change.kind !== 'create' || (kind !== 'vm' && kind !== 'vm_group')) return;
  const values = withAllLabels(made.change.plan);
  const { name } = values;
  const isVm = kind === 'vm';
  const vm = isVm ? values : isRecord(values.vm) ? values.vm : {};
  peers.set(`${kind} ${isUnknown(name) ? peers.size : String(name)}`, {
    label: `${isVm ? 'VM' : 'VM group'} ${isUnknown(name) ? '(name not known)' : name}`,
    isNamed: (asked) =>
      isUnknown(name) || (isVm ? asked === name : `${asked}`.startsWith(`${name}-`)),
    labels: vm.metadata ?? null,
    group: vm.anti_affinity ?? null,
    isPlaced: made.isPlaced,
  });
}

/** A write as it is previewed. */
type PreviewedWrite = Pick<Asking, 'operation' | 'input'>;

/** A write for which the server found no node. */
interface Asking {
  readonly operation: PreviewableOperation;
  /** Previewed input, with the id of the changed resource. */
  readonly input: Values;
  readonly unknown: readonly string[];
  readonly doing: string;
}

/** Whether a VM must be near one of this plan that has no node yet: it may have none either. */
export function mayDefer(session: Session, asking: PreviewedWrite): boolean {
  return findWanted(session, asking).length > 0;
}

function findWanted(session: Session, asking: PreviewedWrite): readonly PlannedPeer[] {
  const rules = nearRules(asking);
  if (rules.length === 0) return [];
  return findOpen(session, asking).filter((peer) => rules.some((rule) => selects(rule, peer)));
}

/** The server previews the VMs of a plan together; other writes see only existing VMs. */
function findOpen(
  { peers }: Session,
  { operation }: Pick<Asking, 'operation'>,
): readonly PlannedPeer[] {
  return [...peers.values()].filter(({ isPlaced }) => operation !== 'vm.create' || !isPlaced);
}

/**
 * Accepts a `no-capacity` problem that is caused by affinity to a VM which this plan creates, and
 * warns that the node is chosen at apply.
 * @returns whether the problem is accepted
 */
export async function deferToPlannedPeer(
  session: Session,
  found: Problem,
  asking: Asking,
  { diagnostics, signal }: { readonly diagnostics: Diagnostics; readonly signal: AbortSignal },
): Promise<boolean> {
  if (found.code !== NO_ROOM) return false;
  const { doing } = asking;
  const wanted = findWanted(session, asking);
  if (wanted.length === 0 || !(await fitsWithout(session, asking, signal))) return false;
  diagnostics.warning({
    summary: `Node is chosen at apply: ${doing}`,
    detail:
      'It must be placed near resources that this plan creates and whose nodes are not known ' +
      'yet: ' +
      `${wanted.map(({ label }) => label).join(', ')}. If no node has room for all of them, the ` +
      'apply fails at this resource.',
    path: [isOfGroup(asking) ? 'vm' : 'placement'],
  });
  return true;
}

/** Whether a node is found without the rules that cannot be evaluated yet. */
async function fitsWithout(
  session: Session,
  asking: Asking,
  signal: AbortSignal,
): Promise<boolean> {
  const { client } = session;
  const open = findOpen(session, asking);
  const affinity = nearRules(asking).filter((rule) => !open.some((peer) => selects(rule, peer)));
  const answer = await client.call(
    'admission.preview',
    {
      operation: asking.operation,
      input: withRules(asking, affinity),
      unknown: [...asking.unknown],
    },
    { signal },
  );
  return answer.ok && !answer.value.problems.some(({ code }) => code === NO_ROOM);
}

function isOfGroup({ operation }: Pick<Asking, 'operation'>): boolean {
  return operation.startsWith('vm_group.');
}

/** The hard affinity rules of a VM. */
function nearRules(asking: PreviewedWrite): readonly Values[] {
  const { affinity } = placementOf(asking);
  const rules: readonly unknown[] = Array.isArray(affinity) ? affinity : [];
  return rules.filter(isRecord).filter(({ mode }) => mode !== 'soft');
}

function placementOf(asking: PreviewedWrite): Values {
  const vm = isOfGroup(asking) ? asking.input.vm : asking.input;
  const placement = isRecord(vm) ? vm.placement : undefined;
  return isRecord(placement) ? placement : {};
}

function withRules(asking: Asking, affinity: readonly Values[]): Values {
  const { input } = asking;
  const placement = { ...placementOf(asking), affinity };
  if (!isOfGroup(asking)) return { ...input, placement };
  return { ...input, vm: { ...(isRecord(input.vm) ? input.vm : {}), placement } };
}

function selects({ vm, group, labels }: Values, peer: PlannedPeer): boolean {
  if ((vm ?? null) !== null) return peer.isNamed(vm);
  if ((group ?? null) !== null) return isUnknown(peer.group) || peer.group === group;
  if (!isRecord(labels)) return false;
  if (containsUnknown(peer.labels)) return true;
  const { labels: own } = peer;
  return Object.entries(labels).every(([name, text]) => isRecord(own) && own[name] === text);
}

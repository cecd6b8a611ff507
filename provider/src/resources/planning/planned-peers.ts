/**
 * VMs that this very plan makes and that nobody has placed yet: what they depend on is not known,
 * or they are members of a group. A rule that wants a VM near to one of them is no mistake, though
 * the server finds no node for it today.
 */
import type { PreviewableOperation } from '@novacron/contract/admission';
import type { Problem } from '@novacron/contract/problem';
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

/** Remembers what a plan makes, for the VMs that want to be near to it. */
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

/** A write that found no node. */
interface Asking {
  readonly operation: PreviewableOperation;
  /** As it was asked about, with the id of what is changed. */
  readonly input: Values;
  readonly unknown: readonly string[];
  readonly doing: string;
}

/**
 * Lets a refusal pass that is for want of a VM which this plan makes, and warns that the place is
 * decided at apply.
 * @returns whether it passes
 */
export async function deferToPlannedPeer(
  session: Session,
  found: Problem,
  asking: Asking,
  { diagnostics, signal }: { readonly diagnostics: Diagnostics; readonly signal: AbortSignal },
): Promise<boolean> {
  if (found.code !== NO_ROOM) return false;
  const { operation, doing } = asking;
  // The server places the VMs of a plan beside each other, and asks of others where all are today.
  const open = [...session.peers.values()].filter(
    ({ isPlaced }) => operation !== 'vm.create' || !isPlaced,
  );
  const wanted = open.filter((peer) => nearRules(asking).some((rule) => selects(rule, peer)));
  if (wanted.length === 0 || !(await fitsWithout(session, open, asking, signal))) return false;
  diagnostics.warning({
    summary: `Its place is decided at apply: ${doing}`,
    detail:
      'It has to be near to what this plan makes, the node of which is not known yet: ' +
      `${wanted.map(({ label }) => label).join(', ')}. If no node can hold both then, the apply ` +
      'stops at this resource.',
    path: [isOfGroup(asking) ? 'vm' : 'placement'],
  });
  return true;
}

/** Whether there is room but for the rules that nobody can judge yet. */
async function fitsWithout(
  { client }: Session,
  open: readonly PlannedPeer[],
  asking: Asking,
  signal: AbortSignal,
): Promise<boolean> {
  const affinity = nearRules(asking).filter((rule) => !open.some((peer) => selects(rule, peer)));
  const answer = await client.call(
    'admission.preview',
    {
      operation: asking.operation,
      input: withRules(asking, affinity) as never,
      unknown: [...asking.unknown],
    },
    { signal },
  );
  return answer.ok && !answer.value.problems.some(({ code }) => code === NO_ROOM);
}

function isOfGroup({ operation }: Asking): boolean {
  return operation.startsWith('vm_group.');
}

/** The rules that a VM insists on to be near to others. */
function nearRules(asking: Asking): readonly Values[] {
  const { affinity } = placementOf(asking);
  const rules: readonly unknown[] = Array.isArray(affinity) ? affinity : [];
  return rules.filter(isRecord).filter(({ mode }) => mode !== 'soft');
}

function placementOf(asking: Asking): Values {
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

/** Whether something else has the VM or a node of an intent. */
import type { ClaimedNode, Intent, WaitReason, Work } from '../model/arbiter.ts';
import { compareTexts, givesWay, rankOf } from './compare-intents.ts';

/** @returns the operations on the VM of an intent */
export function workOnVm({ vm }: Intent, work: readonly Work[]): readonly Work[] {
  return vm === null ? [] : work.filter(({ vmId }) => vmId === vm.id);
}

/**
 * Checks operations under way.
 * @returns why the intent waits; undefined where nothing is in its way
 */
export function checkWork(intent: Intent, work: readonly Work[]): WaitReason | undefined {
  const name = intent.vm?.name ?? '';
  const onVm = workOnVm(intent, work).filter((each) => !isSuperseded(each, intent));
  const onNodes = work.flatMap((each) =>
    each.nodes
      .filter((node) => collides(intent, node, each.class))
      .map((node) => ({ what: `node ${node.name}`, work: each })),
  );
  const found = [...onVm.map((each) => ({ what: `VM ${name}`, work: each })), ...onNodes].sort(
    (left, right) => compareTexts(left.work.operationId, right.work.operationId),
  );
  const lasting = found.find((each) => !givesWay(each.work, intent));
  if (lasting !== undefined) return { kind: 'busy', ...lasting };
  const [first] = found;
  return first === undefined ? undefined : { kind: 'preempting', ...first };
}

/**
 * Reports whether an intent ends an operation: any on its VM except another recovery, which has the
 * same effect.
 */
export function isSuperseded(work: Work, intent: Intent): boolean {
  const isOwn = work.vmId !== null && work.vmId === intent.vm?.id;
  return isOwn && intent.supersedes === 'yes' && work.operation !== intent.operation;
}

/**
 * The operations that an intent is a step of: its own, the one that that is a step of, and so on.
 * They have what the intent claims because of it, so they are not in its way.
 */
export function enclosingWork({ parentId }: Intent, work: readonly Work[]): readonly Work[] {
  const found: Work[] = [];
  let id = parentId;
  while (id !== null) {
    const own = work.filter((each) => each.operationId === id);
    const [first] = own;
    if (first === undefined || found.includes(first)) break;
    found.push(...own);
    id = first.parentId;
  }
  return found;
}

/**
 * Checks intents that come first, whether they begin or wait. One that waits for an operation which
 * this intent is a step of does not come first: both would wait for ever.
 */
export function checkEarlier(
  intent: Intent,
  earlier: readonly Intent[],
  enclosing: readonly Work[],
): WaitReason | undefined {
  for (const other of earlier) {
    if (checkWork(other, enclosing)?.kind === 'busy') continue;
    if (other.vm !== null && other.vm.id === intent.vm?.id) {
      return { kind: 'behind', what: `VM ${other.vm.name}`, intent: other };
    }
    const node = other.nodes.find((each) => collides(intent, each, other.class));
    if (node !== undefined) return { kind: 'behind', what: `node ${node.name}`, intent: other };
  }
  return undefined;
}

/**
 * A node is changed by one at a time, and its VMs are not changed meanwhile, except to heal them: a
 * node that is being drained may have a VM that failed.
 */
function collides(intent: Intent, taken: ClaimedNode, by: Work['class']): boolean {
  if (taken.use === 'shared') return false;
  const own = intent.nodes.find(({ name }) => name === taken.name);
  if (own === undefined) return false;
  if (own.use === 'exclusive' || by === intent.class) return true;
  return intent.class !== 'recovery' || rankOf(by) === rankOf('recovery');
}

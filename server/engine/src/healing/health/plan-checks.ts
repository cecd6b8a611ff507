/** Plans which VMs are checked now. See README.md. */
import type { Env } from '../../env.ts';
import type { CheckedVm, CheckInput, CheckPlan } from './model/health.ts';

/** Plans a round. */
export function planChecks(
  { vms, underWay, checksMax, checksOnNodeMax }: CheckInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): CheckPlan {
  const onNode = new Map<string, number>();
  const add = (node: string) => onNode.set(node, (onNode.get(node) ?? 0) + 1);
  for (const node of underWay) add(node);
  const due = vms
    .map((vm) => ({ vm, atMs: dueAtMs(vm) }))
    .sort((left, right) => left.atMs - right.atMs || (left.vm.id < right.vm.id ? -1 : 1));
  const check: CheckedVm[] = [];
  let nextMs: number | null = null;
  for (const { vm, atMs } of due) {
    const isFree =
      underWay.length + check.length < checksMax && (onNode.get(vm.node) ?? 0) < checksOnNodeMax;
    if (atMs <= nowMs && isFree) {
      check.push(vm);
      add(vm.node);
    } else nextMs = Math.min(nextMs ?? Number.MAX_SAFE_INTEGER, Math.max(atMs, nowMs));
  }
  return { check, nextMs };
}

/**
 * Returns the time of a VM's next check: at its phase of the interval, derived from its id, so that
 * VMs created together are checked at different times.
 */
function dueAtMs({ id, intervalMs, lastMs }: CheckedVm): number {
  if (lastMs === null) return 0;
  const phaseMs = hash(id) % intervalMs;
  const round = Math.floor((lastMs - phaseMs) / intervalMs) + 1;
  return round * intervalMs + phaseMs;
}

/** FNV-1a, 32 bits. Source: Fowler, Noll, Vo. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return value;
}

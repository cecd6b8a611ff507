/** Plans which VMs wait after an outage until others have started. See README.md. */
import type { HeldVm, StartOrderInput, StartOrderPlan } from './model/start-order.ts';

/** Plans it, in the order of the input. */
export function planStartOrder({ vms, earlier }: StartOrderInput): StartOrderPlan {
  const afterOf = new Map(vms.map(({ id, after }) => [id, after]));
  const held = vms.flatMap(({ id, name, after }): HeldVm[] => {
    const waitsFor = [...new Set(after)].flatMap((other) => {
      const found = earlier.get(other);
      if (found?.standing !== 'coming' || leadsTo(other, id, afterOf)) return [];
      return [found.name];
    });
    return waitsFor.length === 0 ? [] : [{ id, name, waitsFor }];
  });
  return { held };
}

/** Whether one VM starts after another, directly or through others that are down. */
function leadsTo(
  from: string,
  to: string,
  afterOf: ReadonlyMap<string, readonly string[]>,
): boolean {
  const seen = new Set<string>();
  const left = [from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(afterOf.get(id) ?? []));
  }
  return false;
}

/** Placement requirements of a VM: usually none, sometimes more than can be met. */
import type { JsonObject } from '@novacron/contract/json';
import { VmPlacement } from '@novacron/contract/placement/vm-placement';
import type { Chance } from '../world/chance.ts';

const LEVELS = ['node', 'rack', 'zone'] as const;

/** Fields of a VM, with nothing left out: they are compared with what was kept. */
export function chooseTerms(chance: Chance): JsonObject {
  return {
    ...(chance.happens(0.1) ? { anti_affinity: chance.pick(['g1', 'g2']) } : {}),
    ...(chance.happens(0.2) ? { placement: VmPlacement.parse(chooseConstraints(chance)) } : {}),
  };
}

function chooseConstraints(chance: Chance): JsonObject {
  if (chance.happens(0.2)) return { spread_domain: chance.pick(LEVELS) };
  const which = chance.happens(0.7) ? 'anti_affinity' : 'affinity';
  const rule = { level: chance.pick(LEVELS), mode: chance.pick(['hard', 'hard', 'soft']) };
  return { [which]: [{ ...rule, ...chooseOthers(chance) }] };
}

function chooseOthers(chance: Chance): JsonObject {
  if (chance.happens(0.3)) return { vm: `vm-${chance.between(1, 14)}` };
  if (chance.happens(0.5)) return { group: chance.pick(['g1', 'g2']) };
  return { labels: { tier: chance.pick(['web', 'db', 'lb']) } };
}

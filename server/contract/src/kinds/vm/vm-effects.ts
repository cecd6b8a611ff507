/** Effect of a hardware change on a running VM. */
import { equalJson } from '../../json.ts';
import type { EffectOf } from '../../schema/field.ts';

/** More is plugged in where the hypervisor can; less takes a restart. */
export const growsLive =
  (capability: 'hotplugCpu' | 'hotplugMemory'): EffectOf =>
  (before, after, capabilities) =>
    Number(after) > Number(before) && capabilities[capability] === 'yes' ? 'live' : 'restart';

/** A disk grows, live where the hypervisor can; a smaller one would lose what is on it. */
export const diskEffect: EffectOf = (before, after, capabilities) => {
  if (Number(after) < Number(before)) return 'data-loss';
  return capabilities.hotplugDisk === 'yes' ? 'live' : 'restart';
};

/** A device on which the guest's system depends: only a new VM has one more or one less. */
export const deviceEffect: EffectOf = (before, after) =>
  (before ?? false) === (after ?? false) ? 'live' : 'data-loss';

/** Interfaces besides the first one are decided when a VM is made; none and no value are equal. */
export const interfacesEffect: EffectOf = (before, after) =>
  equalJson(before ?? [], after ?? []) ? 'live' : 'data-loss';

/** Another value makes the root disk again; a value that is taken away does nothing. */
export const reimageEffect = (before: unknown, after: unknown): 'live' | 'reimage' =>
  (after ?? null) === null || before === after ? 'live' : 'reimage';

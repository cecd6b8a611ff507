/** Checks the files that steps pass to each other. */
import type {
  AutomationDefinition,
  AutomationStep,
} from '@novacron/contract/automation/definition';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Finding } from '../model/automation.ts';
import { ancestorsOf } from '../order/order-steps.ts';
import { errorAt } from './finding-at.ts';
import { kindsOf } from './list-actions.ts';

/** Finds artifacts that nothing saves, or not before they are loaded, and those named twice. */
export function checkArtifacts({ steps }: AutomationDefinition): readonly Finding[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  // Needs that name no step, and cycles, are reported once, at the needs themselves.
  const ordered = steps.map(({ id, needs }) => {
    return { id, needs: needs.filter((need) => byId.has(need)) };
  });
  const ancestors = ancestorsOf(ordered);
  return steps.flatMap((step, index): Finding[] => {
    const { artifacts } = step;
    if (artifacts === undefined) return [];
    const path = ['steps', index, 'artifacts'];
    const { load = [], save = [] } = artifacts;
    if (load.length + save.length === 0) return [errorAt(path, 'is empty: give it load or save')];
    const [kind] = kindsOf(step);
    if (kind !== 'command' && kind !== 'ansible') {
      return [
        errorAt(path, 'belongs to command and ansible: other steps have no files; remove it'),
      ];
    }
    if (step.for_each !== undefined && save.length > 0) {
      const message = 'does not go with for_each, whose items would all save it: use two steps';
      return [errorAt([...path, 'save'], message)];
    }
    const before = ancestors.get(step.id) ?? new Set(byId.keys());
    return [
      ...twice(save).map((at) => errorAt([...path, 'save', at], 'is named twice: remove one')),
      ...twice(load).map((at) => errorAt([...path, 'load', at], 'is named twice: remove one')),
      ...load.flatMap((name, at) => {
        const message = faultOfLoad(name, before, byId);
        return message === undefined ? [] : [errorAt([...path, 'load', at], message)];
      }),
    ];
  });
}

function twice(names: readonly string[]): readonly number[] {
  return [...names.keys()].filter((at) => names.indexOf(names[at] ?? '') < at);
}

/** The step and the name of an artifact that is loaded. */
export function splitArtifact(loaded: string): { readonly step: string; readonly name: string } {
  const [step = '', name = ''] = loaded.split('.');
  return { step, name };
}

function faultOfLoad(
  loaded: string,
  before: ReadonlySet<string>,
  steps: ReadonlyMap<string, AutomationStep>,
): string | undefined {
  const { step: id, name } = splitArtifact(loaded);
  const step = steps.get(id);
  if (step === undefined) {
    const near = nearName(id, [...steps.keys()]);
    const hint = near === undefined ? 'name a step before this one' : `did you mean ${near}?`;
    return `is of ${id}, which is not a step; ${hint}`;
  }
  if (!before.has(id)) return `is of ${id}, which need not have ended by then: add it to needs`;
  const saved = step.artifacts?.save ?? [];
  if (saved.includes(name)) return undefined;
  const near = nearName(name, saved);
  const hint =
    near === undefined ? `add ${name} to save of its artifacts` : `did you mean ${near}?`;
  return `is not saved by ${id}; ${hint}`;
}

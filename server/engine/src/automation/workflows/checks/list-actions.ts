/** Actions of a definition: the action and the compensation of each step. */
import {
  ACTION_KINDS,
  type ActionKind,
  type AutomationDefinition,
  type AutomationStep,
  type Compensation,
} from '@novacron/contract/automation/definition';
import type { DefinitionPath } from '../model/automation.ts';

/** An action, the step that it belongs to, and where it stands. */
export interface PlacedAction {
  readonly step: AutomationStep;
  readonly index: number;
  readonly path: DefinitionPath;
  readonly role: 'action' | 'compensation';
  readonly action: Partial<AutomationStep> | Compensation;
  readonly kinds: readonly ActionKind[];
}

/** Every action with its place, in the order of the steps. */
export function listActions({ steps }: AutomationDefinition): readonly PlacedAction[] {
  return steps.flatMap((step, index): PlacedAction[] => {
    const path = ['steps', index];
    const { compensate } = step;
    const own = { step, index, path, role: 'action', action: step, kinds: kindsOf(step) } as const;
    if (compensate === undefined) return [own];
    const back: PlacedAction = {
      step,
      index,
      path: [...path, 'compensate'],
      role: 'compensation',
      action: compensate,
      kinds: kindsOf(compensate),
    };
    return [own, back];
  });
}

/** The kinds of action that a step names; exactly one in a definition without errors. */
export function kindsOf(step: Partial<Record<ActionKind, unknown>>): readonly ActionKind[] {
  return ACTION_KINDS.filter((kind) => step[kind] !== undefined);
}

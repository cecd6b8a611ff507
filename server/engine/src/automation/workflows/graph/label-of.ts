/** Label of a step's node. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { kindsOf } from '../checks/list-actions.ts';

/** Longer texts are cut. Unit: characters. */
const CHARS_MAX = 32;

/** Two lines of a node, each in one line. */
export interface StepLabel {
  readonly title: string;
  readonly detail: string;
}

/** Makes the label of a step: its id, and what it does. */
export function labelOf(step: AutomationStep): StepLabel {
  const [kind = ''] = kindsOf(step);
  return { title: cut(step.id), detail: cut(`${kind}: ${subjectOf(step)}`) };
}

function subjectOf(step: AutomationStep): string {
  const { command, http, notify, wait, approval } = step;
  const line = typeof command === 'string' ? command : command?.join(' ');
  return (
    step.task ??
    line ??
    step.ansible ??
    step.workflow ??
    http?.url ??
    notify?.channel ??
    wait?.manual ??
    wait?.signal ??
    String(wait?.duration ?? approval?.message ?? step.name ?? '')
  );
}

function cut(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  const letters = [...line];
  return letters.length > CHARS_MAX ? `${letters.slice(0, CHARS_MAX - 1).join('')}…` : line;
}

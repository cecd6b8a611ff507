/** The names of inputs that a definition uses. */
import type {
  AutomationDefinition,
  AutomationStep,
} from '@novacron/contract/automation/definition';
import { compileCondition } from './compile-condition.ts';
import { listTexts } from './list-texts.ts';
import { parseTemplate, type TemplatePart } from './parse-template.ts';

/**
 * Fields in which `${…}` is replaced by a value. Elsewhere it would choose the action, not its
 * data.
 */
export const VALUE_FIELDS = [
  'with',
  'command',
  'http',
  'notify',
  'env',
  'approval',
  'wait',
] as const;

/** First names of a path; any other name alone is an input. */
export const ROOTS: readonly string[] = ['inputs', 'steps', 'item', 'run'];

/** Lists the names as they first occur, also where they are not declared. */
export function listUsedInputs(definition: AutomationDefinition): readonly string[] {
  const { steps, concurrency } = definition;
  const names = steps.flatMap((step) => {
    const values = [step, step.compensate].flatMap((action) =>
      VALUE_FIELDS.map((field) => fieldValue(action, field)),
    );
    const texts = listTexts([...values, step.for_each], []);
    return [...texts.flatMap(({ text }) => inputsOf(text)), ...inputsOfCondition(step.if)];
  });
  return [...new Set([...names, ...inputsOf(concurrency?.group ?? '')])];
}

function fieldValue(
  action: Partial<AutomationStep> | undefined,
  field: (typeof VALUE_FIELDS)[number],
): unknown {
  return action?.[field];
}

function inputsOf(text: string): readonly string[] {
  const parsed = parseTemplate(text);
  return parsed.ok ? parsed.value.flatMap(inputOf) : [];
}

function inputOf(part: TemplatePart): readonly string[] {
  if (part.kind === 'text') return [];
  const [root = '', name, more] = part.path;
  if (root === 'inputs') return name === undefined || more !== undefined ? [] : [name];
  return name === undefined && !ROOTS.includes(root) && root !== 'secrets' ? [root] : [];
}

function inputsOfCondition(condition: string | undefined): readonly string[] {
  if (condition === undefined) return [];
  const compiled = compileCondition(condition);
  if (!compiled.ok) return [];
  return compiled.value.reads.flatMap(([root, name]) =>
    root === 'inputs' && name !== undefined ? [name] : [],
  );
}

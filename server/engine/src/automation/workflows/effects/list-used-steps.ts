/** The steps whose outputs, statuses or artifacts a step uses. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { splitArtifact } from '../checks/check-artifacts.ts';
import { compileCondition } from '../parse/compile-condition.ts';
import { listTexts } from '../parse/list-texts.ts';
import { parseTemplate } from '../parse/parse-template.ts';

/**
 * Lists their ids.
 * @returns `all` where its condition uses the steps as a whole
 */
export function listUsedSteps(step: AutomationStep): ReadonlySet<string> | 'all' {
  const used = new Set<string>();
  for (const { text } of listTexts(step, [])) {
    const parsed = parseTemplate(text);
    for (const part of parsed.ok ? parsed.value : []) {
      if (part.kind === 'reference' && part.path[0] === 'steps') used.add(part.path[1] ?? '');
    }
  }
  for (const loaded of step.artifacts?.load ?? []) used.add(splitArtifact(loaded).step);
  if (step.if === undefined) return used;
  const compiled = compileCondition(step.if);
  if (!compiled.ok) return 'all';
  for (const [root, id] of compiled.value.reads) {
    if (root !== 'steps') continue;
    if (id === undefined) return 'all';
    used.add(id);
  }
  return used;
}

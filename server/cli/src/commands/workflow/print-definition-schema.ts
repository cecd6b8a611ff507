/** `novacron workflow schema`: the format of definitions, for editors. */
import { AutomationDefinition } from '@novacron/contract/automation/definition';
import { z } from 'zod';
import type { Outcome } from '../../operations/run-command.ts';

/** Prints the JSON Schema. It has the keys of the format, not those of earlier formats. */
export function printDefinitionSchema(): Outcome {
  const schema = z.toJSONSchema(AutomationDefinition, { io: 'input', unrepresentable: 'any' });
  const value = { title: 'NovaCron workflow or runbook', ...schema };
  return { document: { kind: 'report', value, text: `${JSON.stringify(value, null, 2)}\n` } };
}

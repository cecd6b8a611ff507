/** Fields that cannot be given together, or cannot both be left out. */
import type { FieldTable } from '@novacron/contract/field';
import type { Diagnostics } from '../framework/diagnostics.ts';
import type { Values } from './values.ts';

/**
 * What can be told before anything is known: both forms of one secret, and what has to be said
 * where nothing else could say it.
 */
export function checkTogether(table: FieldTable, config: Values, diagnostics: Diagnostics): void {
  reportMissing(table, config, diagnostics);
  for (const [name, { secrecy }] of Object.entries(table)) {
    const plain = name.replace(/_wo$/, '');
    if (secrecy !== 'write-only' || !(plain in table)) continue;
    if ((config[name] ?? null) === null || (config[plain] ?? null) === null) continue;
    diagnostics.error({
      path: [name],
      summary: `Only one of ${plain} and ${name} can be set`,
      detail: `Leave ${plain} out if nobody may see the value, else ${name}.`,
    });
  }
}

function reportMissing(table: FieldTable, config: Values, diagnostics: Diagnostics): void {
  for (const [name, { presence, inherits }] of Object.entries(table)) {
    if (inherits === undefined || presence !== 'required') continue;
    if ((config[name] ?? null) !== null || (config[inherits] ?? null) !== null) continue;
    diagnostics.error({
      path: [name],
      summary: `Missing ${name}`,
      detail: `Set \`${name}\`, or \`${inherits}\` to one that says it.`,
    });
  }
}

/** Fields that cannot be given together. */
import type { FieldTable } from '@novacron/contract/field';
import type { Diagnostics } from '../framework/diagnostics.ts';
import type { Values } from './values.ts';

/** What the server refuses only when it is sent, which no plan does: both forms of one secret. */
export function checkTogether(table: FieldTable, config: Values, diagnostics: Diagnostics): void {
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

/** `novacron cost report`, `forecast` and `compare`: answers as tables, Markdown or CSV. */
import { CostComparison, CostForecast, CostReport } from '@novacron/contract/cost/cost-operations';
import { commandOf } from '../../arguments/command-table.ts';
import type { GivenWords } from '../../arguments/read-input.ts';
import type { Session } from '../../client/session.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { runCommand } from '../../operations/run-command.ts';
import type { Fields } from '../../output/fields.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { type CostTable, tableOfChanges, tableOfLines, tableOfMonths } from './cost-tables.ts';
import { warnOfDamage } from './warn-of-damage.ts';
import { writeCostTable } from './write-cost-table.ts';

/** A request for costs. */
export interface CostRequest {
  readonly operation: 'cost.report' | 'cost.forecast' | 'cost.compare';
  readonly given: GivenWords;
  readonly format: OutputFormat;
}

/** Asks for costs. Failures: wrong usage, and every problem of the server. */
export async function showCosts(
  session: Session,
  { operation, given, format }: CostRequest,
): Promise<Outcome> {
  const outcome = await runCommand(session, commandOf(operation), given);
  const { document } = outcome;
  if (document?.kind !== 'one') return outcome;
  const { value } = document;
  const isFile = operation === 'cost.report' && format === 'csv';
  if (isFile) warnOfDamage(session, CostReport.parse(value));
  const money = format === 'csv' ? 'exact' : 'rounded';
  const text = writeCostTable(tableOf(operation, value, money), format);
  return { document: { kind: 'report', value, text } };
}

function tableOf(
  operation: CostRequest['operation'],
  value: Fields,
  money: 'exact' | 'rounded',
): CostTable {
  switch (operation) {
    case 'cost.report':
      return tableOfLines(CostReport.parse(value), money);
    case 'cost.forecast':
      return tableOfMonths(CostForecast.parse(value), money);
    case 'cost.compare':
      return tableOfChanges(CostComparison.parse(value), money);
  }
}

import type { LinearModel, ModelRow } from '@novacron/engine/placement/batch/model/batch';

/**
 * Writes a model as text in the LP format; variable 3 is called `x3`.
 * Source: the LP file format of CPLEX, as HiGHS reads it.
 */
export function writeLp({ variables, rows }: LinearModel): string {
  const costs = variables.flatMap(({ cost }, variable) =>
    cost === 0 ? [] : [{ variable, factor: cost }],
  );
  const whole = variables.flatMap(({ kind }, at) => (kind === 'integer' ? [`x${at}`] : []));
  return [
    'Minimize',
    `cost: ${writeSum(costs)}`,
    'Subject To',
    ...rows.flatMap(writeRow),
    'Bounds',
    ...variables.map(({ lower, upper }, at) => `${lower} <= x${at} <= ${upper}`),
    ...(whole.length === 0 ? [] : ['General', ...whole]),
    'End',
    '',
  ].join('\n');
}

function writeRow({ terms, lower, upper }: ModelRow): readonly string[] {
  const sum = writeSum(terms);
  if (lower !== undefined && lower === upper) return [`${sum} = ${lower}`];
  return [
    ...(lower === undefined ? [] : [`${sum} >= ${lower}`]),
    ...(upper === undefined ? [] : [`${sum} <= ${upper}`]),
  ];
}

/** A sum of nothing names a variable too: the format has no other way to say 0. */
function writeSum(terms: ModelRow['terms']): string {
  if (terms.length === 0) return '0 x0';
  return terms.map(({ variable, factor }) => `${writeFactor(factor)} x${variable}`).join(' ');
}

function writeFactor(factor: number): string {
  return factor < 0 ? `- ${-factor}` : `+ ${factor}`;
}

/** Checks for attributes that exclude each other and for attributes of which one is required. */
import type { FieldTable } from '@novacron/contract/schema/field';
import type { Values } from '../fields/field-values.ts';
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';

/** Checks the attribute combinations of one configuration. */
export type CombinationCheck = (config: Values, diagnostics: Diagnostics) => void;

/** The two attributes that a rule relates. */
interface Pair {
  readonly name: string;
  readonly other: string;
}

/**
 * Creates the check for conflicts that do not depend on unknown values: both forms of one secret,
 * and a required value that neither attribute provides. The table is read once for all checks.
 */
export function createCombinationCheck(table: FieldTable): CombinationCheck {
  const secrets = Object.entries(table).flatMap(([name, { secrecy }]): Pair[] => {
    const plain = name.replace(/_wo$/, '');
    return secrecy === 'write-only' && plain in table ? [{ name, other: plain }] : [];
  });
  const inherited = Object.entries(table).flatMap(([name, { presence, inherits }]): Pair[] =>
    inherits === undefined || presence !== 'required' ? [] : [{ name, other: inherits }],
  );
  return (config, diagnostics) => {
    const isNull = (name: string) => (config[name] ?? null) === null;
    for (const pair of inherited) {
      if (isNull(pair.name) && isNull(pair.other)) reportMissing(pair, diagnostics);
    }
    for (const pair of secrets) {
      if (!isNull(pair.name) && !isNull(pair.other)) reportBoth(pair, diagnostics);
    }
  };
}

function reportMissing({ name, other }: Pair, diagnostics: Diagnostics): void {
  diagnostics.error({
    path: [name],
    summary: `Missing ${name}`,
    detail: `Set \`${name}\`, or set \`${other}\` to an object that provides it.`,
  });
}

function reportBoth({ name, other: plain }: Pair, diagnostics: Diagnostics): void {
  diagnostics.error({
    path: [name],
    summary: `Only one of ${plain} and ${name} can be set`,
    detail: `Omit ${plain} to keep the value out of the state, or omit ${name}.`,
  });
}

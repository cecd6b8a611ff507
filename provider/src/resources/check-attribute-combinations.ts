/** Fields that cannot be given together, or cannot both be left out. */
import type { FieldTable } from '@novacron/contract/field';
import type { Values } from '../fields/field-values.ts';
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';

/** Checks what one configuration says. */
export type CombinationCheck = (config: Values, diagnostics: Diagnostics) => void;

/** Two fields that a rule is about. */
interface Pair {
  readonly name: string;
  readonly other: string;
}

/**
 * Makes the check of what can be told before anything is known: both forms of one secret, and what
 * has to be said where nothing else could say it. The table is asked once; a plan checks thousands.
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
    detail: `Set \`${name}\`, or \`${other}\` to one that says it.`,
  });
}

function reportBoth({ name, other: plain }: Pair, diagnostics: Diagnostics): void {
  diagnostics.error({
    path: [name],
    summary: `Only one of ${plain} and ${name} can be set`,
    detail: `Leave ${plain} out if nobody may see the value, else ${name}.`,
  });
}

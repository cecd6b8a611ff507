/** Checks for attributes that exclude each other and for attributes that need another one. */
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import { containsUnknown, isNone, type Values } from '../fields/field-values.ts';
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';

/** Checks the attribute combinations of one configuration. */
export type CombinationCheck = (config: Values, diagnostics: Diagnostics) => void;

/** The two attributes that a rule relates. */
interface Pair {
  readonly name: string;
  readonly other: string;
}

/**
 * Creates the check for conflicts that do not depend on unknown values: two forms of one secret, a
 * write-only value without its version or the reverse, and a required value that neither attribute
 * provides. A value that is unknown yet may be null. The table is read once for all checks.
 */
export function createCombinationCheck(table: FieldTable): CombinationCheck {
  const exclusive = pairsOf(table, ({ excludes }) => excludes);
  const versioned = pairsOf(table, ({ versionedBy }) => versionedBy);
  const inherited = pairsOf(table, ({ presence, inherits }) =>
    presence === 'required' ? inherits : undefined,
  );
  return (config, diagnostics) => {
    const isNull = (name: string) => isNone(table[name], config[name]);
    const isSet = (name: string) => !isNull(name) && !containsUnknown(config[name]);
    for (const pair of inherited) {
      if (isNull(pair.name) && isNull(pair.other)) reportMissing(pair, diagnostics);
    }
    for (const pair of exclusive) {
      const secrecy = table[pair.name]?.secrecy ?? 'plain';
      if (isSet(pair.name) && isSet(pair.other)) reportBoth({ ...pair, secrecy }, diagnostics);
    }
    for (const pair of versioned) {
      if (isSet(pair.name) && isNull(pair.other)) reportUnversioned(pair, diagnostics);
      if (isNull(pair.name) && isSet(pair.other)) reportUnused(pair, diagnostics);
    }
  };
}

function pairsOf(table: FieldTable, otherOf: (field: Field) => string | undefined): Pair[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const other = otherOf(field);
    return other === undefined ? [] : [{ name, other }];
  });
}

function reportMissing({ name, other }: Pair, diagnostics: Diagnostics): void {
  diagnostics.error({
    path: [name],
    summary: `Missing ${name}`,
    detail: `Set \`${name}\`, or set \`${other}\` to an object that provides it.`,
  });
}

function reportBoth(
  { name, other, secrecy }: Pair & Pick<Field, 'secrecy'>,
  diagnostics: Diagnostics,
): void {
  const purpose = secrecy === 'plain' ? '' : ' to keep the value out of the state';
  diagnostics.error({
    path: [name],
    summary: `Only one of ${other} and ${name} can be set`,
    detail: `Omit ${other}${purpose}, or omit ${name}.`,
  });
}

function reportUnversioned({ name, other: version }: Pair, diagnostics: Diagnostics): void {
  diagnostics.error({
    path: [name],
    summary: `${name} needs ${version}`,
    detail:
      `\`${name}\` is never stored, so Terraform cannot see when it changes: only a change of ` +
      `\`${version}\` sends it again. Add \`${version} = 1\` and increase it with each new value.`,
  });
}

function reportUnused({ name: secret, other: version }: Pair, diagnostics: Diagnostics): void {
  diagnostics.error({
    path: [version],
    summary: `${version} needs ${secret}`,
    detail:
      `\`${version}\` says when \`${secret}\` is sent, which is not set. Set \`${secret}\`, or ` +
      `omit both; a resource that has a value loses it then. Where \`${secret}\` may be null, as ` +
      `in a module: \`${version} = var.${secret} == null ? null : 1\`.`,
  });
}

/**
 * Growth outside of Terraform that a plan keeps: a disk that was enlarged cannot shrink again, and
 * a planned replacement would delete its data although the configuration has not changed.
 */
import { cannotReturn, findGrowth, valueAtPath } from '@novacron/contract/schema/cannot-return';
import type { FieldTable } from '@novacron/contract/schema/field';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PrivateState } from '../../framework/private-state.ts';

/** Private state key of the paths of values that have grown. */
const GROWN_KEY = 'grown';

/** Records the values that a refresh found grown. */
export function rememberGrowth(
  table: FieldTable,
  { was, is }: { readonly was: Values; readonly is: Values },
  privateState: PrivateState,
): void {
  const grown = findGrowth(table, was, is);
  if (grown.length === 0) return;
  privateState.set(GROWN_KEY, [...new Set([...readGrown(privateState), ...grown])]);
}

/** Returns the paths whose growth a plan keeps: the configuration has a smaller value. */
export function keptGrowth(
  table: FieldTable,
  { prior, config }: { readonly prior: Values; readonly config: Values },
  privateState: PrivateState,
): ReadonlySet<string> {
  const isKept = (path: string) =>
    cannotReturn(table, path, valueAtPath(config, path), valueAtPath(prior, path));
  return new Set(readGrown(privateState).filter(isKept));
}

/** Warns of each value whose growth the plan keeps. */
export function warnKeptGrowth(
  diagnostics: Diagnostics,
  label: string,
  kept: readonly string[],
  { prior, config }: { readonly prior: Values; readonly config: Values },
): void {
  for (const path of kept) {
    const [is, wanted] = [prior, config].map((from) => String(valueAtPath(from, path)));
    diagnostics.warning({
      summary: `Larger than configured: ${label}`,
      detail:
        `${path} was raised to ${is} outside of Terraform, and the configuration has ${wanted}. ` +
        `It cannot shrink, so the plan keeps it. Set ${path} = ${is}, or add ${path} to ` +
        `ignore_changes. To go back to ${wanted}, which deletes the data: ` +
        'terraform apply -replace=ADDRESS.',
      path: path.split('.').slice(0, 1),
    });
  }
}

function readGrown(privateState: PrivateState): readonly string[] {
  const stored = privateState.get(GROWN_KEY);
  return Array.isArray(stored) ? stored.map(String) : [];
}

/** What roles allow: patterns over the operations table, turned into operations. */
import { hasRole, Role } from '../access/identity.ts';
import { type OperationName, operationNames, operationRow } from './operations.ts';

/** Operations by name. */
export type OperationSet = ReadonlySet<OperationName>;

/**
 * The operations that a pattern means: `vm.create`, `vm.*`, `*.get`, or `*` for all.
 * @returns none where the pattern knows no operation of this release
 */
export function matchOperations(pattern: string): readonly OperationName[] {
  const [noun = '*', verb = '*'] = pattern.split('.');
  return operationNames().filter((name) => {
    const [itsNoun, itsVerb] = name.split('.');
    return (noun === '*' || noun === itsNoun) && (verb === '*' || verb === itsVerb);
  });
}

/** Operations that every caller may use: asking for its identity, and notes on its own progress. */
const ALWAYS: readonly OperationName[] = operationNames().filter(
  (name) => name === 'identity.whoami' || operationRow(name).effect === 'note',
);

/** The operations that patterns allow together, in the table's order. */
export function operationsOfPatterns(patterns: readonly string[]): OperationSet {
  const found = new Set([...ALWAYS, ...patterns.flatMap(matchOperations)]);
  return new Set(operationNames().filter((name) => found.has(name)));
}

const BY_ROLE = new Map<string, OperationSet>();

/** The operations of a role that is built in; none for any other name. */
export function operationsOfRole(name: string): OperationSet {
  const known = BY_ROLE.get(name);
  if (known !== undefined) return known;
  const role = Role.safeParse(name);
  if (!role.success) return new Set();
  const allowed = operationNames().filter((each) => hasRole(role.data, operationRow(each).role));
  const set: OperationSet = new Set(allowed);
  BY_ROLE.set(name, set);
  return set;
}

/** The operations of `wanted` that `held` does not have. */
export function missingOperations(held: OperationSet, wanted: OperationSet): OperationName[] {
  return [...wanted].filter((name) => !held.has(name));
}

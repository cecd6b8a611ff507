/**
 * Permissions of roles: expands patterns over the operations table into operations and permissions.
 */
import { hasRole, Role } from '../access/identity.ts';
import { keysOf } from '../closed-table.ts';
import { type OperationName, operationNames, operationRow } from './operations.ts';

interface PermissionRow {
  /** Ability it grants. */
  readonly description: string;
  /**
   * `pattern`: patterns such as `*` include it, and so does the built-in role admin; `name`: only a
   * role that lists it by its name has it; `admin`: the same, and those who may do everything, the
   * built-in role admin and the pattern `*`.
   */
  readonly granted: 'pattern' | 'name' | 'admin';
  /** Least built-in role that has it, besides admin. */
  readonly role?: Role;
}

/** Permissions for a part of an operation, beside those to call one. */
const PERMISSIONS = {
  'api_key.create_from_session': {
    description:
      'Create API keys, and orchestration policies that act, with a token of an identity provider',
    granted: 'name',
  },
  'drift.remediate_critical': {
    description: 'Remediate critical drift without the approval of another person',
    granted: 'pattern',
  },
  'idempotency.confirm_any': {
    description: 'Release idempotency keys that other principals created',
    granted: 'pattern',
  },
  'policy_decision.ask_for_others': {
    description: 'Ask policies about writes of other principals of the tenant',
    granted: 'admin',
  },
  'terraform_state.read': {
    description: 'Read the content of states of Terraform, which may contain secrets',
    granted: 'pattern',
    role: 'operator',
  },
  'terraform_state.write': {
    description: 'Lock and write states of Terraform',
    granted: 'pattern',
    role: 'operator',
  },
  'vm.ignore_disk_locks': {
    description: 'Recover a VM although a machine holds the locks of its disks',
    granted: 'admin',
  },
  'session.revoke_any': {
    description: 'See and end sessions of other principals of the tenant',
    granted: 'pattern',
  },
} as const satisfies Record<string, PermissionRow>;

/** Permissions by name. */
type PermissionName = keyof typeof PERMISSIONS;

const PERMISSION_NAMES = keysOf(PERMISSIONS);

/** Permission that a role can grant: an operation, or a part of an operation. */
export type Allowed = OperationName | PermissionName;

/** Operations and permissions by name. */
export type OperationSet = ReadonlySet<Allowed>;

/** Everything that a role can list by its name. */
export function allowedNames(): readonly Allowed[] {
  return [...operationNames(), ...PERMISSION_NAMES];
}

function isGrantedByPattern(name: PermissionName): boolean {
  const row: PermissionRow = PERMISSIONS[name];
  return row.granted === 'pattern';
}

function isGrantedToAdmin(name: PermissionName): boolean {
  const row: PermissionRow = PERMISSIONS[name];
  return row.granted !== 'name';
}

/**
 * Returns the operations that a pattern allows: `vm.create`, `vm.*`, `*.get`, or `*` for all.
 * @returns none where the pattern matches nothing in this release
 */
export function matchOperations(pattern: string): readonly Allowed[] {
  const [noun = '*', verb = '*'] = pattern.split('.');
  const matched = [...operationNames(), ...PERMISSION_NAMES.filter(isGrantedByPattern)].filter(
    (name) => {
      const [itsNoun, itsVerb] = name.split('.');
      return (noun === '*' || noun === itsNoun) && (verb === '*' || verb === itsVerb);
    },
  );
  return [
    ...matched,
    ...PERMISSION_NAMES.filter((name) => !isGrantedByPattern(name)).filter(
      (name) => name === pattern || (pattern === '*' && isGrantedToAdmin(name)),
    ),
  ];
}

/** Operations that every caller may use: asking for its identity, and notes on its own progress. */
const ALWAYS: readonly OperationName[] = operationNames().filter(
  (name) =>
    name === 'identity.whoami' || name === 'session.get' || operationRow(name).effect === 'note',
);

/** Returns the operations that the patterns allow together, in the table's order. */
export function operationsOfPatterns(patterns: readonly string[]): OperationSet {
  const found = new Set<Allowed>([...ALWAYS, ...patterns.flatMap(matchOperations)]);
  return new Set(allowedNames().filter((name) => found.has(name)));
}

const BY_ROLE = new Map<string, OperationSet>();

/** Returns the operations of a built-in role; none for any other name. */
export function operationsOfRole(name: string): OperationSet {
  const known = BY_ROLE.get(name);
  if (known !== undefined) return known;
  const role = Role.safeParse(name);
  if (!role.success) return new Set();
  const allowed = operationNames().filter((each) => hasRole(role.data, operationRow(each).role));
  const more = PERMISSION_NAMES.filter((each) => {
    const { role: least }: PermissionRow = PERMISSIONS[each];
    if (role.data === 'admin') return isGrantedToAdmin(each);
    return least !== undefined && hasRole(role.data, least);
  });
  const set: OperationSet = new Set([...allowed, ...more]);
  BY_ROLE.set(name, set);
  return set;
}

/** Returns the operations in `wanted` that are missing from `held`. */
export function missingOperations(held: OperationSet, wanted: OperationSet): Allowed[] {
  return [...wanted].filter((name) => !held.has(name));
}

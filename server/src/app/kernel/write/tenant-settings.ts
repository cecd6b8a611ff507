/** Settings that each tenant has once, as one row of JSON: read, shown and updated. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { AskedWrite } from './take-write.ts';
import { commitObject } from './write-object.ts';

type SettingsTable =
  | 'autonomy_settings'
  | 'compliance_settings'
  | 'drift_settings'
  | 'model_settings';

/** A kind of settings. */
interface SettingsKind<Settings> {
  readonly table: SettingsTable;
  readonly operation: OperationName;
  /** What policies see them as. */
  readonly resourceKind: AskedWrite['resourceKind'];
  /** The name in the audit log. */
  readonly name: string;
  /** What a tenant has that has set nothing. */
  readonly defaults: Settings;
}

type Reader = { readonly store: Pick<Store, 'read'> };

/** Functions of one kind of settings. */
export interface TenantSettings<Settings> {
  /** Reads those of a tenant; the defaults for what it has not set. */
  readonly read: (deps: Reader, tenantId: string) => Promise<Settings>;
  /** Reads those of several tenants, by their ids. */
  readonly readAll: (
    deps: Reader,
    tenantIds: readonly string[],
  ) => Promise<ReadonlyMap<string, Settings>>;
  /** Shows those of the caller's tenant. */
  readonly show: (deps: Reader, context: CallContext) => Promise<Result<Settings, never>>;
  /**
   * Updates those of the caller's tenant; what is absent stays. Problems: `policy-denied`.
   * @param also - what is committed with it
   */
  readonly update: (
    deps: KernelDeps,
    input: object,
    context: CallContext,
    also?: (change: SettingsChange<Settings>) => Promise<ChangeSet>,
  ) => Promise<Result<{ readonly resource: Settings }, Problem>>;
}

/** Settings before and after an update. */
export type SettingsChange<Settings> = Readonly<Record<'before' | 'after', Settings>>;

/** Makes them. */
export function createTenantSettings<Settings extends Readonly<Record<string, unknown>>>(
  kind: SettingsKind<Settings>,
): TenantSettings<Settings> {
  const { table, operation, resourceKind, name, defaults } = kind;
  const readAll = async ({ store }: Reader, tenantIds: readonly string[]) => {
    const rows = await store.read({ from: table, where: { id: { in: tenantIds } } });
    const set = new Map(rows.map((row) => [row.id, parseStored<object>(row.settings_json)]));
    return new Map(
      tenantIds.map((id): [string, Settings] => [id, { ...defaults, ...set.get(id) }]),
    );
  };
  const read = async (deps: Reader, tenantId: string) =>
    (await readAll(deps, [tenantId])).get(tenantId) ?? defaults;
  return {
    read,
    readAll,
    show: async (deps, { principal }) => ok(await read(deps, principal.tenantId)),
    update: async (deps, input, context, also) => {
      const { tenantId } = context.principal;
      const before = await read(deps, tenantId);
      const given = Object.entries(input).filter(([, value]) => value !== undefined);
      const after: Settings = { ...before, ...Object.fromEntries(given) };
      const row = { id: tenantId, settings_json: JSON.stringify(after) };
      return commitObject(deps, context, {
        operation,
        resourceKind,
        target: { id: tenantId, name },
        before,
        wanted: after,
        changes: [{ kind: 'put', into: table, row }, ...((await also?.({ before, after })) ?? [])],
        answer: { resource: after },
      });
    },
  };
}

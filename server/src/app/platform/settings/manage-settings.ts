/** Shows the configuration of the servers as it counts, and changes parts of it while they run. */
import {
  configuredName,
  type EffectiveSetting,
  LIVE_SETTINGS,
  type LiveSettingName,
  rangeOf,
  type ServerSettings,
  type SettingValue,
} from '@novacron/contract/administration/server-settings';
import { keysOf } from '@novacron/contract/closed-table';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import { revisionMismatch } from '../../rows/resource-problems.ts';
import type { ConfiguredSetting, SettingsDeps } from './deps.ts';
import { SETTINGS_ID, type StoredSettings } from './live-settings.ts';

/** Shows every setting. */
export async function showSettings(deps: SettingsDeps): Promise<Result<ServerSettings, never>> {
  return ok(describe(deps, await deps.live.load()));
}

/** Changes settings. Problems: `policy-denied`, `revision-mismatch`, those of the store. */
export async function updateSettings(
  deps: SettingsDeps,
  { if_revision: expected, ...given }: ParsedInputOf<'settings.update'>,
  context: CallContext,
): Promise<Result<{ readonly resource: ServerSettings }, Problem>> {
  const before = await deps.live.load();
  if (expected !== undefined && expected !== before.revision) {
    return err(mismatch(before.revision, expected));
  }
  const values = merge(before.values, given);
  const done = await commitObject(deps, context, {
    operation: 'settings.update',
    resourceKind: 'tenant',
    target: { id: context.principal.tenantId, name: 'settings' },
    before: effective(deps, before.values),
    wanted: effective(deps, values),
    changes: [store(before, values)],
    answer: undefined,
  });
  return done.ok ? ok({ resource: describe(deps, await deps.live.load()) }) : done;
}

function merge(
  before: StoredSettings['values'],
  given: Readonly<Partial<Record<LiveSettingName, SettingValue | null | undefined>>>,
): StoredSettings['values'] {
  const said = keysOf(LIVE_SETTINGS).flatMap((name) => {
    const value = given[name] === undefined ? before[name] : given[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(said);
}

/** Two changes of the same moment: the second one has not seen the first. */
function store({ revision }: StoredSettings, values: StoredSettings['values']): Change {
  const set = { revision: revision + 1, values_json: JSON.stringify(values) };
  const otherwise = mismatch(revision + 1, revision);
  if (revision === 0) {
    return { kind: 'insert', into: 'server_settings', row: { id: SETTINGS_ID, ...set }, otherwise };
  }
  const expect = { revision };
  return { kind: 'update', table: 'server_settings', id: SETTINGS_ID, set, expect, otherwise };
}

function mismatch(revision: number, expected: number): Problem {
  return revisionMismatch('configuration', { name: 'of the servers', revision }, expected);
}

function effective(
  { live }: SettingsDeps,
  values: StoredSettings['values'],
): Readonly<Record<string, SettingValue>> {
  return { ...live.configured, ...values };
}

function describe(deps: SettingsDeps, { revision, values }: StoredSettings): ServerSettings {
  const byName = new Map(keysOf(LIVE_SETTINGS).map((name) => [configuredName(name), name]));
  const known = new Set(deps.configuration.map(({ setting }) => setting));
  // Without a configuration, as in tests, those that can be changed are still shown.
  const missing = [...byName].flatMap(([setting, name]): ConfiguredSetting[] =>
    known.has(setting) ? [] : [{ setting, value: deps.live.configured[name], source: 'default' }],
  );
  const settings = [...deps.configuration, ...missing].map((row): EffectiveSetting => {
    const name = byName.get(row.setting);
    if (name === undefined) return fixed(row);
    const stored = values[name];
    return {
      setting: row.setting,
      value: stored ?? row.value,
      source: stored === undefined ? row.source : 'stored',
      configured: row.value,
      changeable: true,
      reason: null,
      range: rangeOf(name),
    };
  });
  return { revision, settings };
}

/** Settings that an attacker with the rights of an administrator would change first. */
const PROTECTING = [
  'bus',
  'forwarded-',
  'insecure-',
  'metrics-open',
  'oidc-',
  'require-signed-',
  'sealing-',
  'store',
  'tls-',
  'trusted-',
  'webhook-',
];

function fixed({ setting, value, source }: ConfiguredSetting): EffectiveSetting {
  const reason = PROTECTING.some((start) => setting.startsWith(start))
    ? 'It protects the server or says what it works with: only who runs the server changes it.'
    : 'The server reads it at its start: change it in the configuration, and restart the server.';
  return {
    setting,
    value,
    source,
    configured: value,
    changeable: false,
    reason,
    range: null,
  };
}

/**
 * The settings of a server that are changed while it runs: what is stored takes the place of what
 * is configured. Everything that reads a setting reads the present value.
 */
import {
  LIVE_SETTINGS,
  type LiveSettingName,
  type SettingValue,
} from '@novacron/contract/administration/server-settings';
import { keysOf } from '@novacron/contract/closed-table';
import { formatDuration, parseDuration } from '@novacron/contract/formats/duration';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import { z } from 'zod';
import type { Store } from '../../../ports/store.ts';
import type { ServerSettingsRow } from '../../../ports/tables/server-settings-row.ts';
import type { SessionTimes } from '../../access/session-times.ts';
import { type Repeating, repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import type { RetentionTimes } from '../retention/retention-times.ts';

/** Id of the one row. */
export const SETTINGS_ID = 'servers';

/** Interval at which a server checks for changes by other servers. Unit: ms. */
const FOLLOW_MS = 5_000;

/** The settings that are changed while a server runs. */
interface ChangeableSettings {
  readonly retention: RetentionTimes;
  readonly sessions: SessionTimes;
  readonly failoverNodes: number;
  readonly decisionInputRatio: number;
  readonly learningEnabled: boolean;
  readonly autoApplyEnabled: boolean;
  readonly confidenceThreshold: number;
}

/** Stored settings. */
export interface StoredSettings {
  /** Number of changes so far. */
  readonly revision: number;
  readonly values: Readonly<Partial<Record<LiveSettingName, SettingValue>>>;
}

/** The settings of one server. */
export interface LiveSettings<Settings> {
  /** Read a member each time that it is needed. */
  readonly settings: Settings;
  /** Configured settings, as they would be written. */
  readonly configured: Readonly<Record<LiveSettingName, SettingValue>>;
  /** Reads what is stored, and has it count from now on. */
  readonly load: () => Promise<StoredSettings>;
  /** Loads every few seconds, where other servers change the store as well. */
  readonly follow: () => void;
  readonly stop: () => void;
}

const NOTHING: StoredSettings = { revision: 0, values: {} };

const StoredValues = z.partialRecord(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Makes the settings of a server; what is stored counts once it has been loaded. */
export function createLiveSettings<Settings extends ChangeableSettings>(ports: {
  readonly store: Pick<Store, 'read'>;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly settings: Settings;
}): LiveSettings<Settings> {
  const { store, timers, logger, settings: configured } = ports;
  let current: ChangeableSettings = configured;
  let following: Repeating | undefined;

  async function load(): Promise<StoredSettings> {
    const [row] = await store.read({ from: 'server_settings', where: { id: SETTINGS_ID } });
    const stored = row === undefined ? NOTHING : readStored(row);
    current = apply(configured, stored.values);
    return stored;
  }

  return {
    settings: {
      ...configured,
      get retention() {
        return current.retention;
      },
      get sessions() {
        return current.sessions;
      },
      get failoverNodes() {
        return current.failoverNodes;
      },
      get decisionInputRatio() {
        return current.decisionInputRatio;
      },
      get learningEnabled() {
        return current.learningEnabled;
      },
      get autoApplyEnabled() {
        return current.autoApplyEnabled;
      },
      get confidenceThreshold() {
        return current.confidenceThreshold;
      },
    },
    configured: writeSettings(configured),
    load,
    follow: () => {
      following = repeatWork(timers, {
        everyMs: FOLLOW_MS,
        work: async () => void (await load()),
        onFailure: (cause) => logger.debug({ cause }, 'the stored settings cannot be read'),
      });
    },
    stop: () => following?.stop(),
  };
}

/** Reads the row; a name that a later release has added says nothing here. */
function readStored(row: ServerSettingsRow): StoredSettings {
  const found = StoredValues.parse(JSON.parse(row.values_json));
  const values: Partial<Record<LiveSettingName, SettingValue>> = {};
  for (const name of keysOf(LIVE_SETTINGS)) {
    const value = found[name];
    if (value !== undefined) values[name] = value;
  }
  return { revision: row.revision, values };
}

function apply(
  { retention: times, sessions, ...others }: ChangeableSettings,
  values: StoredSettings['values'],
): ChangeableSettings {
  const durationOf = (name: LiveSettingName, otherwiseMs: number): number =>
    parseDuration(String(values[name] ?? '')) ?? otherwiseMs;
  return {
    retention: {
      operationsMs: durationOf('retention_operations', times.operationsMs),
      eventsMs: durationOf('retention_events', times.eventsMs),
      auditMs: durationOf('retention_audit', times.auditMs),
      decisionsMs: durationOf('retention_decisions', times.decisionsMs),
      ledgerMs: durationOf('retention_ledger', times.ledgerMs),
      policyDecisionsMs: durationOf('retention_policy_decisions', times.policyDecisionsMs),
      idempotencyKeysMs: durationOf('retention_idempotency_keys', times.idempotencyKeysMs),
      signingKeysMs: durationOf('retention_signing_keys', times.signingKeysMs),
    },
    sessions: {
      idleMs: durationOf('session_idle', sessions.idleMs),
      lifetimeMs: durationOf('session_lifetime', sessions.lifetimeMs),
    },
    failoverNodes: Number(values.failover_nodes ?? others.failoverNodes),
    decisionInputRatio: Number(values.decision_input_ratio ?? others.decisionInputRatio),
    learningEnabled: Boolean(values.learning_enabled ?? others.learningEnabled),
    autoApplyEnabled: Boolean(values.auto_apply_enabled ?? others.autoApplyEnabled),
    confidenceThreshold: Number(values.confidence_threshold ?? others.confidenceThreshold),
  };
}

function writeSettings(configured: ChangeableSettings): LiveSettings<unknown>['configured'] {
  const { retention, sessions, failoverNodes, decisionInputRatio } = configured;
  const { learningEnabled, autoApplyEnabled, confidenceThreshold } = configured;
  return {
    retention_operations: formatDuration(retention.operationsMs),
    retention_events: formatDuration(retention.eventsMs),
    retention_audit: formatDuration(retention.auditMs),
    retention_decisions: formatDuration(retention.decisionsMs),
    retention_ledger: formatDuration(retention.ledgerMs),
    retention_policy_decisions: formatDuration(retention.policyDecisionsMs),
    retention_idempotency_keys: formatDuration(retention.idempotencyKeysMs),
    retention_signing_keys: formatDuration(retention.signingKeysMs),
    session_idle: formatDuration(sessions.idleMs),
    session_lifetime: formatDuration(sessions.lifetimeMs),
    failover_nodes: failoverNodes,
    decision_input_ratio: decisionInputRatio,
    learning_enabled: learningEnabled,
    auto_apply_enabled: autoApplyEnabled,
    confidence_threshold: confidenceThreshold,
  };
}

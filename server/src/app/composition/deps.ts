import { NO_TRACER } from '@novacron/tracing/tracer';
import type { Sealing } from '../../ports/sealing.ts';
import type { Change, ChangeSet } from '../../ports/store.ts';
import { NO_TELEMETRY } from '../../ports/telemetry.ts';
import type { SlotLimits } from '../access/limits/fair-slots.ts';
import type { Allowance } from '../access/limits/rate-limiter.ts';
import { SESSION_TIMES, type SessionTimes } from '../access/session-times.ts';
import type { EnrollmentDeps } from '../fleet/enrollment/deps.ts';
import type { ImprovementSchedule } from '../fleet/optimizer/improvement-schedule.ts';
import { findMemberDrift } from '../governance/drift/find-member-drift.ts';
import { type ProgressWatch, watchProgress } from '../kernel/bus/watch-progress.ts';
import { createAdmissionSemaphore } from '../kernel/context/admission-semaphore.ts';
import type { PortsOf } from '../kernel/context/deps.ts';
import { createControlPlane } from '../kernel/control-plane/control-plane.ts';
import { createDefinitionCache } from '../kernel/definitions/definition-cache.ts';
import { nameInstance } from '../kernel/leases/instance.ts';
import { aroundCommits } from '../kernel/write/commit-changes.ts';
import { noteAllocations } from '../placement/facts/note-allocations.ts';
import { createPlacementMemory } from '../placement/placement-memory.ts';
import { createPriceBook, type PriceBook } from '../placement/prices/price-book.ts';
import { priceSubject } from '../placement/prices/price-writes.ts';
import { createSpentReader } from '../placement/prices/read-spent.ts';
import { chargeCommits } from '../placement/prices/record-charges.ts';
import { BACKUP_TIMES, type BackupTimes } from '../platform/backups/backup-times.ts';
import type { CapabilityDeps } from '../platform/deps.ts';
import type { RetentionDeps } from '../platform/retention/deps.ts';
import { RETENTION_TIMES, type RetentionTimes } from '../platform/retention/retention-times.ts';
import type { SettingsDeps } from '../platform/settings/deps.ts';
import { createLiveSettings } from '../platform/settings/live-settings.ts';
import { decideWrite } from '../policy/decide/decide-write.ts';
import { createDecisionMemory } from '../policy/log/create-decision-memory.ts';
import type { DecisionMemory } from '../policy/memory/decision-memory.ts';
import type { ResourceSettings } from '../resources/deps.ts';
import { NETWORK_RULES } from '../resources/network-rules.ts';
import { createWriteRegistry } from './write-registry.ts';

/** The settings of the application, each with its default in {@link DEFAULT_SETTINGS}. */
export interface AppSettings extends ResourceSettings {
  /** Retention times of records. */
  readonly retention: RetentionTimes;
  /** Lifetimes of browser sessions. */
  readonly sessions: SessionTimes;
  /** Rate limit of one principal on each server; undefined for no limit. */
  readonly rateLimit: Allowance | undefined;
  /** The same for all principals of a tenant together, and for each client address. */
  readonly tenantRateLimit: Allowance | undefined;
  readonly addressRateLimit: Allowance | undefined;
  /** Maximum number of calls that may wait for operations at once; undefined for no limit. */
  readonly waits: SlotLimits | undefined;
  /** Schedule on which the fleet is improved without a request; undefined for never. */
  readonly improvements: ImprovementSchedule | undefined;
  /** Interval of whole backups, and how long they are kept. */
  readonly backup: BackupTimes;
}

/** Every port that the application's use cases may use. */
export interface AppDeps
  extends EnrollmentDeps,
    CapabilityDeps,
    Omit<RetentionDeps, 'live'>,
    SettingsDeps {
  /** Re-encrypts the store and lists its keys; undefined where the store is not sealed. */
  readonly sealing: Sealing | undefined;
  readonly settings: AppSettings;
}

/** The defaults for settings that a server's configuration leaves out. */
const DEFAULT_SETTINGS: AppSettings = {
  requireSignedPolicies: false,
  decisionInputRatio: 0.1,
  webhookHosts: [],
  egressHosts: [],
  healthCheckIntervalMs: undefined,
  retention: RETENTION_TIMES,
  sessions: SESSION_TIMES,
  rateLimit: undefined,
  tenantRateLimit: undefined,
  addressRateLimit: undefined,
  waits: undefined,
  improvements: undefined,
  backup: BACKUP_TIMES,
  failoverNodes: 0,
  proactiveMoves: 0,
  learningEnabled: true,
  autoApplyEnabled: false,
  confidenceThreshold: 0.85,
  networks: NETWORK_RULES,
};

/** Ports that every server has. */
type RequiredPort =
  | 'store'
  | 'clock'
  | 'timers'
  | 'ids'
  | 'rng'
  | 'secretRandom'
  | 'bus'
  | 'logger'
  | 'serverVersion'
  | 'policies';

/**
 * Dependencies that an application creates itself, in addition to those of the kernel ({@link
 * PortsOf}).
 */
type OwnPart =
  | 'spentBy'
  | 'writes'
  | 'placementMemory'
  | 'prices'
  | 'priceOf'
  | 'decisions'
  | 'live'
  | 'findMemberDrift';

/** The ports of a server; what is left out is off. */
export interface ServerPorts
  extends Pick<AppDeps, RequiredPort>,
    Partial<Omit<CompletePorts, RequiredPort | 'settings'>> {
  readonly settings?: Partial<AppSettings>;
}

/** The ports of a server, each of which is there. */
export type CompletePorts = Omit<PortsOf<AppDeps>, OwnPart>;

/** Completes the ports of a server with null adapters and default settings. */
export function completePorts(ports: ServerPorts): CompletePorts {
  return {
    sealing: undefined,
    configuration: [],
    tokens: undefined,
    oidc: undefined,
    vault: undefined,
    decisionModel: undefined,
    draftModel: undefined,
    certificates: undefined,
    egress: undefined,
    fenceDevices: undefined,
    images: undefined,
    exports: undefined,
    metricSeries: undefined,
    metricSource: undefined,
    backups: undefined,
    forecasts: undefined,
    models: undefined,
    solver: undefined,
    usage: undefined,
    policySignatures: undefined,
    telemetry: NO_TELEMETRY,
    tracer: NO_TRACER,
    controlPlane: createControlPlane(ports),
    ...ports,
    settings: { ...DEFAULT_SETTINGS, ...ports.settings },
  };
}

/** Closes the ports that have to be closed; what others use is closed last. */
export async function closePorts(ports: CompletePorts): Promise<void> {
  await ports.tracer.close();
  await ports.policies.close();
  await ports.solver?.close();
  await ports.forecasts?.close();
  await ports.models?.close();
  await ports.backups?.close();
  await ports.bus.close();
  await ports.metricSeries?.close();
  await ports.store.close();
}

/** Everything, with the parts that are stopped with the application. */
interface OwnDeps extends AppDeps {
  readonly decisions: DecisionMemory;
  readonly progress: ProgressWatch;
  readonly prices: PriceBook;
}

/**
 * Adds what a start of a server makes for itself, and names the start.
 * @param onCommitted - called after each commit
 */
export function createDeps(
  ports: CompletePorts,
  onCommitted: (changes: ChangeSet) => void = () => undefined,
): OwnDeps {
  const instanceId = nameInstance(ports.secretRandom);
  const placementMemory = createPlacementMemory();
  const prices = createPriceBook(ports);
  const spentBy = createSpentReader(ports);
  const charging = chargeCommits({ ...ports, prices, spentBy });
  const noting = noteAllocations(charging, placementMemory);
  const live = createLiveSettings(ports);
  const { settings } = live;
  const deps: OwnDeps = {
    ...ports,
    live,
    settings,
    store: aroundCommits(charging, async (changes, commit) => {
      const done = await (changes.some(movesVm) ? noting.commit(changes) : commit());
      if (!done.ok) return done;
      await prices.note(changes);
      onCommitted(changes);
      return done;
    }),
    instanceId,
    progress: watchProgress(ports),
    decisions: createDecisionMemory({ ...ports, settings }),
    definitions: createDefinitionCache(),
    admissions: createAdmissionSemaphore(),
    placementMemory,
    prices,
    spentBy,
    writes: createWriteRegistry(),
    verdicts: { decide: (context, write) => decideWrite(deps, context, write) },
    priceOf: (context, write) => priceSubject({ store: ports.store, prices }, context, write),
    findMemberDrift: (of) => findMemberDrift(deps, of),
  };
  return deps;
}

/** Whether a VM comes to a node or leaves one. */
function movesVm(change: Change): boolean {
  switch (change.kind) {
    case 'insert':
    case 'put':
      return change.into === 'allocations';
    case 'delete':
    case 'drop':
      return change.from === 'allocations';
    default:
      return false;
  }
}

import type { Bus } from '@novacron/bus/bus';
import type { Rng } from '@novacron/engine/env';
import type { Tracer } from '@novacron/tracing/tracer';
import type { CertificateCrypto } from '../../../ports/certificates.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Ids } from '../../../ports/ids.ts';
import type { Logger } from '../../../ports/logger.ts';
import type { PolicyRuntime } from '../../../ports/policy-runtime.ts';
import type { PolicySignatures } from '../../../ports/policy-signatures.ts';
import type { SecretRandom } from '../../../ports/rng.ts';
import type { Sealing } from '../../../ports/sealing.ts';
import type { Solver } from '../../../ports/solver.ts';
import type { Store } from '../../../ports/store.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import type { Timers } from '../../../ports/timers.ts';
import type { TokenCrypto } from '../../../ports/tokens.ts';
import type { WebhookSender } from '../../../ports/webhooks.ts';
import type { OidcAccess } from '../../access/identity/oidc-access.ts';
import type { Allowance } from '../../access/limits/token-bucket.ts';
import type { ImprovementSchedule } from '../../capabilities/optimizer/improvement-schedule.ts';
import type { RetentionTimes } from '../../capabilities/retention/retention-times.ts';
import type { UsageWatch } from '../../placement/facts/measured-usage.ts';
import type { DecisionKeeping } from '../../policy/memory/decision-memory.ts';
import type { ProgressWatch } from '../bus/watch-progress.ts';

/** Every port that the application's use cases may use. */
export interface AppDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly rng: Rng;
  readonly secretRandom: SecretRandom;
  readonly bus: Bus;
  readonly policies: PolicyRuntime;
  /** Without it batches are placed as well as it goes without proof. */
  readonly solver?: Solver;
  readonly logger: Logger;
  readonly serverVersion: string;
  /** Looks after the store's seals; without it the store has none. */
  readonly sealing?: Sealing;
  /** Without it there are API keys only. */
  readonly tokens?: TokenCrypto;
  /** Without it nobody is enrolled. */
  readonly certificates?: CertificateCrypto;
  /** Without it the fleet is improved when somebody asks. */
  readonly improvements?: ImprovementSchedule | undefined;
  /** How long what is kept; the defaults of the settings unless said. */
  readonly retention?: RetentionTimes;
  /** How much one principal may ask for on each server; without it, everything. */
  readonly rateLimit?: Allowance;
  /** How often VMs are checked, and silent nodes looked for where that is more often than usual. */
  readonly healthCheckIntervalMs?: number;
  /** Without it the tokens of nobody else are accepted. */
  readonly oidc?: OidcAccess;
  /** What policies were asked and said lately; without it nothing is logged or remembered. */
  readonly decisions?: DecisionKeeping;
  /** Without it policies are neither signed nor checked. */
  readonly policySignatures?: PolicySignatures;
  /** Whether new rules need the signature of an author that the tenant trusts. */
  readonly requireSignedPolicies?: boolean;
  /** Without it no webhooks are sent. */
  readonly webhooks?: WebhookSender;
  /** Where they may go to: `HOST`, or `HOST:PORT`; nowhere unless said. */
  readonly webhookHosts?: readonly string[];
  /** Which part of what policies allow is logged with its question; a tenth unless said. */
  readonly decisionInputRatio?: number;
  /** How far commands are that run; without it steps are either done or not. */
  readonly progress?: Pick<ProgressWatch, 'percentOf' | 'subscribe'>;
  /** What nodes and VMs were measured to use; without it nothing is known of that. */
  readonly usage?: UsageWatch;
  /** Nobody counts without it. */
  readonly telemetry?: Telemetry;
  /** Nothing is traced without it. */
  readonly tracer?: Tracer;
}

/** The ports of one server among those that share a store. */
export interface InstanceDeps extends AppDeps {
  /** Names this start of the server: no other start of any server has the same. */
  readonly instanceId: string;
}

/** Ports that several servers in one process share: a store, a bus and virtual time. */
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { makeRng } from '@novacron/engine/rng';
import type { Logger } from '@novacron/runtime/logger';
import { createCertificates } from '@novacron/server/adapters/certificates/create-certificates';
import { createIds, systemRandom } from '@novacron/server/adapters/ids/random-ids';
import { createTokenCrypto } from '@novacron/server/adapters/jwt/create-token-crypto';
import { openSqliteSeries } from '@novacron/server/adapters/metric-series/sqlite/open-sqlite-series';
import { createPolicyRuntime } from '@novacron/server/adapters/policy/create-policy-runtime';
import { createPolicySignatures } from '@novacron/server/adapters/policy/create-policy-signatures';
import { type CompletePorts, completePorts } from '@novacron/server/app/composition/deps';
import type { Store } from '@novacron/server/ports/store';
import { SERVER_VERSION } from '@novacron/server/version';
import type { VirtualTime } from '../../../../server/agent/src/test-kit/virtual-time.ts';

/** Shared ports, and overrides of a test. */
export interface SharedParts {
  readonly store: Store;
  readonly time: VirtualTime;
  readonly bus?: Bus;
  /** Clock offset of this server. Unit: milliseconds. */
  readonly clockMs?: number;
  /** File for the series of metrics; none by default. */
  readonly metricsFile?: string;
  /** Hears what is logged as an error. */
  readonly onError?: (text: string) => void;
}

/** Makes the ports of one server. */
export function sharedPorts(parts: SharedParts): CompletePorts {
  const { store, time, clockMs = 0, bus = openMemoryBus({ timers: time.timers }) } = parts;
  const { metricsFile } = parts;
  const clock = { nowMs: () => time.clock.nowMs() + clockMs };
  const logger = loggerOf(parts.onError);
  return completePorts({
    store,
    bus,
    clock,
    logger,
    timers: time.timers,
    ids: createIds(clock, systemRandom),
    rng: makeRng('replicas'),
    secretRandom: systemRandom,
    policies: createPolicyRuntime(logger),
    policySignatures: createPolicySignatures(),
    serverVersion: SERVER_VERSION,
    tokens: createTokenCrypto(),
    certificates: createCertificates(),
    ...(metricsFile === undefined
      ? {}
      : { metricSeries: openSqliteSeries({ path: metricsFile, clock, logger }) }),
  });
}

function loggerOf(onError: SharedParts['onError']): Logger {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (fields, message) => {
      onError?.(`${message} ${JSON.stringify(fields)} ${String(fields.cause ?? '')}`);
    },
  };
}

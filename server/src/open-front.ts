/** The listeners of a server, which are open while it waits for its store and its bus. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { systemClock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import { backgroundTimers } from '@novacron/runtime/timers';
import { watchCertificate } from './adapters/certificates/watch-certificate.ts';
import {
  type HealthListener,
  startHealthListener,
} from './adapters/health/start-health-listener.ts';
import { connectionsWithin, readOpenFilesMax } from './adapters/process/open-files.ts';
import { readinessAnswer } from './app/platform/readiness/readiness.ts';
import type { StoreHealth } from './app/platform/readiness/store-health.ts';
import type { ServerConfig } from './config.ts';
import type { Ids } from './ports/ids.ts';
import type { Telemetry } from './ports/telemetry.ts';
import { trustProxies } from './transports/http/client-address.ts';
import { type HttpListener, openListener } from './transports/open-listener.ts';

/** Dependencies of the listeners. */
interface FrontParts {
  readonly ids: Ids;
  readonly health: StoreHealth;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/** Listeners that are open. */
export interface Front {
  readonly listener: HttpListener;
  /** Address that serves only health; undefined if not configured. */
  readonly healthUrl: string | undefined;
  /** Has the listener of health answer what `health` reports now. */
  readonly refresh: () => void;
  readonly close: () => Promise<void>;
}

/** Opens them; until an application takes over they answer what `health` reports. */
export async function openFront(
  config: ServerConfig,
  parts: FrontParts,
): Promise<Result<Front, Problem>> {
  const health = await serveHealth(config, parts.health);
  if (!health.ok) return health;
  const opened = await openMain(config, parts);
  if (!opened.ok) {
    await health.value?.stop();
    return opened;
  }
  const listener = opened.value;
  const { tls } = config;
  const { renew } = listener;
  const { telemetry, logger } = parts;
  const watch = { renew, clock: systemClock, timers: backgroundTimers, logger, telemetry };
  const endWatch = tls === undefined ? undefined : watchCertificate({ ...watch, tls });
  return ok({
    listener,
    healthUrl: health.value?.url,
    refresh: () => health.value?.refresh(),
    close: async () => {
      endWatch?.();
      await listener.close(0);
      await health.value?.stop();
    },
  });
}

/** Starts the listener that serves health only, where one is configured. */
async function serveHealth(
  { healthListen: listen }: ServerConfig,
  health: StoreHealth,
): Promise<Result<HealthListener | undefined, Problem>> {
  if (listen === undefined) return ok(undefined);
  const readiness = () => readinessAnswer(health.report());
  return startHealthListener({ listen, timers: backgroundTimers, readiness });
}

function openMain(
  config: ServerConfig,
  { ids, health, telemetry, logger }: FrontParts,
): Promise<Result<HttpListener, Problem>> {
  const { listen, tls, tlsMinVersion: minVersion, limits } = config;
  const { total: wanted, perAddress } = limits.connections;
  // At most the number of available file descriptors.
  const total = connectionsWithin(wanted, readOpenFilesMax());
  if (total < wanted) {
    logger.warn({ connections: total, wanted }, 'the limit of open files allows fewer connections');
  }
  return openListener({
    application: { nextRequestId: () => ids.next('req') },
    listen,
    connectionLimits: { total, perAddress },
    trustedProxies: trustProxies(config.trustedProxies, config.forwardedHeader),
    readiness: health.report,
    telemetry,
    logger,
    ...(tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key, minVersion } }),
  });
}

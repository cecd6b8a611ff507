/** Answers servers that ask whether the heartbeat of another node moves in the shared storage. */
import type { Responder } from '@novacron/bus/bus';
import {
  type PoolHeartbeatAnswer,
  PoolHeartbeatQuery,
} from '@novacron/contract/agent/pool-heartbeat';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { Driver, DriverCapabilities } from '../drivers/driver.ts';

/** Makes the responder. It keeps nothing: the server compares what several nodes answer. */
export function answerPoolHeartbeats({
  driver,
}: {
  readonly driver: Pick<Driver, 'name' | 'poolHeartbeats'>;
}): Responder {
  return async (message): Promise<PoolHeartbeatAnswer> => {
    const parsed = PoolHeartbeatQuery.safeParse(message);
    if (!parsed.success) {
      return unknown(toValidationProblem(parsed.error, 'The question about the pool').detail);
    }
    if (driver.poolHeartbeats === undefined) {
      return unknown(`the hypervisor ${driver.name} reads no heartbeats in its storage`);
    }
    return driver.poolHeartbeats.watch(parsed.data);
  };
}

/**
 * Returns the capabilities, including whether heartbeats currently arrive. A heartbeat that does
 * not arrive says nothing about the node, and is not a channel.
 */
export function capabilitiesWithChannel({
  capabilities,
  poolHeartbeats,
}: Pick<Driver, 'capabilities' | 'poolHeartbeats'>): DriverCapabilities {
  if (poolHeartbeats === undefined) return capabilities;
  const poolHeartbeat = poolHeartbeats.state() === 'arrives' ? 'yes' : 'no';
  return { ...capabilities, poolHeartbeat };
}

function unknown(reason: string): PoolHeartbeatAnswer {
  return { kind: 'unknown', reason };
}

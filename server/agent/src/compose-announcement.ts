/** Announcement that a node's agent sends. */
import { AGENT_PROTOCOL_VERSION } from '@novacron/contract/agent/agent';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { Driver } from './drivers/driver.ts';
import { capacityOf, type FleetNode } from './fleet/fleet.ts';
import { factsOf, type HypervisorFacts } from './fleet/node-facts.ts';
import type { GuardedVms } from './isolation/keep-guarded.ts';
import type { Journal } from './journal/journal.ts';
import type { RefusedSenders } from './presence/watch-refused-senders.ts';
import { AGENT_VERSION } from './process/version.ts';
import { capabilitiesWithChannel } from './reports/answer-pool-heartbeats.ts';
import type { SignalWatch } from './signals/watch-signals.ts';

/** Sources of an announcement. */
export interface AnnouncementParts {
  readonly node: FleetNode;
  readonly driver: Driver;
  readonly journal: Pick<Journal, 'followed'>;
  readonly refusedSenders: Pick<RefusedSenders, 'reported'>;
  readonly hypervisor?: HypervisorFacts | undefined;
  readonly signalWatch: Pick<SignalWatch, 'conditions' | 'hasLooked'>;
  /** For how long the agent will be away, once it stops on purpose. Unit: ms. */
  readonly plannedStopMs: number | undefined;
  readonly guarded: Pick<GuardedVms, 'announced'>;
}

/**
 * Composes it for each heartbeat, without what differs from heartbeat to heartbeat.
 * @returns the same object as long as nothing that it says has changed
 */
export function announcementsOf(parts: AnnouncementParts): () => AgentAnnouncement {
  let inputs: readonly unknown[] = [];
  let composed: AgentAnnouncement | undefined;
  return () => {
    const now = inputsOf(parts);
    const isSame = now.every((input, index) => input === inputs[index]);
    if (composed !== undefined && isSame) return composed;
    inputs = now;
    composed = composeAnnouncement(parts);
    return composed;
  };
}

/** Returns the inputs of an announcement that may change while an agent runs. */
function inputsOf(parts: AnnouncementParts): readonly unknown[] {
  const { driver, journal, refusedSenders, plannedStopMs, guarded } = parts;
  const { isolationGuard, guard } = guarded.announced();
  return [
    parts.signalWatch.conditions(),
    parts.signalWatch.hasLooked(),
    driver.devices,
    driver.numaCells,
    driver.cpuBaselines,
    driver.hostUuid,
    driver.hostSecurity?.(),
    driver.networks?.tunnelAddress,
    driver.networks?.mapVersion(),
    driver.storage?.(),
    driver.capabilities,
    driver.poolHeartbeats?.state(),
    journal.followed(),
    refusedSenders.reported(),
    plannedStopMs,
    isolationGuard,
    guard,
  ];
}

function composeAnnouncement(parts: AnnouncementParts): AgentAnnouncement {
  const { node, driver, journal, refusedSenders, hypervisor, plannedStopMs, signalWatch } = parts;
  const conditions = signalWatch.conditions();
  const tunnel_address = driver.networks?.tunnelAddress;
  const storage = driver.storage?.();
  const known = factsOf(node, hypervisor);
  const found = {
    ...known,
    ...(driver.devices === undefined ? {} : { devices: driver.devices }),
    ...(driver.numaCells?.length ? { numa_cells: driver.numaCells } : {}),
    ...(driver.cpuBaselines?.length ? { cpu_baselines: [...driver.cpuBaselines] } : {}),
    ...(tunnel_address === undefined ? {} : { tunnel_address }),
    ...(driver.hostUuid === undefined ? {} : { host_uuid: driver.hostUuid }),
    ...(driver.hostSecurity && { host: driver.hostSecurity() }),
    ...(storage === undefined ? {} : { storage }),
    ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
    ...(signalWatch.hasLooked() ? {} : { conditions_partial: true as const }),
  };
  const facts = Object.keys(found).length === 0 ? undefined : found;
  const { isolationGuard, guard } = parts.guarded.announced();
  const network_map = driver.networks?.mapVersion();
  const follows = journal.followed();
  const refused = refusedSenders.reported();
  return {
    ...(follows === undefined ? {} : { follows }),
    ...(refused === undefined ? {} : { refused }),
    ...(node.class === undefined ? {} : { class: node.class }),
    ...(facts === undefined ? {} : { facts }),
    ...(network_map === undefined ? {} : { network_map }),
    ...(plannedStopMs === undefined ? {} : { planned_stop_ms: plannedStopMs }),
    protocol: AGENT_PROTOCOL_VERSION,
    node: node.name,
    zone: node.zone,
    rack: node.rack,
    driver: driver.name,
    release: AGENT_VERSION,
    capabilities: { ...capabilitiesWithChannel(driver), isolationGuard },
    ...(guard === undefined ? {} : { isolation_guard: guard }),
    capacity: capacityOf(node),
  };
}

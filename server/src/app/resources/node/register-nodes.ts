/** Registers nodes: updates their rows from the heartbeats of agents, and marks silent ones. */

import {
  type AgentAnnouncement,
  type AgentBeat,
  AgentFeature,
} from '@novacron/contract/agent/agent-announcement';
import {
  ANY_NODE,
  announceSubject,
  leaseSubject,
  nodeOfSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { NetworkMap } from '@novacron/contract/agent/network-map';
import type { ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { steadyMs } from '@novacron/runtime/clock';
import type { Tables } from '../../../ports/tables/tables.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { ResourceDeps } from '../deps.ts';
import { createNetworkMaps } from '../network/network-maps.ts';
import { detectSilentNodes } from './detect-silent-nodes.ts';
import { createHeardAnnouncements } from './heard-announcements.ts';
import { type HeardNode, isWrittenDown, toNodeRow } from './node-announcement.ts';
import { isFenced } from './node-fence.ts';
import { createNodeNews } from './node-news.ts';
import { refuseOtherHost } from './other-host.ts';
import { createReturns } from './prove-return.ts';
import { createWantedGuards } from './wanted-guards.ts';

/** Dependencies of the node registry. */
type RegistryDeps = Pick<
  ResourceDeps,
  'store' | 'bus' | 'clock' | 'timers' | 'ids' | 'logger' | 'controlPlane'
> & {
  readonly settings: Pick<ResourceDeps['settings'], 'healthCheckIntervalMs'>;
  /** Called after events were committed. */
  readonly onEvents?: () => void;
};

/** A heartbeat is stored at most this often, to save commits. */
const LAST_SEEN_MS_STEP = 14_000;

/**
 * Interval at which a server announces itself to an agent that refuses it. The agent reports
 * refused servers for a minute, so that the server it follows learns of this one. Unit: ms.
 */
const NAME_ITSELF_MS = 20_000;

/** A message that the bus refuses would renew no lease: NATS takes 1 MiB. Unit: characters. */
const MAP_LENGTH_MAX = 900_000;

/** Listens to the heartbeats of agents. */
export interface NodeRegistry {
  /**
   * Resolves when at least this many nodes have been stored since the start, or when the time is
   * up: the others are lost when their lease has expired.
   * @returns how many there are
   */
  readonly waitForNodes: (
    count: number,
    options: { readonly timeoutMs: number },
  ) => Promise<number>;
  readonly stop: () => void;
}

/** Agents of release 0.1.0 announce the prices of a fleet file. */
const PRICES_NOT_USED = 'the prices that the agent announces are not used: create a price list';

/** Starts listening; must run before the agents start. */
export function createNodeRegistry(deps: RegistryDeps): NodeRegistry {
  /** Durations are those of a clock that is never set. */
  const steadyNowMs = (): number => steadyMs(deps.clock);
  /** Start times of the last write and of the last successful write, by node. */
  const lastWrittenMs = new Map<string, number>();
  const lastKeptMs = new Map<string, number>();
  /**
   * Server that each agent follows, servers it refuses, its start and state, and its second
   * channel.
   */
  const lastSides = new Map<string, string>();
  /** Last time this server announced itself to each agent that refuses it. */
  const lastNamedMs = new Map<string, number>();
  const news = createNodeNews(deps);
  const detector = detectSilentNodes(deps, {
    news,
    onSilent: (node) => lastWrittenMs.delete(node),
  });
  const returns = createReturns();
  /** The last heartbeat of each node that this server has stored. */
  const stored = new Map<string, Pick<AgentAnnouncement, 'incarnation' | 'beat'>>();
  const maps = createNetworkMaps(deps);
  const guards = createWantedGuards(deps);
  const announcements = createHeardAnnouncements();
  const registered = new Set<string>();
  const waiters = new Set<() => void>();
  let stopped = false;

  /**
   * Acknowledges only stored heartbeats: other servers must know how long a lease may still run.
   */
  async function hear(announcement: AgentAnnouncement): Promise<void> {
    const { node, incarnation, beat } = announcement;
    // That of a new start counts once it is known to be on the host of the node.
    const isKnown = stored.has(node) && stored.get(node)?.incarnation === incarnation;
    if (isKnown) detector.hear(announcement);
    const claim = await deps.controlPlane.claimFor(announcement.follows);
    if (!claim.ok) {
      deps.logger.warn({ node, problem: claim.error }, 'node not registered');
      return;
    }
    const isOther = claim.value === 'other';
    const registering = await register({
      said: announcement,
      followed: isOther ? announcement.follows : undefined,
      refused: isOther ? undefined : await findContender(announcement),
    });
    if (registering === 'other-host') return;
    if (!isKnown) {
      detector.hear(announcement);
      if ('prices' in announcement) deps.logger.warn({ node }, PRICES_NOT_USED);
    }
    // Only the control plane that an agent follows lets it accept commands.
    if (claim.value === 'other') return await nameItself(announcement);
    const keptMs = lastKeptMs.get(node) ?? Number.NEGATIVE_INFINITY;
    if (stopped || steadyNowMs() - keptMs >= LAST_SEEN_MS_STEP) return;
    if (incarnation === undefined || beat === undefined) return;
    const network_map = await mapFor(announcement);
    const guard = await guards.guardFor(announcement);
    if (stopped) return;
    const last = stored.get(node);
    deps.bus.publish(leaseSubject(node), {
      incarnation,
      beat,
      control_plane: claim.value,
      knows: AgentFeature.options,
      ...(last?.incarnation === incarnation ? { stored_beat: last.beat } : {}),
      ...(guard === undefined ? {} : { guard }),
      ...(network_map === undefined ? {} : { network_map }),
    });
  }

  /** A lease is renewed without a map where none can be made; the next heartbeat gets one. */
  async function mapFor(announcement: AgentAnnouncement): Promise<NetworkMap | undefined> {
    try {
      const map = await maps.mapFor(announcement);
      if (map === undefined || JSON.stringify(map).length <= MAP_LENGTH_MAX) return map;
      deps.logger.warn({ node: announcement.node }, 'the network map is too long for a message');
      return undefined;
    } catch (cause) {
      deps.logger.warn({ node: announcement.node, cause }, 'no network map could be made');
      return undefined;
    }
  }

  /** Sends an agent that follows another control plane a renewal, which it refuses and reports. */
  async function nameItself({ node, incarnation, beat }: AgentAnnouncement): Promise<void> {
    const nowMs = steadyNowMs();
    const sinceMs = nowMs - (lastNamedMs.get(node) ?? Number.NEGATIVE_INFINITY);
    if (stopped || sinceMs < NAME_ITSELF_MS) return;
    if (incarnation === undefined || beat === undefined) return;
    lastNamedMs.set(node, nowMs);
    const begun = await deps.controlPlane.begin();
    if (!begun.ok) return;
    // Without the terms before it: this must not make the agent follow.
    const named = { incarnation, beat, control_plane: begun.value, knows: AgentFeature.options };
    deps.bus.publish(leaseSubject(node), named);
  }

  /** Asks an agent for the announcement that its beat repeats. This renews nothing. */
  function askForAnnouncement({ node, incarnation }: AgentBeat): void {
    deps.bus.publish(leaseSubject(node), {
      incarnation,
      beat: 0,
      knows: AgentFeature.options,
      wants: 'announcement',
    });
  }

  /** The control plane that an agent refused, unless it was a server of this one. */
  async function findContender({
    refused,
  }: AgentAnnouncement): Promise<ControlPlaneTerm | null | undefined> {
    const sender = refused?.control_plane;
    if (sender === undefined || sender === null) return sender;
    return (await deps.controlPlane.isForeign(sender)) ? sender : undefined;
  }

  async function register(announcement: HeardNode): Promise<'heard' | 'other-host'> {
    const nowMs = steadyNowMs();
    const { followed, refused } = announcement;
    const { node, capabilities } = announcement.said;
    const { incarnation, beat, planned_stop_ms, agent_silent_ms } = announcement.said;
    const { isolation_guard } = announcement.said;
    const stops = planned_stop_ms === undefined ? '' : ' stops';
    const hangs = agent_silent_ms === undefined ? '' : ' hangs';
    // Written at once, like the sides: whether a node is powered off depends on its channel.
    const channel = capabilities.poolHeartbeat ?? 'no';
    // The VMs of a node that is isolated later depend on what it guards.
    const guards = `${capabilities.isolationGuard}/${isolation_guard?.vms}`;
    const start = `${incarnation}${stops}${hangs}/${channel}/${guards}`;
    const side = `${followed?.term}/${refused === null ? 'unnamed' : refused?.term}/${start}`;
    const lastMs = lastWrittenMs.get(node);
    const isSame = lastSides.get(node) === side;
    if (isSame && lastMs !== undefined && nowMs - lastMs < LAST_SEEN_MS_STEP) return 'heard';
    lastWrittenMs.set(node, nowMs);
    lastSides.set(node, side);
    // Another server may have received the same heartbeat: then its row is read once more.
    const done = await writeDown(announcement);
    const settled = done.ok ? done : await writeDown(announcement);
    if (!settled.ok) {
      lastWrittenMs.delete(node);
      deps.logger.warn({ node, problem: settled.error }, 'node not registered');
      return settled.error.data?.reason === 'other_host' ? 'other-host' : 'heard';
    }
    if (settled.value === 'unproven') {
      lastWrittenMs.delete(node);
      return 'heard';
    }
    lastKeptMs.set(node, nowMs);
    stored.set(node, { incarnation, beat });
    registered.add(node);
    for (const wake of waiters) wake();
    return 'heard';
  }

  async function writeDown(announcement: HeardNode): Promise<Result<'kept' | 'unproven', Problem>> {
    const { node } = announcement.said;
    const nowMs = deps.clock.nowMs();
    const { nodes, enrolled } = await deps.store.snapshot({
      nodes: { from: 'nodes', where: { name: node } },
      enrolled: { from: 'enrollments', where: { node } },
    });
    const isValid = !isRevoked(enrolled);
    detector.heed(node, isValid ? 'valid' : 'revoked');
    if (!isValid) return err(revokedProblem(node));
    const [known] = nodes;
    const stranger = known && refuseOtherHost(announcement.said, { known, enrolled });
    if (stranger !== undefined) return err(stranger);
    const isOff = known?.status === 'lost' && isFenced(known);
    if (!isOff) returns.forget(node);
    else if (!returns.isProven(announcement.said, steadyNowMs())) return ok('unproven');
    const row = toNodeRow(deps, announcement, known, nowMs);
    if (known !== undefined && isWrittenDown(known, row)) return ok('kept');
    const otherwise = problem('conflict', {
      detail: `Node ${node} was registered, filled or drained at the same time.`,
      remedy: 'No action is required: the next heartbeat updates it.',
    });
    // Others write these.
    const { cpu_cores_used, memory_mib_used, disk_gb_used, vm_count, power, ...heard } = row;
    const { claims_version, maintenance_until_ms, conditions_json, cut_off_json, ...said } = heard;
    const reported = await news.plan(known, row);
    const done = await commitChanges(deps, [
      known === undefined
        ? { kind: 'insert', into: 'nodes', row, otherwise }
        : {
            kind: 'update',
            table: 'nodes',
            id: known.id,
            set: said,
            otherwise,
            // A node that is being drained must not become ready again; of several servers that
            // hear of a change, one publishes it. A heartbeat of before a planned stop does not
            // end it.
            expect: {
              status: known.status,
              followed_json: known.followed_json,
              refused_json: known.refused_json,
              suspected_json: known.suspected_json,
              guard_json: known.guard_json,
            },
          },
      ...reported.changes,
    ]);
    if (!done.ok) return done;
    reported.report();
    return ok('kept');
  }

  const unsubscribe = deps.bus.subscribe(announceSubject(ANY_NODE), (message, subject) => {
    const heard = announcements.read(message);
    if (heard.kind === 'invalid') {
      deps.logger.warn({ reason: heard.reason }, 'an announcement is invalid');
      return;
    }
    const { node } = heard.kind === 'unknown' ? heard.beat : heard.said;
    if (nodeOfSubject(subject) !== node) {
      // The bus lets an agent use the subjects of its own node only; the message may claim any
      // node.
      deps.logger.warn({ node, subject }, 'an announcement in the name of another node is ignored');
      return;
    }
    if (heard.kind === 'unknown') return askForAnnouncement(heard.beat);
    if (message.announced === undefined) announcements.keep(heard.said);
    hear(heard.said).catch((cause) => deps.logger.warn({ cause }, 'node not registered'));
  });

  return {
    waitForNodes: (count, { timeoutMs }) =>
      new Promise((resolve) => {
        const wake = (): void => {
          if (registered.size < count) return;
          end();
        };
        const end = (): void => {
          cancel();
          waiters.delete(wake);
          resolve(registered.size);
        };
        const cancel = deps.timers.after(timeoutMs, end);
        waiters.add(wake);
        wake();
      }),
    stop: () => {
      stopped = true;
      detector.stop();
      unsubscribe();
    },
  };
}

/** A node that was never enrolled is skipped: its bus does not require certificates. */
function isRevoked(enrolled: readonly Tables['enrollments'][]): boolean {
  const statuses = enrolled.map(({ status }) => status);
  return statuses.includes('revoked') && !statuses.includes('active');
}

function revokedProblem(node: string): Problem {
  return problem('forbidden', {
    detail: `The enrollment of node ${node} was revoked, so its agent is ignored.`,
    remedy: 'Stop the agent, or enroll it again: novacron admin enrollment create --node NODE.',
  });
}

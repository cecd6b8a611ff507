/**
 * What servers that share a store know of it. Each reports its level in the lease that proves that
 * it is alive; those of releases before reported none, which is level 0. What an older server would
 * leave out of its decisions is refused until all know it. Source of the idea: feature gates that
 * wait for the version of a whole cluster, as in CockroachDB.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change, Where } from '../../../ports/store.ts';
import type { KernelDeps } from '../context/deps.ts';
import { SERVER_PREFIX } from './leases.ts';
import { CLOCK_DRIFT_MS_MAX } from './observe-leases.ts';

/** The level of this release; it grows with each thing that servers must all know. */
export const SERVER_LEVEL = 6;

/** Behind every id that begins with the prefix: `/` is followed by `0`. */
const BEHIND_SERVERS = SERVER_PREFIX.replace('/', '0');

/** Servers that a refusal names. */
const NAMED_MAX = 3;

/** Something that servers below a level do not know. */
export interface LevelNeed {
  readonly level: number;
  /** What such a server would do, as the end of a sentence. */
  readonly otherwise: string;
}

/** Evaluating policies with data documents. */
export const DATA_DOCUMENTS: LevelNeed = {
  level: 1,
  otherwise: 'It would evaluate policies without data documents, and could allow what they refuse.',
};

/** Running executions of workflows. */
export const EXECUTIONS: LevelNeed = {
  level: 2,
  otherwise: 'It would take over executions of workflows, and does not know how to run them.',
};

/** Running executions whose steps are commands. */
export const COMMANDS: LevelNeed = {
  level: 3,
  otherwise: 'It would take over executions with commands, and does not know how to run them.',
};

/** Running executions with manual steps. */
export const MANUAL_STEPS: LevelNeed = {
  level: 4,
  otherwise: 'It would take over executions with manual steps, and go on before they are done.',
};

/** Running executions whose steps are playbooks. */
export const PLAYBOOKS: LevelNeed = {
  level: 4,
  otherwise: 'It would take over executions with playbooks, and does not know how to run them.',
};

/** Running executions whose steps are executions of other workflows. */
export const SUB_WORKFLOWS: LevelNeed = {
  level: 4,
  otherwise: 'It would take over executions that start others, and does not know how to run them.',
};

/** Running executions with steps that wait for signals. */
export const SIGNALS: LevelNeed = {
  level: 4,
  otherwise: 'It would take over executions that wait for signals, and go on before these come.',
};

/** Leaving disabled workflows alone. */
export const DISABLED_WORKFLOWS: LevelNeed = {
  level: 5,
  otherwise: 'It would run a workflow that is disabled.',
};

/** Running one step of a workflow with outputs of an earlier execution. */
export const SINGLE_STEPS: LevelNeed = {
  level: 6,
  otherwise: 'It would take over runs of one step, and does not give them the outputs they use.',
};

/**
 * Refuses what servers below a level do not know, as long as one may be running.
 * @returns `in-use`, with the names of these servers
 */
export async function refuseOlderServers(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  need: LevelNeed,
): Promise<Problem | undefined> {
  const rows = await store.read({ from: 'leases', where: olderServers(clock.nowMs(), need) });
  if (rows.length === 0) return undefined;
  return olderServerProblem(
    rows.map(({ holder }) => holder),
    need,
  );
}

/** Makes a change set fail where such a server has begun to run since. */
export function guardOlderServers({ clock }: Pick<KernelDeps, 'clock'>, need: LevelNeed): Change {
  return {
    kind: 'require-none',
    of: 'leases',
    where: olderServers(clock.nowMs(), need),
    otherwise: olderServerProblem([], need),
  };
}

/** A lease that was given back ended in 1970; one of a killed server is removed after a while. */
function olderServers(nowMs: number, { level }: LevelNeed): Where<'leases'> {
  return {
    id: { from: SERVER_PREFIX, until: BEHIND_SERVERS },
    progress: { below: level },
    expires_at_ms: { above: nowMs - CLOCK_DRIFT_MS_MAX },
  };
}

function olderServerProblem(names: readonly string[], { otherwise }: LevelNeed): Problem {
  const which = names.length === 0 ? '' : `: ${listNames(names, NAMED_MAX)}`;
  return problem('in-use', {
    detail: `A server of an earlier release uses the store, too${which}. ${otherwise}`,
    remedy:
      'Update or stop the servers of the earlier release, then repeat the request. One that was ' +
      'killed counts as running for two minutes.',
  });
}

/** Judges which nodes are suspected, and which are lost. See README.md. */
import type { Env } from '../../env.ts';
import type { DetectionInput, DetectionPlan, Judgement } from './model/detection.ts';
import { exceedsTimeout } from './rules/exceeds-timeout.ts';
import { doubtSelf, findScopes } from './rules/find-scopes.ts';
import { measurePhi, PHI_MAX } from './rules/measure-phi.ts';

/** Below this silence neither detector suspects a node, whatever its rhythm. Unit: ms. */
const QUIET_MS_MIN = 4_000;

/**
 * Judges all nodes.
 * @param env - `nowMs` is here the time of a clock that is never set, as in the input
 */
export function planDetection(
  { nodes, listener }: DetectionInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): DetectionPlan {
  // What was not heard while this server did not listen is no silence.
  const all = nodes.map((node) => ({
    node,
    silentMs: nowMs - Math.max(node.history.lastMs, listener.sinceMs),
    isPlanned: nowMs <= (node.history.plannedUntilMs ?? Number.NEGATIVE_INFINITY),
  }));
  const quiet = all.filter(({ silentMs, isPlanned }) => isPlanned || silentMs >= QUIET_MS_MIN);
  // Agents that are upgraded together have no common cause, and do not make this server doubtful.
  const silent = quiet.filter(
    ({ node, silentMs, isPlanned }) => !isPlanned && exceedsTimeout(node.history, silentMs),
  );
  const doubt = doubtSelf(listener, { silent: silent.length, of: nodes.length });
  const names = new Set(silent.map(({ node }) => node.name));
  const scopeOf = findScopes(nodes, names, nowMs);
  const judgements = quiet.flatMap(({ node, silentMs, isPlanned }) => {
    const { history, name } = node;
    // Doubt makes silence shorter instead of every limit longer.
    const countedMs = silentMs / doubt.factor;
    const phi = measurePhi(history, countedMs);
    const suspectedBy = { phi: phi >= PHI_MAX, timeout: exceedsTimeout(history, countedMs) };
    const leaseMs = history.leaseMs * doubt.factor;
    // A planned stop extends the lease, and never shortens it.
    const plannedMs = isPlanned ? (history.plannedUntilMs ?? nowMs) - (nowMs - silentMs) : 0;
    const lostAfterMs = Math.max(leaseMs, plannedMs);
    const state = isPlanned ? 'suspected' : judge(suspectedBy, silentMs > lostAfterMs);
    if (state === 'alive') return [];
    const scope = scopeOf(name);
    return [{ name, state, silentMs, phi, suspectedBy, lostAfterMs, isPlanned, scope }];
  });
  return { judgements: judgements.sort(byName), doubt };
}

/** The end of the lease counts whatever the detectors say: its agent accepts no commands then. */
function judge(
  { phi, timeout }: Judgement['suspectedBy'],
  isOver: boolean,
): Judgement['state'] | 'alive' {
  if (isOver) return 'lost';
  if (phi && timeout) return 'suspected';
  return phi || timeout ? 'disputed' : 'alive';
}

function byName(left: Judgement, right: Judgement): number {
  return left.name < right.name ? -1 : 1;
}

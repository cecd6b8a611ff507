/** Common traits of silent nodes. */
import { findCommonCauses } from '../../fence/rules/find-common-causes.ts';
import type { Judgement, ListenedNode, Listener, SelfDoubt } from '../model/detection.ts';

/** Time for which a returned node still counts among the silent nodes. Unit: ms. */
const RETURNED_MS = 30_000;

/**
 * Finds for each silent node whether it is silent with most of the fleet, its zone or its rack.
 * Nodes that have returned just now count as silent: when a network comes back, the last node of
 * it to be heard did not fail by itself.
 * @param silent - names of the nodes that are silent
 */
export function findScopes(
  nodes: readonly ListenedNode[],
  silent: ReadonlySet<string>,
  nowMs: number,
): (name: string) => Judgement['scope'] {
  if (silent.size === 0) return () => 'node';
  const causes = findCommonCauses(
    nodes.map(({ name, zone, rack, history: { returnedMs } }) => ({
      name,
      zone,
      rack,
      state: silent.has(name) ? 'silent' : 'answers',
      wasSilent: returnedMs !== null && nowMs - returnedMs < RETURNED_MS,
    })),
  );
  return (name) => {
    const cause = causes.find((each) => each.silent.includes(name));
    if (cause === undefined) return 'node';
    if (cause.rack !== null) return 'rack';
    return cause.zone === null ? 'fleet' : 'zone';
  };
}

/** A server that doubts itself most waits four times as long. */
const FACTOR_MAX = 4;

/** A server that hears less than this share of the fleet may be cut off itself. */
const HEARD_SHARE_MIN = 0.5;
const SILENT_MIN = 2;

/**
 * Doubts a server that pauses again and again, or that hears few of its agents. The first pause
 * costs a full lease of grace already (see `lookAgain`), and no more.
 * Source of the idea: Dadgar et al. (2018), "Lifeguard: local health awareness for more accurate
 * failure detection", where the timeouts are multiplied by the local health.
 */
export function doubtSelf(
  { pausesMs }: Listener,
  { silent, of }: { readonly silent: number; readonly of: number },
): SelfDoubt {
  const pauses = Math.max(0, pausesMs.length - 1);
  const hearsFew = silent >= SILENT_MIN && of - silent < HEARD_SHARE_MIN * of;
  const factor = Math.min(FACTOR_MAX, 1 + pauses + (hearsFew ? 1 : 0));
  return { pauses, hearsFew, factor };
}

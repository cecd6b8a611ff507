/** Content of a heartbeat: the whole announcement, or only that the last one still holds. */
import type { AgentAnnouncement, AgentBeat } from '@novacron/contract/agent/agent-announcement';
import type { KnownFeatures } from './known-features.ts';

/**
 * Maximum number of small beats after an announcement: a server whose release does not know them
 * receives the next announcement, and its acknowledgement ends them.
 */
export const SMALL_BEATS_MAX = 59;

/** Content of a beat besides its start and its number. */
export type Said = AgentAnnouncement | Pick<AgentBeat, 'protocol' | 'node' | 'announced'>;

/** Composes the beats of one start, in their order. */
export interface BeatComposer {
  readonly compose: (beat: number, how: 'as-known' | 'whole') => Said;
  /** Number of the beat that carried the last announcement; 0 before the first one. */
  readonly announcedIn: () => number;
}

/** The announcement is said where it differs from the last one, and as long as servers need it. */
export function createBeatComposer(
  announcement: () => AgentAnnouncement,
  known: Pick<KnownFeatures, 'has'>,
): BeatComposer {
  let announced = 0;
  let lastText = '';
  let last: AgentAnnouncement | undefined;
  return {
    compose: (beat, how) => {
      const whole = announcement();
      // It is composed in the same order each time.
      const text = whole === last ? lastText : JSON.stringify(whole);
      last = whole;
      const isEnough =
        how === 'as-known' && text === lastText && beat - announced <= SMALL_BEATS_MAX;
      if (isEnough && known.has('small-beats')) {
        return { protocol: whole.protocol, node: whole.node, announced };
      }
      announced = beat;
      lastText = text;
      return whole;
    },
    announcedIn: () => announced,
  };
}

/** Types of failure detection: what is heard of nodes, and what follows from it. */

/** Heartbeat history of a node: the last heartbeat, and the intervals before it. */
export interface BeatHistory {
  /** Arrival of the last heartbeat. Unit: ms of a clock that is never set. */
  readonly lastMs: number;
  /** Latest intervals between heartbeats, oldest first, at most `INTERVALS_MAX`. Unit: ms. */
  readonly intervalsMs: readonly number[];
  /** Heartbeat interval that the agent announces. Unit: ms. */
  readonly expectedMs: number;
  /** Lease of a heartbeat, as the agent announces. Unit: ms. */
  readonly leaseMs: number;
  /** Time of the last heartbeat that ended a silence; null if there was none. Unit: as `lastMs`. */
  readonly returnedMs: number | null;
  /**
   * Its agent has announced a planned stop, and is expected back by then; null: it has not. Unit:
   * as `lastMs`.
   */
  readonly plannedUntilMs: number | null;
}

/** A heartbeat as it arrives. */
export interface HeardBeat {
  /** Unit: ms of a clock that is never set. */
  readonly atMs: number;
  readonly expectedMs: number;
  readonly leaseMs: number;
  /** For how long the agent expects to be away from now; absent: it does not stop. Unit: ms. */
  readonly plannedStopMs?: number | undefined;
}

/** The server that listens: whether it could have heard what it did not hear. */
export interface Listener {
  /** Since when it has listened without a pause. Unit: ms of a clock that is never set. */
  readonly sinceMs: number;
  /** Its last look. Unit: as `sinceMs`. */
  readonly lastMs: number;
  /** Ends of its latest pauses, oldest first. Unit: as `sinceMs`. */
  readonly pausesMs: readonly number[];
}

/** A node in service. */
export interface ListenedNode {
  readonly name: string;
  readonly zone: string;
  /** Rack within the zone. */
  readonly rack: string;
  readonly history: BeatHistory;
}

/** Everything that a look knows. */
export interface DetectionInput {
  readonly nodes: readonly ListenedNode[];
  readonly listener: Listener;
}

/** Reasons a server trusts its own suspicions less. */
export interface SelfDoubt {
  /** Pauses of its own, after the first, that it remembers. */
  readonly pauses: number;
  readonly hearsFew: boolean;
  /** Factor by which silence has to be longer: 1 without doubt. */
  readonly factor: number;
}

/** Verdict of both detectors on a node. */
export interface Judgement {
  readonly name: string;
  /** `disputed`: alive, because only one detector suspects it. */
  readonly state: 'disputed' | 'suspected' | 'lost';
  /** Duration of silence while the server listened. Unit: ms. */
  readonly silentMs: number;
  /** Level of suspicion: -log10 of the probability that a heartbeat still comes. */
  readonly phi: number;
  /** Verdict of each detector. */
  readonly suspectedBy: { readonly phi: boolean; readonly timeout: boolean };
  /** Silence after which it is lost. Unit: ms. */
  readonly lostAfterMs: number;
  /** Its agent has announced a planned stop, whose time is not over. */
  readonly isPlanned: boolean;
  /** With others that are silent at once, or by itself. */
  readonly scope: 'fleet' | 'zone' | 'rack' | 'node';
}

/** Result of a detection pass. */
export interface DetectionPlan {
  /** Nodes that are not simply alive, by name. */
  readonly judgements: readonly Judgement[];
  readonly doubt: SelfDoubt;
}

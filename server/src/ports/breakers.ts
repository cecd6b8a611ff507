/** Circuit breakers as a port: a caller asks before each call to another system. */

/** Target of a guarded call; each has its own rules. */
export type BreakerLink =
  | 'oidc'
  | 'agents'
  | 'webhooks'
  | 'steps'
  | 'notifications'
  | 'metrics'
  | 'vault'
  | 'models';

/** Guards the calls to one target. Moments are in milliseconds, of any one clock. */
export interface Breaker {
  /** Whether a call may be made now. One that may has to say how it ended. */
  readonly tryCall: (nowMs: number) => boolean;
  readonly succeeded: () => void;
  readonly failed: (nowMs: number) => void;
}

/** The breakers of one server. */
export interface Breakers {
  /** The breaker of a target: the same one each time, whose state every caller shares. */
  readonly of: (link: BreakerLink, target: string) => Breaker;
}

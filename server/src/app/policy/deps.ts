import type { PolicyRuntime } from '../../ports/policy-runtime.ts';
import type { PolicySignatures } from '../../ports/policy-signatures.ts';
import type { AccessDeps } from '../access/deps.ts';
import type { SessionTimes } from '../access/session-times.ts';

/** The settings of policy decisions, and of sessions. */
export interface PolicySettings {
  readonly sessions: SessionTimes;
  /** Whether new rules need the signature of an author that the tenant trusts. */
  readonly requireSignedPolicies: boolean;
  /** Ratio of allowed decisions that are logged with their question, from 0 to 1. */
  readonly decisionInputRatio: number;
}

/** Dependencies of storing and compiling policies besides access. */
export interface PolicyDeps extends AccessDeps {
  readonly policies: PolicyRuntime;
  /** Signs accepted policies and checks them; undefined where policies are not signed. */
  readonly policySignatures: PolicySignatures | undefined;
  readonly settings: PolicySettings;
}

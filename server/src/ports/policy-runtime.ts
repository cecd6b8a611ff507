import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type {
  AskablePolicy,
  InputReference,
  RuleAnswer,
} from '@novacron/engine/policy/model/policy';

/** What compiling a policy finds out about it. */
export interface CompiledRule {
  readonly regoVersion: 'v0' | 'v1';
  /** The package, such as `novacron`. */
  readonly packageName: string;
  /** Names of the rules that answer: some of allow, deny, warn, violation. */
  readonly answers: readonly string[];
  readonly inputReferences: readonly InputReference[];
  /** Builtins whose result changes by itself; absent where an earlier release compiled it. */
  readonly volatileBuiltins?: readonly string[];
  /** Signatures that a bundle brought; each holds if its key is one to trust. */
  readonly signatures?: readonly RuleBundleSignature[];
}

/** A signature over the files of a bundle (JSON Web Signature, RFC 7515). */
export interface RuleBundleSignature {
  readonly algorithm: string;
  readonly keyId: string;
  /** What is signed. */
  readonly text: string;
  /** Base64url. */
  readonly value: string;
}

/** A policy that can be asked and evaluated. */
export interface Askable extends AskablePolicy {
  readonly id: string;
  readonly ruleText: string;
  /** Absent where an earlier release compiled it. */
  readonly volatileBuiltins: readonly string[] | undefined;
  /** Why it is not what the server accepted: it is not evaluated, and it refuses every write. */
  readonly fault?: string | undefined;
}

/** Compiles and evaluates Rego, away from the server's own thread and within a deadline. */
export interface PolicyRuntime {
  /** @returns `rule-invalid` with a field problem per mistake: line and column in its message */
  readonly compile: (ruleText: string) => Promise<Result<CompiledRule, Problem>>;
  /** @returns the answers, or why there are none: an evaluation error or `deadline-exceeded` */
  readonly evaluate: (ruleText: string, input: PolicyInput) => Promise<Result<RuleAnswer, Problem>>;
  readonly close: () => Promise<void>;
}

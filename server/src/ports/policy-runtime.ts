import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { PolicyCheck } from '@novacron/contract/compliance/policy-check';
import type { PolicyDecisionRecord } from '@novacron/contract/kinds/policy/policy-decision';
import type { UnjudgedReason } from '@novacron/contract/kinds/policy/policy-preview';
import type { JudgedInput } from '@novacron/contract/policy-input/judged-input';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type {
  AskablePolicy,
  InputReference,
  RuleAnswer,
} from '@novacron/engine/policy/model/policy';
import type { DraftEffect, PolicyDraft } from '@novacron/engine/policy/model/preview';
import type { WaiverInQuestion } from '@novacron/engine/policy/model/waiver';

/** Result of compiling a policy. */
export interface CompiledRule {
  readonly regoVersion: 'v0' | 'v1';
  /** The package, such as `novacron`. */
  readonly packageName: string;
  /** Names of the rules that answer: some of allow, deny, warn, violation. */
  readonly answers: readonly string[];
  /** Names of all rules of the package; absent for the module of a bundle. */
  readonly ruleNames?: readonly string[];
  readonly inputReferences: readonly InputReference[];
  /** References to documents below `data`. */
  readonly dataReferences: readonly InputReference[];
  /** Builtins whose result changes by itself; absent for the module of a bundle. */
  readonly volatileBuiltins?: readonly string[];
  /**
   * `never`: no definition of `allow` can be true, as the text says; `switched-off`: those that
   * could be have the condition `false`. Absent where one may be true.
   */
  readonly allows?: 'never' | 'switched-off';
  /** The standard and requirements that it is a check of; absent for other policies. */
  readonly check?: PolicyCheck;
  /** Signatures that a bundle brought; each holds if its key is one to trust. */
  readonly signatures?: readonly RuleBundleSignature[];
}

/** A signature over the files of a bundle (JSON Web Signature, RFC 7515). */
export interface RuleBundleSignature {
  readonly algorithm: string;
  readonly keyId: string;
  /** Signed text. */
  readonly text: string;
  /** Base64url. */
  readonly value: string;
}

/** Compiler notices about a rule that it accepts; not stored. */
export interface RuleInspection {
  /** Mismatches with the input that are not mistakes. */
  readonly mismatches: readonly RuleNotice[];
}

/** A notice at its place in the rule. */
export interface RuleNotice {
  readonly message: string;
  /** From 1. */
  readonly row: number;
  /** Likewise. */
  readonly column: number;
}

/** A compiled rule and what was noticed. */
export interface InspectedRule extends CompiledRule {
  readonly inspection: RuleInspection;
}

/** Documents that a policy reads, as one value below `data`. */
export interface PolicyDocuments {
  /** The same for the same documents only. */
  readonly key: string;
  readonly json: string;
}

/** A policy that can be asked and evaluated. */
export interface Askable extends AskablePolicy {
  readonly id: string;
  readonly ruleText: string;
  /** Undefined where they are not known, as for the module of a bundle. */
  readonly volatileBuiltins: readonly string[] | undefined;
  /** References below `data`. */
  readonly dataReferences: readonly InputReference[];
  /** The standard and requirements that it is a check of. */
  readonly check?: PolicyCheck | undefined;
  /** The documents that it reads; undefined where there are none. */
  readonly documents?: PolicyDocuments | undefined;
  /** The path of the document that {@link fault} is about, where it is not about the policy. */
  readonly faultyData?: string | undefined;
  /**
   * Reason why the policy differs from what the server accepted: it is not evaluated, and it
   * refuses every write.
   */
  readonly fault?: string | undefined;
  /** Set where its row cannot be read: what it decided is not known. */
  readonly isUnreadable?: true;
}

/** The time that the evaluations of one tenant may take. */
export interface EvaluationBudget {
  /** @returns `rate-limited` while it is used up; asked before each evaluation */
  readonly refuse: () => Problem | undefined;
  /** Subtracts the time of an evaluation. Unit: ms. */
  readonly charge: (ms: number) => void;
}

/** Caller and conditions of an evaluation. */
export interface EvaluationTerms {
  /** The tenant whose request it is: tenants are served in turn. */
  readonly tenantId: string;
  /** Documents that the policy reads below `data`; none if absent. */
  readonly documents?: PolicyDocuments | undefined;
  /** Not limited where absent. */
  readonly budget?: EvaluationBudget;
  /**
   * `quiet`: alone in a thread, whatever happened to earlier evaluations; `repair`: with others,
   * and alone once it has taken longer than they do; `background`: many, at low priority, in a
   * thread apart from those that requests wait for; `shared` where absent.
   */
  readonly lane?: 'shared' | 'quiet' | 'repair' | 'background';
}

/** Caller and conditions of a compilation. */
export interface CompileTerms extends Pick<EvaluationTerms, 'tenantId'> {
  /** Whether it was accepted before: what does not fit the input is a warning then. */
  readonly isAccepted?: boolean;
  /** Input of the policy, without fields that only other policies receive. */
  readonly judged?: JudgedInput;
}

/** Draft and waivers against which records are judged. Sent to a thread: data only. */
export interface RecordJudge {
  readonly draft: PolicyDraft<Askable>;
  /** Id of the policy that the draft replaces: its waivers apply to the draft as well. */
  readonly policyId: string | null;
  readonly waivers: readonly WaiverInQuestion[];
  /** Time until which waivers must be valid. Unit: milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** Subject of a record. */
export type RecordAbout = Pick<
  PolicyDecisionRecord,
  'operation' | 'user_id' | 'resource_kind' | 'resource_id' | 'resource_name'
>;

/** Result of judging a record. */
export type JudgedRecord =
  /** It is not of a real request. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unjudged'; readonly reason: UnjudgedReason }
  /** The verdict stays as it is. */
  | { readonly kind: 'same'; readonly resourceKind: string }
  /** The verdict changes unless another policy refuses. */
  | { readonly kind: 'changed'; readonly effect: DraftEffect; readonly about: RecordAbout };

/** Compiles and evaluates Rego, away from the server's own thread and within a deadline. */
export interface PolicyRuntime {
  /** @returns `rule-invalid` with a field problem per mistake: line and column in its message */
  readonly compile: (
    ruleText: string,
    terms: CompileTerms,
  ) => Promise<Result<InspectedRule, Problem>>;
  /**
   * @returns the answers, or why there are none: an evaluation error, `deadline-exceeded`,
   *   `unavailable` for a policy that is not evaluated for a while because it missed its deadline
   *   several times, or `rate-limited` where the tenant's budget is used up
   */
  readonly evaluate: (
    ruleText: string,
    input: PolicyInput,
    terms: EvaluationTerms,
  ) => Promise<Result<RuleAnswer, Problem>>;
  /**
   * Judges recorded decisions by a draft, in the lane `background`. They are parsed, evaluated and
   * compared in its thread, so that the main thread only hands their texts over.
   * @param records - JSON as the log of decisions has stored it
   * @returns what came of each; a problem, as of `evaluate`, where there is no answer to compare
   */
  readonly judgeRecords: (
    records: readonly string[],
    judge: RecordJudge,
    terms: Pick<EvaluationTerms, 'tenantId' | 'budget'>,
  ) => Promise<readonly Result<JudgedRecord, Problem>[]>;
  readonly close: () => Promise<void>;
}

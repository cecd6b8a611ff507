/** Types of policy: the request, the policies to evaluate, and their answers. */
import type { AdmissionWarning } from '@novacron/contract/admission/admission';
import type {
  EnforcementMode,
  PolicyDecision,
  PolicyInput,
  PolicyVerdict,
} from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import type { PolicySelector, PolicyType } from '@novacron/contract/kinds/policy/policy';
import type { FieldProblem, Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/**
 * Part of `input`, or of the documents below `data`, that a policy reads; an incomplete path may
 * go on below its last segment.
 */
export interface InputReference {
  /** Below `input` or `data`: `['resource', 'memory_gb']`. */
  readonly path: readonly string[];
  readonly complete: boolean;
}

/** A policy as far as admission needs it. */
export interface AskablePolicy {
  readonly name: string;
  readonly tenantId: string;
  readonly type: PolicyType;
  readonly version: number;
  readonly mode: EnforcementMode;
  readonly enabled: boolean;
  /** The rule's package, such as `novacron`. */
  readonly packageName: string;
  /** Subset of allow, deny, warn and violation that the rule defines. */
  readonly answers: readonly string[];
  readonly inputReferences: readonly InputReference[];
  /** The versions of the data documents that it reads; absent where there are none. */
  readonly data?: PolicyVerdict['data'];
  /** The resources that it is evaluated for; all where absent or null. */
  readonly selector?: PolicySelector | null;
  /** The actions that it is evaluated for; all writes where absent or null. */
  readonly actions?: readonly string[] | null;
  /** Scope of the policy: `platform`, `namespace/NAME` or, if absent, `tenant`. */
  readonly scope?: string | null;
  /** The higher one's reasons come first; 0 where absent. */
  readonly priority?: number;
  /** Whether it is also evaluated when NovaCron itself acts; not where absent. */
  readonly platformWrites?: boolean;
}

/** A resource in a question: what it is and the values of its fields. */
export interface ResourceInQuestion {
  /** Its kind: `vm`, `network`, … */
  readonly type: string;
  /** null before it exists. */
  readonly id: string | null;
  /** null while unknown. */
  readonly name: string | null;
  readonly fields: JsonObject;
}

/** A requested change, and all policies. */
export interface QuestionInput<P extends AskablePolicy> {
  /** The row's name in the operations table: `vm.create`. */
  readonly operation: string;
  /**
   * `platform`: a part of NovaCron acts; only policies that opt in are evaluated. `orchestration`:
   * it acts for the author of an orchestration policy; those of the platform are evaluated as well.
   */
  readonly principal: 'person' | 'platform' | 'orchestration';
  readonly subject: {
    readonly userId: string;
    readonly role: string;
    /** Id of the tenant. */
    readonly tenant: string;
  };
  /** The desired resource; for a delete, the current one. */
  readonly resource: ResourceInQuestion;
  /** The fields as they are; null for a create. */
  readonly before: JsonObject | null;
  /** Client, deployment, request id and time. */
  readonly context: JsonObject;
  /** Names of fields whose values will only be known later. */
  readonly unknownFields: readonly string[];
  /** All policies, of any tenant, in any order. */
  readonly policies: readonly P[];
}

/** A policy before it is stored, with what its trial needs to know. */
export interface TrialInput extends Pick<QuestionInput<AskablePolicy>, 'subject' | 'context'> {
  /** Policy as if it were enabled. */
  readonly policy: AskablePolicy;
  /** Its own id and fields, as its trial about itself has them; the id is null for a new one. */
  readonly own: { readonly id: string | null; readonly fields: JsonObject };
  /** The kinds of the policy input. */
  readonly kinds: readonly string[];
}

/** A question of a trial. */
export interface TrialQuestion {
  readonly question: PolicyInput;
  /**
   * `itself`: it is asked whether it may be disabled, by the caller; `high-cost`: the question
   * about a kind again, with a cost that is high instead of not known.
   */
  readonly about: 'kind' | 'itself' | 'high-cost';
}

/** A policy whose answer has to wait. */
export interface DeferredPolicy {
  readonly policy: AskablePolicy;
  /** Fields that it waits for, in alphabetical order. At least one. */
  readonly unknownFields: readonly string[];
}

/** The input, and the policies to evaluate. */
export interface PolicyQuestions<P extends AskablePolicy> {
  readonly question: PolicyInput;
  /** Policies to evaluate, in order of name. */
  readonly ask: readonly P[];
  /** Policies that apply but cannot be evaluated yet, in order of name. */
  readonly deferred: readonly DeferredPolicy[];
}

/** Results of a policy's rules; undefined if a rule has no value. */
export interface RuleAnswer {
  readonly allow: unknown;
  readonly deny: unknown;
  readonly warn: unknown;
  readonly violation: unknown;
}

/** A policy with its answer, or with the reason why there is none. */
export interface AnsweredPolicy {
  readonly policy: AskablePolicy;
  readonly answer: Result<RuleAnswer, Problem>;
  /** The exception that applies to the resource; with it a denial does not reject the request. */
  readonly waiver?: PolicyVerdict['waiver'];
  /** It could not answer about its own repair, twice: the request goes on without its verdict. */
  readonly setAside?: true;
}

/** All answers to one request. */
export interface AdmissionInput {
  readonly question: PolicyInput;
  readonly answered: readonly AnsweredPolicy[];
  readonly deferred: readonly DeferredPolicy[];
}

/** The combined decision of all policies, and the warnings of an allowed request. */
export type AdmissionDecision = PolicyDecision & {
  readonly warnings: AdmissionWarning[];
  /** The fields that denials name. */
  readonly fields: FieldProblem[];
};

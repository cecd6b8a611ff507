/** Checks, and what one of them finds about a subject. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import type { Labels, SubjectFacts, SubjectKind } from './facts.ts';

/** Numbers that checks compare with; each is the strictest of the standards that name one. */
export interface ComplianceParameters {
  /** Data classes that need protection. */
  readonly sensitiveClasses: readonly string[];
  /** Ports of remote administration, consoles and databases. */
  readonly adminPorts: readonly (readonly [number, number])[];
  /** Ports of protocols without encryption. */
  readonly clearTextPorts: readonly (readonly [number, number])[];
  readonly orphanDays: number;
  readonly securityDriftHours: number;
  readonly inactiveDays: number;
  readonly keyDaysMax: number;
  readonly bootstrapDays: number;
  readonly adminsMax: number;
  readonly auditDays: number;
  readonly templateDaysMax: number;
  readonly recoveryPointHours: number;
  readonly restoreTestDays: number;
}

/** Open drift of a resource. */
export interface DriftFacts {
  readonly drift_class: string;
  readonly detected_at: string;
}

/** What surrounds a subject. A part that nothing reports is absent. */
export interface Surroundings {
  readonly nowMs: number;
  readonly parameters: ComplianceParameters;
  readonly securityGroups?: ReadonlyMap<string, SubjectFacts['security_group']>;
  /** Volumes by id. */
  readonly volumes?: ReadonlyMap<string, SubjectFacts['volume']>;
  /** Names of the nodes of VMs by id of the VM; null before it has one. */
  readonly vmNodes?: ReadonlyMap<string, string | null>;
  /** Open drift by id of the resource. */
  readonly drift?: ReadonlyMap<string, DriftFacts>;
  /** The release of the server. */
  readonly release?: string;
}

/** Facts that a verdict rests on, as the evidence shows them. */
export type Evidence = Readonly<Record<string, string | number | boolean | null | Labels>>;

/** What a predicate answers. */
export type Judgement =
  | { readonly state: 'pass' | 'not-applicable'; readonly evidence: Evidence }
  | { readonly state: 'fail'; readonly reason: string; readonly evidence: Evidence };

/** The result of one check for one subject. Only `pass` counts as passed. */
export interface CheckResult {
  readonly checkId: string;
  readonly kind: SubjectKind;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly state: 'pass' | 'fail' | 'not-applicable' | 'not-evaluated' | 'error';
  /** What is wrong, or which fact is absent; empty for a pass. */
  readonly reason: string;
  readonly evidence: Evidence;
  /** Of a policy, which no catalogue describes. */
  readonly policy?: Pick<CheckDescription, 'title' | 'severity'>;
}

/** Description of a check, besides its predicate. */
export interface CheckDescription {
  /** Such as `NC-NET-001`; the same in all releases. */
  readonly id: string;
  readonly title: string;
  readonly severity: CheckSeverity;
  /** `full`: it decides the matter; `partial`: its facts are only a part of it. */
  readonly coverage: 'full' | 'partial';
}

/** A check of one kind of subject. */
export interface Check<K extends SubjectKind = SubjectKind> extends CheckDescription {
  readonly kind: K;
  readonly evaluate: (subject: SubjectFacts[K], around: Surroundings) => CheckResult;
}

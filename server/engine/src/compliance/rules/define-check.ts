/** Makes a check of its description and its predicate; absent facts are answered here. */
import type {
  Check,
  CheckDescription,
  CheckResult,
  Evidence,
  Judgement,
  Surroundings,
} from '../model/check.ts';
import type { SubjectFacts, SubjectKind } from '../model/facts.ts';
import { hoursSince } from './ages.ts';

/** Facts that are older than this give no verdict: their reporter has fallen silent. */
const FACT_HOURS_MAX = 24;

type Present<T, F extends keyof T> = T & { readonly [P in F]-?: Exclude<T[P], undefined> };

interface Definition<
  K extends SubjectKind,
  F extends keyof SubjectFacts[K],
  U extends keyof Surroundings,
> extends CheckDescription {
  /** Facts of the subject without which there is no verdict. */
  readonly needs: readonly F[];
  /** The fact that says when `needs` were reported: old ones give no verdict. */
  readonly asOf?: keyof SubjectFacts[K] & string;
  /** Facts around it without which there is no verdict. */
  readonly uses?: readonly U[];
  readonly judge: (
    subject: Present<SubjectFacts[K], F>,
    around: Present<Surroundings, U>,
  ) => Judgement;
}

/** Defines a check of one kind of subject. A predicate that throws is an error, never a pass. */
export function defineCheck<
  K extends SubjectKind,
  F extends keyof SubjectFacts[K] & string,
  U extends keyof Surroundings & string = never,
>(kind: K, definition: Definition<K, F, U>): Check<K> {
  const { needs, asOf, uses, judge, ...description } = definition;
  const evaluate = (subject: SubjectFacts[K], around: Surroundings): CheckResult => {
    const about = {
      checkId: description.id,
      kind,
      subjectId: subject.id,
      subjectName: subject.name,
    };
    if (!hasAll(subject, needs)) {
      const absent = needs.filter((fact) => subject[fact] === undefined);
      return { ...about, ...notEvaluated(absent.map((fact) => `${kind}.${fact}`)) };
    }
    if (asOf !== undefined && isOld(subject[asOf], around)) {
      return { ...about, ...withoutVerdict(`its facts are older than ${FACT_HOURS_MAX} hours`) };
    }
    if (!hasAll(around, uses ?? [])) {
      return {
        ...about,
        ...notEvaluated((uses ?? []).filter((part) => around[part] === undefined)),
      };
    }
    return judgeSafely(about, () => judge(subject, around));
  };
  return { ...description, kind, evaluate };
}

function hasAll<T extends object, F extends keyof T>(
  facts: T,
  names: readonly F[],
): facts is Present<T, F> {
  return names.every((name) => facts[name] !== undefined);
}

function notEvaluated(absent: readonly string[]) {
  const facts = absent.length === 1 ? 'fact' : 'facts';
  const verb = absent.length === 1 ? 'is' : 'are';
  return withoutVerdict(`${facts} ${absent.join(', ')} ${verb} absent`);
}

function withoutVerdict(reason: string) {
  return { state: 'not-evaluated', reason, evidence: {} } as const;
}

/** Whether a moment is so long ago, or unknown, that what was reported then says nothing. */
function isOld(at: unknown, around: Surroundings): boolean {
  return typeof at !== 'string' || !(hoursSince(at, around) <= FACT_HOURS_MAX);
}

function judgeSafely(
  about: Pick<CheckResult, 'checkId' | 'kind' | 'subjectId' | 'subjectName'>,
  judge: () => Judgement,
): CheckResult {
  const { checkId, kind, subjectId, subjectName } = about;
  const named = (state: CheckResult['state'], reason: string, evidence: Evidence): CheckResult => {
    return { checkId, kind, subjectId, subjectName, state, reason, evidence };
  };
  try {
    const judgement = judge();
    const reason = judgement.state === 'fail' ? judgement.reason : '';
    return named(judgement.state, reason, judgement.evidence);
  } catch (cause) {
    return named('error', `the check failed: ${String(cause)}`, {});
  }
}

/** The subject is as the check asks for. */
function pass(evidence: Evidence): Judgement {
  return { state: 'pass', evidence };
}

/** The check is about other subjects. */
export function notApplicable(evidence: Evidence = {}): Judgement {
  return { state: 'not-applicable', evidence };
}

/** Passes if the condition is true. @param reason - what is wrong otherwise */
export function expectThat(isTrue: boolean, reason: string, evidence: Evidence): Judgement {
  return isTrue ? pass(evidence) : { state: 'fail', reason, evidence };
}

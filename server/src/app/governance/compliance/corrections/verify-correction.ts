/** The last step of a correction: judges the subject again. */
import type {
  CallStepAction,
  StepOutcome,
} from '../../../kernel/definitions/operation-definition.ts';
import { readSubject, type SubjectParts } from './read-subject.ts';

/** Checks that the check of a finding passes; if not, the operation is undone. Never rejects. */
export async function verifyCorrection(
  parts: SubjectParts,
  { findingId }: CallStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const where = { id: findingId ?? '' };
  try {
    const [finding] = await deps.store.read({ from: 'compliance_findings', where });
    const found = finding && (await readSubject(parts, finding));
    if (finding === undefined || found === undefined) {
      return { kind: 'failed', message: `the subject of ${findingId} is gone`, next: 'final' };
    }
    const { check_id: check, subject_name: name } = finding;
    if (!found.passes(check)) {
      return { kind: 'failed', message: `${name} still fails ${check}`, next: 'final' };
    }
    return { kind: 'succeeded' };
  } catch (cause) {
    deps.logger.warn({ findingId, cause }, 'a correction could not be verified');
    return { kind: 'failed', message: `${findingId} could not be judged`, next: 'retry' };
  }
}

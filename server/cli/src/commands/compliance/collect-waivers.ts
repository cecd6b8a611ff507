/** Reads which failures are waived now, and by which waiver. */
import { ComplianceFinding } from '@novacron/contract/compliance/compliance';
import { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';
import { ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../client/list-all.ts';
import type { Session } from '../../client/session.ts';
import type { Failure } from '../../failures/failure.ts';
import type { ResultWaiver } from './formats/report-document.ts';

/** Reads them. @returns waivers by `check/subject_id`. Failures: problems of the server. */
export async function collectWaivers(
  session: Session,
): Promise<Result<ReadonlyMap<string, ResultWaiver>, Failure>> {
  const found = await listAll(session, {
    operation: 'compliance_finding.list',
    input: { state: 'waived' },
  });
  if (!found.ok) return found;
  const granted = await listAll(session, {
    operation: 'policy_waiver.list',
    input: { state: 'active' },
  });
  if (!granted.ok) return granted;
  const waivers = new Map(
    granted.value.map((each) => PolicyWaiver.parse(each)).map((each) => [each.id, each]),
  );
  const waived = found.value.flatMap((each): readonly (readonly [string, ResultWaiver])[] => {
    const { check, subject_id, waiver_id } = ComplianceFinding.parse(each);
    const waiver = waiver_id === null ? undefined : waivers.get(waiver_id);
    return waiver === undefined ? [] : [[`${check}/${subject_id}`, waiver]];
  });
  return ok(new Map(waived));
}

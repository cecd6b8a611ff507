/** Decisions of users to ignore the drift of a resource for a while. */

import type { DriftRecord } from '@novacron/contract/drift/drift';
import { z } from 'zod';
import type { Change, Store } from '../../../ports/store.ts';
import { parseStored } from '../../rows/parse-stored.ts';

const Mark = z.looseObject({
  by: z.string(),
  untilMs: z.number(),
  reason: z.string(),
  /** The fields that the decision covers: drift of other fields is new. */
  fields: z.array(z.string()),
});
type Mark = z.infer<typeof Mark>;

const Marks = z.looseObject({ ignored: Mark.optional() });

/** The decisions that apply to the drift of a resource now. */
export type DriftMarks = z.infer<typeof Marks>;

/** Reads the decisions about resources, by id. One that cannot be decrypted does not count. */
export async function readMarks(
  store: Pick<Store, 'read'>,
  tenantId: string,
): Promise<ReadonlyMap<string, DriftMarks>> {
  const rows = await store.read({
    from: 'drift_marks',
    where: { tenant_id: tenantId },
    damaged: 'blank',
  });
  return new Map(rows.map(({ id, marks_json }) => [id, parseMarks(marks_json)]));
}

function parseMarks(text: string): DriftMarks {
  const marks = Marks.safeParse(parseStored(text));
  return marks.success ? marks.data : {};
}

/** The change that records a decision. */
export function markChange(
  of: {
    readonly record: DriftRecord;
    readonly tenantId: string;
  },
  said: { readonly by: string; readonly untilMs: number; readonly reason: string },
): Change {
  const fields = of.record.fields.map(({ field }) => field);
  const marks: DriftMarks = { ignored: { ...said, fields } };
  const row = {
    id: of.record.resource_id,
    tenant_id: of.tenantId,
    marks_json: JSON.stringify(marks),
  };
  return { kind: 'put', into: 'drift_marks', row };
}

/** Whether a decision still applies: before its deadline, and for the same fields. */
export function holds(mark: Mark | undefined, record: DriftRecord, nowMs: number): mark is Mark {
  if (mark === undefined || mark.untilMs <= nowMs) return false;
  return record.fields.every(({ field }) => mark.fields.includes(field));
}

/** Judges a draft by recorded decisions: their texts are handed to the thread of previews. */
import type { JudgedRecord, RecordAbout } from '../../../ports/policy-runtime.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { readRecord } from './judge-record.ts';
import { beside, budgetOf, type JudgedPage, type JudgeParts } from './judge-subjects.ts';

/** A recorded decision as it is stored. */
export interface PreviewRecord {
  /** JSON; empty where its row is damaged. */
  readonly text: string;
  readonly atMs: number;
}

/** Judges records together. Where the draft changes a verdict, the other policies are asked. */
export async function judgeRecords(
  parts: JudgeParts,
  records: readonly PreviewRecord[],
): Promise<JudgedPage> {
  const texts = records.map(({ text }) => text);
  const judged = await parts.deps.policies.judgeRecords(texts, parts.judge, budgetOf(parts));
  const kinds: string[] = [];
  const unjudged: JudgedPage['unjudged'][number][] = [];
  const changed: Promise<ChangedRecord>[] = [];
  for (const [at, result] of judged.entries()) {
    // Whatever the problem is: there was nothing to compare.
    const record = result.ok ? result.value : NO_ANSWER;
    const stored = records[at];
    if (record.kind === 'unjudged') unjudged.push(record.reason);
    else if (record.kind === 'same') kinds.push(record.resourceKind);
    else if (record.kind === 'changed' && stored !== undefined) {
      changed.push(besideOthers(parts, stored, record));
    }
  }
  const changes: JudgedPage['changes'][number][] = [];
  for (const { atMs, about, effect } of await Promise.all(changed)) {
    if (effect === 'no_answer') {
      unjudged.push(effect);
      continue;
    }
    kinds.push(about.resource_kind);
    if (effect === undefined) continue;
    const place = { source: 'decisions', count: 1, last_at: toTimestamp(atMs) } as const;
    changes.push({ ...place, ...about, ...effect, messages: [...effect.messages] });
  }
  return { changes, kinds, unjudged };
}

const NO_ANSWER = { kind: 'unjudged', reason: 'no_answer' } as const;

/** A record whose verdict the draft changes, alone and beside the other policies. */
interface ChangedRecord {
  readonly atMs: number;
  readonly about: RecordAbout;
  readonly effect: Awaited<ReturnType<typeof beside>>;
}

/**
 * Judges a record together with the other policies; if there are none, the record is not read
 * again.
 */
async function besideOthers(
  parts: JudgeParts,
  { text, atMs }: PreviewRecord,
  { about, effect }: Extract<JudgedRecord, { readonly kind: 'changed' }>,
): Promise<ChangedRecord> {
  if (parts.others.length === 0) return { atMs, about, effect };
  const read = readRecord(text, parts.judge);
  if (read.kind !== 'asked') return { atMs, about, effect };
  return { atMs, about, effect: await beside(parts, read.asked, effect) };
}

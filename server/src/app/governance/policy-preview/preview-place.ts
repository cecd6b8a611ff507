/**
 * Position of a preview: it is computed in parts, and a client sends the position back for the next
 * part.
 */
import { PreviewSource } from '@novacron/contract/kinds/policy/policy-preview';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, ResourceKind } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';

const Place = z.strictObject({
  source: PreviewSource,
  /** The kind of resource at work; the first one for the other sources. */
  kind: ResourceKind,
  /** The last row that was judged; empty before the first. */
  after: z.string().max(128),
  /** The time of that row; null before the first. Unit: milliseconds since the Unix epoch. */
  atMs: z.int().nullable(),
  /**
   * Index of the policy among those that read a document: 0 for the first, and for a draft of a
   * policy.
   */
  reader: z.int().min(0).default(0),
});

/** A place: the next row is behind it. */
export type PreviewPlace = z.infer<typeof Place>;

const [FIRST_KIND] = RESOURCE_KINDS;

/** The place before the first row of a source. */
export function startOf(source: PreviewSource): PreviewPlace {
  return { source, kind: FIRST_KIND, after: '', atMs: null, reader: 0 };
}

/** The place before the first row of the source behind another; undefined behind the last. */
export function behindSource(
  source: PreviewSource,
  sources: readonly PreviewSource[],
): PreviewPlace | undefined {
  const order = PreviewSource.options;
  const next = order.slice(order.indexOf(source) + 1).find((each) => sources.includes(each));
  return next === undefined ? undefined : startOf(next);
}

/** The place before the first resource of the kind behind another; undefined behind the last. */
export function behindKind({ source, kind }: PreviewPlace): PreviewPlace | undefined {
  const next = RESOURCE_KINDS[RESOURCE_KINDS.indexOf(kind) + 1];
  return next === undefined ? undefined : { ...startOf(source), kind: next };
}

/** Writes a place as clients carry it. */
export function writePlace(place: PreviewPlace): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a place. Problems: `validation-failed` for what no server has written. */
export function readPlace(text: string): Result<PreviewPlace, Problem> {
  const read = Place.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  return read.success ? ok(read.data) : err(badPosition());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badPosition(): Problem {
  return problem('validation-failed', {
    detail: 'The position was modified by the client.',
    remedy: 'Send next_position of the previous part, or omit position to start over.',
    fields: [{ path: ['position'], message: 'must be next_position of the previous part' }],
  });
}

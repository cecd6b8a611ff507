/** Compares a bundle of evidence with anchors: ends of the evidence that were kept elsewhere. */
import type { EvidenceRecord, EvidenceRoot } from '@novacron/contract/compliance/evidence';
import { z } from 'zod';
import { countOf } from '../../output/count-of.ts';

/** More lines than this are no file of anchors. */
const ANCHORS_MAX = 10_000;

const Anchor = z.looseObject({
  tenant: z.string().optional(),
  position: z.int().min(0),
  hash: z.string(),
  at: z.string(),
});
type Anchor = z.infer<typeof Anchor>;

/** The log of the server has it below `about`. */
const Logged = z.looseObject({ about: Anchor });

/** What anchors say about a bundle. */
export interface AnchorReading {
  readonly faults: readonly string[];
  readonly lines: readonly string[];
}

/**
 * Reads anchors as the channel delivered them, one a line, or a single one in several lines.
 * @returns what is wrong with the file
 */
export function readAnchors(text: string): readonly Anchor[] | string {
  const single = readAnchor(text);
  if (single !== undefined) return [single];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > ANCHORS_MAX) return `has more than ${ANCHORS_MAX} lines`;
  const anchors: Anchor[] = [];
  for (const [at, line] of lines.entries()) {
    const anchor = readAnchor(line);
    if (anchor === undefined) {
      return `has no anchor in line ${at + 1}: {"position": …, "hash": …, "at": …} is one`;
    }
    anchors.push(anchor);
  }
  return anchors.length === 0 ? 'has no anchor' : anchors;
}

function readAnchor(line: string): Anchor | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Anchor.safeParse(value).data ?? Logged.safeParse(value).data?.about;
  } catch {
    return undefined;
  }
}

/** Compares each anchor, and names the records that they cover. */
export function compareAnchors(
  anchors: readonly Anchor[],
  { root, records }: { readonly root: EvidenceRoot; readonly records: readonly EvidenceRecord[] },
): AnchorReading {
  const faults: string[] = [];
  const lines: string[] = [];
  const covered = new Set<number>();
  const hashes = new Map(records.map(({ position, hash }) => [position, hash]));
  for (const { position, previous } of records) hashes.set(position - 1, previous);
  hashes.set(root.head_position, root.head_hash);
  const known = new Set(records.map(({ position }) => position));
  for (const { tenant, position, hash, at } of anchors) {
    const name = `the anchor of ${at} (position ${position})`;
    if (tenant !== undefined && tenant !== root.tenant) {
      faults.push(`${name} is of another tenant, ${tenant}`);
    } else if (position > root.head_position) {
      if (at > root.made_at) lines.push(`${name} is later than the bundle: not compared`);
      else faults.push(`${name} is behind the end of the evidence: records were removed`);
    } else if (!hashes.has(position)) {
      lines.push(`${name} is of a record that is left out: not compared`);
    } else if (hashes.get(position) !== hash) {
      faults.push(`${name} has another hash: the evidence was changed up to there`);
    } else {
      for (let last = position; known.has(last); last -= 1) covered.add(last);
      lines.push(`${name} fits`);
    }
  }
  const open = records.filter(({ position }) => !covered.has(position));
  const rest = open.length === 0 ? '' : `; not covered: ${spansOf(joinPositions(open))}`;
  return {
    faults,
    lines: [...lines, `anchors cover ${countOf(covered.size, 'record')}${rest}`],
  };
}

/** Most spans that a line names. */
const SPANS_MAX = 10;

/** First and last position. */
type Span = readonly [first: number, last: number];

function joinPositions(records: readonly EvidenceRecord[]): readonly Span[] {
  const spans: [number, number][] = [];
  for (const { position } of records) {
    const span = spans.at(-1);
    if (span?.[1] === position - 1) span[1] = position;
    else spans.push([position, position]);
  }
  return spans;
}

/** Spans of positions in words: `1-3, 7`. */
export function spansOf(spans: readonly Span[]): string {
  const words = spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const more = words.length > SPANS_MAX ? [`and ${words.length - SPANS_MAX} more`] : [];
  return [...words.slice(0, SPANS_MAX), ...more].join(', ');
}

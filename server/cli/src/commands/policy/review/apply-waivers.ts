/**
 * Waivers in comments of a resource, or right above it:
 *
 *   # novacron:waive "VM Size Limit" owner=ann expires=2026-12-31 reason="migration of the archive"
 */
import type { FoundSource } from '../../../terraform/find-sources.ts';
import type { Finding, Waiver } from './report/review-model.ts';

/** A comment that means to waive, as far as it can be understood. */
interface ReadWaiver {
  readonly row: number;
  readonly column: number;
  readonly waiver: Waiver | undefined;
  /** Missing or wrong part. */
  readonly mistake: string | undefined;
}

const MARK = /^novacron:waive\b/;
const PART = /(?:(owner|expires|reason)=)?(?:"([^"]*)"|(\S+))/g;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Applies the waivers of a resource to its findings: what is waived becomes a note, a waiver that
 * has run out or is not complete is a finding of its own.
 * @param today - such as 2026-11-20
 */
export function applyWaivers(
  findings: readonly Finding[],
  {
    source,
    address,
    today,
  }: {
    readonly source: FoundSource;
    readonly address: string;
    readonly today: string;
  },
): readonly Finding[] {
  const read = readWaivers(source);
  const valid = read.flatMap(({ waiver }) => (waiver && waiver.expires >= today ? [waiver] : []));
  const result = findings.map((finding): Finding => {
    const waiver = valid.find(({ policy }) => slugOf(policy) === slugOf(finding.policy));
    return waiver && finding.level !== 'note' ? { ...finding, level: 'note', waiver } : finding;
  });
  const faults = read.flatMap(({ row, column, waiver, mistake }): Finding[] => {
    const isOver = waiver !== undefined && waiver.expires < today;
    const over = isOver ? `the waiver of ${waiver.owner} expired on ${waiver.expires}` : undefined;
    const message = mistake ?? over;
    if (message === undefined) return [];
    const place = { file: source.file, row, column };
    return [
      {
        level: 'warning',
        policy: 'waivers',
        policyFile: undefined,
        rulePath: undefined,
        message,
        address,
        attribute: undefined,
        place,
        waiver: undefined,
      },
    ];
  });
  return [...result, ...faults];
}

function readWaivers({ block, comments }: FoundSource): readonly ReadWaiver[] {
  const rows = new Set(comments.map(({ row }) => row));
  let first = block.row;
  while (rows.has(first - 1)) first -= 1;
  return comments
    .filter(({ row, text }) => row >= first && row <= block.endRow && MARK.test(text))
    .map(({ row, column, text }) => ({ row, column, ...readWaiver(text.replace(MARK, '')) }));
}

function readWaiver(text: string): Pick<ReadWaiver, 'waiver' | 'mistake'> {
  const values: Record<string, string> = {};
  for (const [, key = 'policy', quoted, bare] of text.matchAll(PART))
    values[key] = quoted ?? bare ?? '';
  const { policy = '', owner = '', expires = '', reason = '' } = values;
  const missing = Object.entries({ policy, owner, expires, reason })
    .filter(([, value]) => value === '')
    .map(([name]) => name);
  if (missing.length > 0) {
    const example = 'novacron:waive "Policy" owner=ann expires=2026-12-31 reason="why"';
    return {
      waiver: undefined,
      mistake: `waiver without ${missing.join(', ')}; use ${example}`,
    };
  }
  if (!DAY.test(expires) || Number.isNaN(Date.parse(expires))) {
    const mistake = `invalid waiver expiry ${expires}; use a date such as 2026-12-31`;
    return { waiver: undefined, mistake };
  }
  return { waiver: { policy, owner, expires, reason }, mistake: undefined };
}

/** `VM Size Limit` and `vm-size-limit` are one. */
function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** Reads the Spot Instance Advisor's data: savings and interruptions of spot instances. */
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';

const PERCENT = 100;

const Advisor = z.looseObject({
  ranges: z.array(z.looseObject({ index: z.int(), label: z.string(), max: z.number() })),
  spot_advisor: z.record(
    z.string(),
    z.looseObject({
      Linux: z
        .record(z.string(), z.looseObject({ s: z.number().min(0).max(PERCENT), r: z.int() }))
        .optional(),
    }),
  ),
});

/** How spot instances of a type compare with those on demand. */
export interface SpotUse {
  /** Price over that on demand, 0 to 1. */
  readonly priceRatio: number;
  /** Share of instances that are interrupted within a month, 0 to 1. */
  readonly interruptionRisk: number;
}

/** Reads the types of a region. @returns what is wrong with the text, in a clause */
export function readInterruptions(
  text: string,
  region: string,
): Result<ReadonlyMap<string, SpotUse>, string> {
  const parsed = Advisor.safeParse(parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    return err(place === '' ? 'it is not a JSON object' : `${place}: ${issue?.message}`);
  }
  const { ranges, spot_advisor } = parsed.data;
  const types = spot_advisor[region]?.Linux;
  if (types === undefined) return err(`it has no Linux instances of ${region}`);
  const risks = new Map(ranges.map(({ index, label, max }) => [index, riskOf(label, max)]));
  const read = new Map<string, SpotUse>();
  for (const [type, { s: savings, r: range }] of Object.entries(types)) {
    const interruptionRisk = risks.get(range);
    if (interruptionRisk === undefined) {
      return err(`spot_advisor.${region}.Linux.${type}: there is no range ${range}`);
    }
    read.set(type, { priceRatio: 1 - savings / PERCENT, interruptionRisk });
  }
  return ok(read);
}

/** The upper end of a range; its `max` is a position on a chart. */
function riskOf(label: string, max: number): number {
  const [, upper] = /^(?:<|\d+-)(\d+)%$/.exec(label) ?? [];
  return Math.min(1, Number(upper ?? max) / PERCENT);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

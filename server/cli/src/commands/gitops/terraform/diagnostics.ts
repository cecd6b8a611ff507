/** What Terraform reports as JSON, line by line. Source: its machine-readable UI. */
import { z } from 'zod';
import { messageOf } from '../../../io/message-of.ts';
import { plainLine } from '../../../output/plain-text.ts';

const Diagnostic = z.looseObject({
  severity: z.string(),
  summary: z.string(),
  detail: z.string().default(''),
  address: z.string().optional(),
  range: z
    .looseObject({ filename: z.string(), start: z.looseObject({ line: z.number() }) })
    .optional(),
});
/** An error or a warning. */
export type Diagnostic = z.infer<typeof Diagnostic>;

const Line = z.looseObject({
  '@message': z.string().default(''),
  type: z.string().default(''),
  diagnostic: Diagnostic.optional(),
  changes: z
    .looseObject({ add: z.number(), change: z.number(), remove: z.number() })
    .partial()
    .optional(),
});

/** A line of output. */
export type TerraformLine = z.infer<typeof Line>;

/** Reads a line; what is not JSON, such as a panic, is a message. */
export function readLine(text: string): TerraformLine {
  try {
    return Line.parse(JSON.parse(text));
  } catch (cause) {
    return { '@message': text.trim() === '' ? messageOf(cause) : text, type: 'text' };
  }
}

/** Where it is: an address in the state, or file and line. */
export function placeOf({ range, address }: Diagnostic): string | null {
  if (range !== undefined) return `${range.filename}:${range.start.line}`;
  return address ?? null;
}

/** Longest text of a problem. Unit: characters. */
const DETAIL_LENGTH_MAX = 1_000;

/** A diagnostic in one line: `main.tf:3: Invalid value: must be positive`. */
export function describeDiagnostic(diagnostic: Diagnostic): string {
  const { summary, detail } = diagnostic;
  const place = placeOf(diagnostic);
  const text = [summary, detail].filter((part) => part !== '').join(': ');
  const whole = plainLine(`${place === null ? '' : `${place}: `}${text}`);
  return whole.slice(0, DETAIL_LENGTH_MAX).trim();
}

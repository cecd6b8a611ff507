/**
 * Parses templates of kubectl's JSONPath: paths, `[*]`, indexes, slices, `..`, filters, `range`.
 * Source: https://kubernetes.io/docs/reference/kubectl/jsonpath
 */
import { err, ok, type Result } from '@novacron/contract/result';
import { parsePath } from './parse-path.ts';
import { Scanner, TemplateError } from './scanner.ts';
import type { Part, TemplateFault } from './template.ts';

/** Deeper ranges are no template that a person writes. */
const DEPTH_MAX = 16;

/**
 * Parses a template. One without braces is a path: `.items[*].name`.
 * Failures: the first fault and its place in the text as given.
 */
export function parseTemplate(text: string): Result<readonly Part[], TemplateFault> {
  const isBare = !text.includes('{');
  const scanner = new Scanner(text);
  try {
    if (isBare) return ok([parseBarePath(scanner)]);
    return ok(parseParts(scanner, 0));
  } catch (cause) {
    if (cause instanceof TemplateError) return err(cause.fault);
    throw cause;
  }
}

function parseBarePath(scanner: Scanner): Part {
  const path = parsePath(scanner, 'bare');
  scanner.skipSpaces();
  if (scanner.peek() !== '') scanner.fail(`unexpected ${scanner.peek()}`);
  return { kind: 'path', path };
}

/** Parts up to the end of the text, or of the range that they are in. */
function parseParts(scanner: Scanner, depth: number): readonly Part[] {
  const parts: Part[] = [];
  for (;;) {
    const text = scanner.takeMatch(/[^{]+/y);
    if (text !== undefined) parts.push({ kind: 'text', text });
    const begin = scanner.at;
    if (!scanner.take('{')) {
      if (depth > 0) scanner.fail('the range has no {end}');
      return parts;
    }
    scanner.skipSpaces();
    if (scanner.takeMatch(/end(?=\s*\})/y) !== undefined) {
      if (depth === 0) scanner.fail('{end} without {range}', begin);
      close(scanner);
      return parts;
    }
    parts.push(parsePart(scanner, depth));
  }
}

function parsePart(scanner: Scanner, depth: number): Part {
  const text = scanner.takeQuoted();
  if (text !== undefined) {
    close(scanner);
    return { kind: 'text', text };
  }
  if (scanner.takeMatch(/range\s+/y) !== undefined) {
    if (depth >= DEPTH_MAX) scanner.fail(`more than ${DEPTH_MAX} ranges inside each other`);
    const path = parsePath(scanner);
    close(scanner);
    return { kind: 'range', path, body: parseParts(scanner, depth + 1) };
  }
  const path = parsePath(scanner);
  close(scanner);
  return { kind: 'path', path };
}

function close(scanner: Scanner): void {
  scanner.skipSpaces();
  scanner.expect('}');
}

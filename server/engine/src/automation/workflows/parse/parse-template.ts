/** Reads `${path}` in texts; `$${` is a dollar sign and a brace. */
import { err, ok, type Result } from '@novacron/contract/result';

/** A reference: `${steps.create.outputs.id}` has the path `steps`, `create`, `outputs`, `id`. */
export interface TemplateReference {
  readonly kind: 'reference';
  readonly path: readonly string[];
}

/** A part of a text. */
export type TemplatePart = { readonly kind: 'text'; readonly text: string } | TemplateReference;

/** A chain of names and indexes. */
const PATH = /^[A-Za-z_][\w-]*(?:[.][\w-]+)*$/;

/** Longer chains are no references to anything. */
const SEGMENTS_MAX = 16;

/**
 * Takes a text apart.
 * @returns its parts in order. Problems: a brace that is not closed, or something else than a path
 */
export function parseTemplate(text: string): Result<readonly TemplatePart[], string> {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('${', at);
    if (open < 0) break;
    if (open > at && text[open - 1] === '$') {
      literal += `${text.slice(at, open - 1)}\${`;
      at = open + 2;
      continue;
    }
    literal += text.slice(at, open);
    const close = text.indexOf('}', open);
    if (close < 0) return err(`has "\${" without "}": close it, or write "$\${" for the text`);
    const reference = parseReference(text.slice(open + 2, close).trim());
    if (!reference.ok) return reference;
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
    parts.push(reference.value);
    at = close + 1;
  }
  literal += text.slice(at);
  if (literal !== '') parts.push({ kind: 'text', text: literal });
  return ok(parts);
}

function parseReference(path: string): Result<TemplateReference, string> {
  const segments = path.split('.');
  if (!PATH.test(path) || segments.length > SEGMENTS_MAX) {
    const shown = path.length > 64 ? `${path.slice(0, 64)}…` : path;
    return err(
      `has "\${${shown}}", which is not a path: name an input, or write \${steps.ID.outputs.NAME}`,
    );
  }
  return ok({ kind: 'reference', path: segments });
}

/** Writes a part as it stands in a definition. */
export function formatPart(part: TemplatePart): string {
  return part.kind === 'text' ? part.text : `\${${part.path.join('.')}}`;
}

import { Fn, Token, Tokenization } from 'cdktf';
import { escapeTemplate } from '../synthesis/escape-template.ts';

/** A part of a document; undefined fields are omitted. */
export type Fields = { readonly [name: string]: unknown };

const INDENT = '  ';

/**
 * Renders a document as JSON with one line per field, so that plans show which one changes. Values
 * that are only known to Terraform are encoded by Terraform.
 */
export function renderDocument(document: Fields): string {
  return `${write(document, '\n')}\n`;
}

/** @param lineBreak - a new line, and the indentation that the value stands at */
function write(value: unknown, lineBreak: string): string {
  if (Token.isUnresolved(value)) return writeToken(value);
  if (typeof value !== 'object' || value === null) return escapeTemplate(JSON.stringify(value));
  const inner = lineBreak + INDENT;
  const [open, close, parts] = Array.isArray(value)
    ? ['[', ']', value.map((each) => write(each, inner))]
    : ['{', '}', writeFields(value, inner)];
  if (parts.length === 0) return open + close;
  return `${open}${inner}${parts.join(`,${inner}`)}${lineBreak}${close}`;
}

function writeFields(fields: object, lineBreak: string): readonly string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${escapeTemplate(JSON.stringify(name))}: ${write(value, lineBreak)}`);
}

function writeToken(value: unknown): string {
  // The framework would lose quotes of the texts around a token.
  if (typeof value === 'string' && Tokenization.reverseString(value).length > 1) {
    return JSON.stringify(value);
  }
  return Token.asString(Fn.jsonencode(value));
}

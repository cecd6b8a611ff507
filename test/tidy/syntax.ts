/** Syntax trees of TypeScript files, as far as the rules look into them. */
import { parseSync } from '@swc/core';
import type { TrackedFile } from './tracked-file.ts';

/** A node of the tree; what it holds besides depends on its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [name: string]: unknown;
}

/** A parsed file. */
export interface ParsedFile {
  readonly file: TrackedFile;
  /** The statements of the file. */
  readonly body: readonly SyntaxNode[];
  /** Every node, the outer ones before those inside. */
  readonly nodes: readonly SyntaxNode[];
  /** The line on which a node begins, from 1. */
  readonly firstLine: (node: SyntaxNode) => number;
  /** The line on which a node ends, from 1. */
  readonly lastLine: (node: SyntaxNode) => number;
}

const parsed = new WeakMap<TrackedFile, ParsedFile>();

/** Parses a file, once. */
export function parseFile(file: TrackedFile): ParsedFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const tsx = file.path.endsWith('.tsx');
  const tree: unknown = parseSync(file.text, { syntax: 'typescript', tsx, target: 'es2022' });
  const lineAt = lineFinder(file.text);
  const made: ParsedFile = {
    file,
    body: listOf(asNode(tree)?.body),
    nodes: nodesBelow(tree),
    firstLine: ({ span }) => lineAt((span?.start ?? 1) - 1),
    // A span ends behind its last byte.
    lastLine: ({ span }) => lineAt((span?.end ?? 2) - 2),
  };
  parsed.set(file, made);
  return made;
}

/** Spans count bytes of UTF-8, the first of a file being 1. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (const [index, byte] of Buffer.from(text).entries()) if (byte === 10) starts.push(index + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** A value as a node, where it is one. */
export function asNode(value: unknown): SyntaxNode | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' ? (value as SyntaxNode) : undefined;
}

/** The nodes in a list. */
export function listOf(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter((each) => asNode(each) !== undefined) : [];
}

/** A value's nodes at any depth, the outer ones before those inside. */
export function nodesBelow(value: unknown): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  collectNodes(value, found);
  return found;
}

/** Besides nodes a tree has lists, and objects around nodes such as arguments. */
function collectNodes(value: unknown, found: SyntaxNode[]): void {
  if (typeof value !== 'object' || value === null) return;
  const node = asNode(value);
  if (node !== undefined) found.push(node);
  for (const each of Object.values(value)) {
    if (typeof each === 'object' && each !== null) collectNodes(each, found);
  }
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'MethodProperty',
  'Constructor',
]);

/** Whether a node is a function of any kind. */
export function isFunction({ type }: SyntaxNode): boolean {
  return FUNCTIONS.has(type);
}

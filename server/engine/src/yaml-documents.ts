/** Reads YAML and JSON texts within limits that keep each parse short; faults have their place. */
import type { Json } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
} from 'yaml';

/** Keys from the outermost value down to one within it. */
export type Path = readonly (string | number)[];

/** A place in a text. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A mistake in a text, with its place. */
export interface LocatedFault extends Position {
  /** The index of the document and the keys down to the value at fault; empty for the text. */
  readonly path: Path;
  readonly message: string;
}

/** Documents, and where a path (the index of the document first) stands. */
export interface LocatedDocuments {
  readonly documents: readonly Json[];
  readonly placeOf: (path: Path) => Position;
  /** Position of a path's last key; that of the value if it has no key. */
  readonly keyPlaceOf: (path: Path) => Position;
  /** The text of a scalar as it is written, without quotes: `1.0` stays `1.0`. */
  readonly sourceOf: (path: Path) => string | undefined;
}

/** Limit of uses of anchors; a YAML bomb needs more. */
const ALIASES_MAX = 100;

/**
 * Limit of lines, items, braces and brackets: what the time of a parse follows from. The longest
 * document with as many policies as are pushed together has fewer.
 */
const PARTS_MAX = 10_000;

/** Limit of brackets, or marks of items in one line, that are open at once. */
const DEPTH_MAX = 64;

/** Faults of one text that are listed; the rest is counted. */
const FAULTS_MAX = 20;

/** Start of a text: the position of anything that has no position of its own. */
export const TEXT_START = { line: 1, column: 1 } as const;

/** Reads the documents of a YAML text; JSON is YAML, too. Bombs of anchors are refused. */
export function readYamlDocuments(text: string): Result<LocatedDocuments, readonly LocatedFault[]> {
  const fault = findExcess(text);
  if (fault !== undefined) return err([fault]);
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col: column } = lines.linePos(offset);
    return { line, column };
  };
  // The check of the library for keys that occur twice compares each with all before it.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false };
  const parsed = parseAllDocuments(text, options);
  const read: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const faults: LocatedFault[] = [];
  const documents: Json[] = [];
  for (const document of read) {
    const keys = findFaultyKeys(document);
    for (const { pos, message } of [...document.errors, ...document.warnings, ...keys]) {
      faults.push({ ...placeAt(pos[0]), path: [], message: adviseYaml(message) });
    }
    if (document.errors.length + keys.length > 0) continue;
    try {
      // The core schema of YAML, which the parser follows, has only the types of JSON.
      documents.push(document.toJS({ maxAliasCount: ALIASES_MAX }) as Json);
    } catch {
      const message = `uses anchors more than ${ALIASES_MAX} times in all: write it out`;
      faults.push({ ...placeAt(document.range[0]), path: [], message });
    }
  }
  if (faults.length > FAULTS_MAX) {
    const message = `has ${faults.length - FAULTS_MAX} more mistakes`;
    return err([...faults.slice(0, FAULTS_MAX), { ...TEXT_START, path: [], message }]);
  }
  if (faults.length > 0) return err(faults);
  const placeOf = (path: Path) => {
    const [index = 0, ...keys] = path;
    return placeIn(read[Number(index)], keys, placeAt);
  };
  const keyPlaceOf = (path: Path) => {
    const [index = 0, ...keys] = path;
    const map = read[Number(index)]?.getIn(keys.slice(0, -1), true);
    const isMeant = (key: unknown) => isScalar(key) && String(key.value) === String(keys.at(-1));
    const key = isMap(map) ? map.items.find((item) => isMeant(item.key))?.key : undefined;
    return isNode(key) && key.range ? placeAt(key.range[0]) : placeOf(path);
  };
  const sourceOf = ([index = 0, ...keys]: Path) => {
    const node = read[Number(index)]?.getIn(keys, true);
    return isScalar(node) ? node.source : undefined;
  };
  return ok({ documents, placeOf, keyPlaceOf, sourceOf });
}

/** Advice for messages of the library, by their beginning. */
const ADVICE: Readonly<Record<string, string>> = {
  'Nested mappings are not allowed': 'put a text with a colon in quotes',
  'Tabs are not allowed': 'use spaces',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it shows what people write.
  'Unexpected flow-map-start at node end': 'put a text with braces in quotes, as in "${name}"',
};

function adviseYaml(message: string): string {
  const begin = Object.keys(ADVICE).find((each) => message.startsWith(each));
  return begin === undefined ? message : `${message}: ${ADVICE[begin]}`;
}

/** Finds what makes a text take long to parse; in one pass, before it is parsed. */
function findExcess(text: string): LocatedFault | undefined {
  let parts = 0;
  let depth = 0;
  let line = 1;
  let lineBegin = 0;
  let marks = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\n') {
      line += 1;
      lineBegin = at + 1;
      marks = 0;
    }
    if ((character === '-' || character === '?') && /\s/.test(text[at + 1] ?? '')) marks += 1;
    if ('[{'.includes(character)) depth += 1;
    if (']}'.includes(character)) depth = Math.max(0, depth - 1);
    if ('\n,[{'.includes(character)) parts += 1;
    const column = at - lineBegin + 1;
    if (depth > DEPTH_MAX || marks > DEPTH_MAX) {
      return { line, column, path: [], message: `is nested deeper than ${DEPTH_MAX} levels` };
    }
    if (parts > PARTS_MAX) {
      const message = `has more than ${PARTS_MAX} lines and items: split it`;
      return { line, column, path: [], message };
    }
  }
  return undefined;
}

interface FaultyKey {
  readonly pos: readonly [number, number];
  readonly message: string;
}

/** Keys that occur twice, and those that are no names: the library would make texts of them. */
function findFaultyKeys(document: Document.Parsed): readonly FaultyKey[] {
  const found: FaultyKey[] = [];
  visit(document, {
    Map: (_key, map) => {
      if (!isMap(map)) return;
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const [begin = 0, end = begin] = (isNode(key) ? key.range : undefined) ?? [];
        if (!isScalar(key)) {
          const message = 'has a key that is not a name: write it out as text';
          found.push({ pos: [begin, end], message });
          continue;
        }
        if (seen.has(key.value)) {
          found.push({ pos: [begin, end], message: `has the key ${String(key.value)} twice` });
        }
        seen.add(key.value);
      }
    },
  });
  return found.toSorted((left, right) => left.pos[0] - right.pos[0]);
}

/** Returns the place of the deepest existing part of a path: a missing part has none of its own. */
function placeIn(
  document: Document.Parsed | undefined,
  keys: Path,
  placeAt: (offset: number) => Position,
): Position {
  for (let length = keys.length; length >= 0; length -= 1) {
    const node = document?.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(node.range[0]);
  }
  return TEXT_START;
}

/** Whether a value has more levels than these: what reads it calls itself once a level. */
export function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

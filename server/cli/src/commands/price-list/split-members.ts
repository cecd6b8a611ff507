/** Splits a large JSON document into members while it is read: it is never whole in memory. */

/** Which members of a document are split further, and what becomes of the others. */
export interface SplitRules {
  /** Whether the object at a path is split into its members. */
  readonly isSplit: (path: readonly string[]) => boolean;
  /** Whether the value at a path is needed; others are skipped. */
  readonly isWanted: (path: readonly string[]) => boolean;
  /** Takes a value. @returns what is wrong with it, in a clause */
  readonly take: (path: readonly string[], value: unknown) => string | undefined;
}

/** Splits the chunks of one document. */
export interface Splitter {
  /** @returns where the document is broken, and how */
  readonly write: (chunk: string) => string | undefined;
  /** Ends the document. @returns likewise */
  readonly end: () => string | undefined;
}

/** Longer members are no offers, and a file without an end would fill the memory. */
const MEMBER_CHARS_MAX = 4_000_000;

type Phase = 'value' | 'key' | 'in_key' | 'colon' | 'raw' | 'after' | 'end';

interface Scan {
  phase: Phase;
  /** Keys of the objects that are being split. */
  readonly path: string[];
  /** Objects that are being split. */
  levels: number;
  line: number;
  /** The part of a key or a value that was in earlier chunks. */
  text: string;
  /** Index in the chunk of its rest. */
  start: number;
  /** Open brackets within a value. */
  depth: number;
  isInText: boolean;
  isEscaped: boolean;
  fault: string | undefined;
}

/** Makes a splitter. */
export function createSplitter(rules: SplitRules): Splitter {
  const scan: Scan = {
    phase: 'value',
    path: [],
    levels: 0,
    line: 1,
    text: '',
    start: 0,
    depth: 0,
    isInText: false,
    isEscaped: false,
    fault: undefined,
  };
  return {
    write: (chunk) => {
      scan.start = 0;
      for (let at = 0; at < chunk.length && scan.fault === undefined; at += 1) {
        step(scan, rules, chunk, at);
      }
      if (scan.phase === 'in_key' || (scan.phase === 'raw' && rules.isWanted(scan.path))) {
        scan.text += chunk.slice(scan.start);
        if (scan.text.length > MEMBER_CHARS_MAX)
          refuse(scan, 'is longer than 4,000,000 characters');
      }
      return scan.fault;
    },
    end: () => {
      if (scan.phase !== 'end') refuse(scan, 'is cut off here');
      return scan.fault;
    },
  };
}

function refuse(scan: Scan, what: string): void {
  const { path, line } = scan;
  const place = path.length === 0 ? `line ${line}` : `line ${line}, ${path.join('.')}`;
  scan.fault ??= `${place}: ${what}`;
}

const BLANKS = ' \t\r\n\uFEFF';

function step(scan: Scan, rules: SplitRules, chunk: string, at: number): void {
  const char = chunk[at] ?? '';
  if (char === '\n') scan.line += 1;
  if (scan.phase === 'raw') stepRaw(scan, rules, chunk, at);
  else if (scan.phase === 'in_key') stepKey(scan, chunk, at);
  else if (!BLANKS.includes(char)) stepBetween(scan, rules, chunk, at);
}

function stepBetween(scan: Scan, rules: SplitRules, chunk: string, at: number): void {
  const char = chunk[at] ?? '';
  switch (scan.phase) {
    case 'value':
      beginValue(scan, rules, chunk, at);
      break;
    case 'key':
      if (char === '}') close(scan);
      else beginKey(scan, char, at);
      break;
    case 'colon':
      scan.phase = 'value';
      if (char !== ':') refuse(scan, 'has no colon behind its name');
      break;
    case 'after':
      endMember(scan, char);
      break;
    default:
      refuse(scan, 'goes on behind its end');
  }
}

function beginKey(scan: Scan, char: string, at: number): void {
  if (char !== '"') refuse(scan, 'has a member without a name');
  scan.phase = 'in_key';
  scan.text = '';
  scan.start = at;
}

function stepKey(scan: Scan, chunk: string, at: number): void {
  if (!endsText(scan, chunk[at])) return;
  const key = parse(scan.text + chunk.slice(scan.start, at + 1));
  scan.path.push(String(key));
  scan.phase = 'colon';
}

function beginValue(scan: Scan, rules: SplitRules, chunk: string, at: number): void {
  if (chunk[at] === '{' && rules.isSplit(scan.path)) {
    scan.levels += 1;
    scan.phase = 'key';
    return;
  }
  if (scan.levels === 0) refuse(scan, 'is not a JSON object');
  scan.phase = 'raw';
  scan.text = '';
  scan.start = at;
  scan.depth = 0;
  stepRaw(scan, rules, chunk, at);
}

/** Looks for the end of a value; one without brackets and quotation marks ends before the next. */
function stepRaw(scan: Scan, rules: SplitRules, chunk: string, at: number): void {
  const char = chunk[at] ?? '';
  const isWhole = scan.depth === 0;
  if (scan.isInText) {
    if (endsText(scan, char) && isWhole) endValue(scan, rules, chunk.slice(scan.start, at + 1));
  } else if (char === '"') {
    scan.isInText = true;
  } else if (char === '{' || char === '[') {
    scan.depth += 1;
  } else if (isWhole && (char === ',' || char === '}')) {
    endValue(scan, rules, chunk.slice(scan.start, at));
    endMember(scan, char);
  } else if (char === '}' || char === ']') {
    scan.depth -= 1;
    if (scan.depth === 0) endValue(scan, rules, chunk.slice(scan.start, at + 1));
  }
}

/** Whether a quotation mark ends the text. */
function endsText(scan: Scan, char: string | undefined): boolean {
  const isEscaped = scan.isEscaped;
  scan.isEscaped = !isEscaped && char === '\\';
  if (char !== '"' || isEscaped) return false;
  scan.isInText = false;
  return true;
}

function endValue(scan: Scan, { isWanted, take }: SplitRules, rest: string): void {
  scan.phase = 'after';
  if (isWanted(scan.path)) {
    const value = parse(scan.text + rest);
    const why = value === undefined ? 'is not JSON' : take(scan.path, value);
    if (why !== undefined) refuse(scan, why);
  }
  scan.path.pop();
}

function endMember(scan: Scan, char: string): void {
  if (char === ',') scan.phase = 'key';
  else if (char === '}') close(scan);
  else refuse(scan, 'has no comma behind a member');
}

function close(scan: Scan): void {
  scan.levels -= 1;
  scan.phase = scan.levels === 0 ? 'end' : 'after';
  scan.path.pop();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

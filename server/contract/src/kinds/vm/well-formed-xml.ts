/**
 * Checks that a text is well-formed XML, without what configuration files do not need: document
 * type declarations, which can define entities, are refused. Nothing is kept of the content.
 * Source: Extensible Markup Language (XML) 1.0, fifth edition.
 */

const NAME = '[A-Za-z_:\\u0080-\\uffff][\\w:.\\-\\u0080-\\uffff]*';
const ATTRIBUTE = `\\s+${NAME}\\s*=\\s*(?:"[^<"]*"|'[^<']*')`;

/** Parts of a document; each pattern matches where the previous part ended. */
const DECLARATION = /<\?xml\s[^?]*\?>/y;
const COMMENT = /<!--(?:[^-]|-(?!-))*-->/y;
const CDATA = /<!\[CDATA\[(?:[^\]]|\](?!\]>))*\]\]>/y;
const INSTRUCTION = /<\?(?!xml[\s?])[^?]*(?:\?(?!>)[^?]*)*\?>/y;
const START_TAG = new RegExp(`<(${NAME})((?:${ATTRIBUTE})*)\\s*(/?)>`, 'y');
const END_TAG = new RegExp(`</(${NAME})\\s*>`, 'y');
const TEXT = /[^<]+/y;

const ATTRIBUTE_NAMES = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g');
const LONE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)/;
/** Characters that XML has no place for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are refused.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/**
 * Returns why a text is not a well-formed document, with the line; undefined where it is one.
 * @param root - name of the element that the document must consist of
 */
export function explainMalformedXml(text: string, root: string): string | undefined {
  const document = text.replace(/^\ufeff/, '');
  if (FORBIDDEN.test(document)) return 'a control character is not allowed';
  const open: string[] = [];
  let hasRoot = false;
  let place = skip(DECLARATION, document, 0);
  while (place < document.length) {
    const part = readPart(document, place, open.length > 0);
    const fault =
      part.kind === 'start'
        ? explainStart(part, { root, hasRoot, depth: open.length })
        : explainOther(part, open);
    if (fault !== undefined) return `${fault} in line ${lineAt(document, place)}`;
    if (part.kind === 'start') {
      hasRoot = true;
      if (!part.isEmpty) open.push(part.name);
    }
    if (part.kind === 'end') open.pop();
    place += part.length;
  }
  if (open.length > 0) return 'an element does not end';
  return hasRoot ? undefined : 'it has no element';
}

interface StartTag {
  readonly kind: 'start';
  readonly length: number;
  readonly name: string;
  readonly attributes: string;
  readonly isEmpty: boolean;
}

type OtherPart =
  | { readonly kind: 'aside' | 'unknown'; readonly length: number }
  | { readonly kind: 'end'; readonly length: number; readonly name: string }
  | { readonly kind: 'text'; readonly length: number; readonly words: string };

/** The part of a document that begins at a place. */
function readPart(text: string, place: number, isInside: boolean): StartTag | OtherPart {
  const aside = skipAside(text, place) - place;
  if (aside > 0) return { kind: 'aside', length: aside };
  const start = matchAt(START_TAG, text, place);
  if (start !== undefined) {
    const [{ length }, name = '', attributes = '', slash] = start;
    return { kind: 'start', length, name, attributes, isEmpty: slash === '/' };
  }
  const end = matchAt(END_TAG, text, place);
  if (end !== undefined) return { kind: 'end', length: end[0].length, name: end[1] ?? '' };
  const section = isInside ? skip(CDATA, text, place) - place : 0;
  if (section > 0) return { kind: 'aside', length: section };
  const [words = ''] = matchAt(TEXT, text, place) ?? [];
  if (words === '') return { kind: 'unknown', length: 0 };
  return { kind: 'text', length: words.length, words };
}

function explainStart(
  { name, attributes }: StartTag,
  at: { readonly root: string; readonly hasRoot: boolean; readonly depth: number },
): string | undefined {
  if (at.depth === 0 && at.hasRoot) return 'a second element begins';
  if (at.depth === 0 && name !== at.root) return `the element must be ${at.root}`;
  if (hasTwice(attributes)) return 'an attribute is given twice';
  return LONE_AMPERSAND.test(attributes) ? 'an & is not escaped' : undefined;
}

function explainOther(part: OtherPart, open: readonly string[]): string | undefined {
  switch (part.kind) {
    case 'aside':
      return undefined;
    case 'unknown':
      return 'a < begins nothing that is known';
    case 'end':
      return open.at(-1) === part.name ? undefined : 'an element ends that did not begin last';
    case 'text':
      if (open.length === 0 && part.words.trim() !== '') return 'text is outside the element';
      return LONE_AMPERSAND.test(part.words) ? 'an & is not escaped' : undefined;
  }
}

/** The place after a comment or an instruction. */
function skipAside(text: string, place: number): number {
  const after = skip(COMMENT, text, place);
  return after > place ? after : skip(INSTRUCTION, text, place);
}

function skip(pattern: RegExp, text: string, place: number): number {
  return place + (matchAt(pattern, text, place)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, place: number): RegExpExecArray | undefined {
  pattern.lastIndex = place;
  return pattern.exec(text) ?? undefined;
}

function hasTwice(attributes: string): boolean {
  const names = [...attributes.matchAll(ATTRIBUTE_NAMES)].map(([, name]) => name);
  return new Set(names).size < names.length;
}

function lineAt(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

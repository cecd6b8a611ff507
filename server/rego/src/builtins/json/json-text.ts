// JSON text to values with exact numbers, and back as Go's encoder writes it.

import { toJsonText } from '../../values/json-value.ts';
import {
  isArray,
  isObject,
  isSet,
  makeObject,
  numberFromText,
  type RegoValue,
} from '../../values/rego-value.ts';
import { exceed, fail } from '../host/host-builtin.ts';

const TOKEN = /\s*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null))/y;
/** Text may nest this deep. */
const DEPTH_MAX = 1000;

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Reads JSON text. Fails when it is none. */
export function parseJson(text: string): RegoValue {
  if (!isJson(text)) return fail('the text is not JSON');
  TOKEN.lastIndex = 0;
  const next = (): RegExpExecArray => {
    const token = TOKEN.exec(text);
    return token ?? fail('the text is not JSON');
  };
  const read = (token: RegExpExecArray, depth: number): RegoValue => {
    if (depth > DEPTH_MAX) return exceed(`the text nests deeper than ${DEPTH_MAX} levels`);
    const [, mark, string, number, word] = token;
    if (string !== undefined) return String(JSON.parse(string));
    if (number !== undefined) return numberFromText(number);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    return mark === '[' ? readArray(depth) : readObject(depth);
  };
  const readArray = (depth: number): RegoValue => {
    const items: RegoValue[] = [];
    for (let token = next(); token[1] !== ']'; token = next()) {
      if (token[1] !== ',') items.push(read(token, depth + 1));
    }
    return items;
  };
  const readObject = (depth: number): RegoValue => {
    const pairs: (readonly [RegoValue, RegoValue])[] = [];
    for (let token = next(); token[1] !== '}'; token = next()) {
      if (token[2] === undefined) continue;
      next();
      pairs.push([String(JSON.parse(token[2])), read(next(), depth + 1)]);
    }
    return makeObject(pairs);
  };
  return read(next(), 0);
}

/** Writes JSON text; as Go does, characters that matter to HTML are escaped. */
export function marshalJson(value: RegoValue): string {
  return toJsonText(value).replace(/[<>&\u2028\u2029]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Writes JSON text with a line for each member; the first line has no prefix. */
export function indentJson(value: RegoValue, prefix: string, indent: string): string {
  const write = (each: RegoValue, level: number): string => {
    const isList = isArray(each) || isSet(each);
    if (!isList && !isObject(each)) return marshalJson(each);
    const line = (depth: number) => `\n${prefix}${indent.repeat(depth)}`;
    const wrap = (open: string, members: readonly string[], close: string) =>
      members.length === 0
        ? open + close
        : `${open}${members.map((text) => line(level + 1) + text).join()}${line(level)}${close}`;
    if (isList) {
      const items = isArray(each) ? each : each.items;
      return wrap(
        '[',
        items.map((item) => write(item, level + 1)),
        ']',
      );
    }
    const pairs = each.pairs.map(([key, item]) => {
      const name = typeof key === 'string' ? key : toJsonText(key);
      return `${marshalJson(name)}: ${write(item, level + 1)}`;
    });
    return wrap('{', pairs, '}');
  };
  return write(value, 0);
}

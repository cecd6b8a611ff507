/**
 * Reads what a policy returns with `deny`, `violation` and `warn`: messages in several usual
 * shapes.
 */
import { canonicalJson, type JsonObject } from '@novacron/contract/json';

const NONE: readonly never[] = [];

/** One message; the field that it names, if it names one. */
export interface PolicyMessage {
  /** null where the rule holds but says nothing: `deny := true`. */
  readonly text: string | null;
  /** Below the request's input: `['metadata', 'tier']`. */
  readonly path: readonly string[] | undefined;
}

/** More messages than this of one rule are only counted. */
export const MESSAGES_MAX = 50;

/** A longer message is cut. Unit: characters. */
export const MESSAGE_LENGTH_MAX = 1000;

/**
 * Reads the value of `deny`, `violation` or `warn`.
 * @param value - a set (an array), an object by key, one message, or true; undefined and false,
 *   null and empty values say nothing
 * @returns the messages in the order given, at most {@link MESSAGES_MAX} and a line about the rest
 */
export function readMessages(value: unknown): readonly PolicyMessage[] {
  const members = membersOf(value);
  if (members.length === 0) return NONE;
  const messages = members.map(readMessage);
  if (messages.length <= MESSAGES_MAX) return messages;
  const rest = messages.length - MESSAGES_MAX;
  return [...messages.slice(0, MESSAGES_MAX), { text: `and ${rest} more`, path: undefined }];
}

function membersOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === false || value === '') return NONE;
  if (Array.isArray(value)) return value;
  if (!isObject(value) || textOf(value) !== undefined) return [value];
  return Object.values(value);
}

function readMessage(member: unknown): PolicyMessage {
  if (member === true) return { text: null, path: undefined };
  if (!isObject(member)) {
    return {
      text: cut(typeof member === 'string' ? member : canonicalJson(member)),
      path: undefined,
    };
  }
  return { text: cut(textOf(member) ?? canonicalJson(member)), path: readPath(member.field) };
}

function textOf(member: JsonObject): string | undefined {
  return [member.msg, member.message].find((text) => typeof text === 'string');
}

/**
 * Reads the field that a message names: a list of keys, or text such as `metadata.tier`. Only the
 * first dot of a text divides, because names of labels may contain dots.
 */
function readPath(field: unknown): readonly string[] | undefined {
  if (Array.isArray(field)) {
    const keys = field.filter((key) => typeof key === 'string');
    return keys.length > 0 && keys.length === field.length ? keys : undefined;
  }
  if (typeof field !== 'string' || field === '') return undefined;
  const name = field.replace(/^(?:input\.)?resource\./, '');
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cut(text: string): string {
  return text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX)}…`;
}

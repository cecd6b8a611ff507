import { expect, it } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';
import { parseOnce, showOnce } from './remember-documents.ts';

const parseDocument = (kind: ResourceKind, text: string) =>
  parseOnce(kind, text, (document): JsonObject | undefined =>
    document.startsWith('{') ? JSON.parse(document) : undefined,
  );

const TEXT = '{"name":"web","healing":{"restart":"never"}}';
const Shown = z.object({ name: z.string() });
const Other = z.object({ healing: z.object({ restart: z.string() }) });

it('parses the document of a VM once, and freezes it to its depths', () => {
  const parsed = parseDocument('vm', TEXT);
  expect(parsed).toEqual({ name: 'web', healing: { restart: 'never' } });
  expect(Object.isFrozen(parsed) && Object.isFrozen(parsed?.healing)).toBe(true);
  // Another text with the same characters.
  expect(parseDocument('vm', ` ${TEXT}`.slice(1))).toBe(parsed);
});

it('parses each time what is sealed in the store', () => {
  const parsed = parseDocument('template', TEXT);
  expect(parsed).toEqual({ name: 'web', healing: { restart: 'never' } });
  expect(parseDocument('template', TEXT)).not.toBe(parsed);
});

it('refuses a damaged document each time', () => {
  expect([parseDocument('vm', ''), parseDocument('vm', ''), parseDocument('vm', '[]')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('asks each schema once what it makes of a document', () => {
  const document = parseDocument('vm', TEXT) ?? {};
  let asked = 0;
  const show = () =>
    showOnce(document, Shown, () => {
      asked += 1;
      return Shown.parse(document);
    });
  expect([show(), show()]).toEqual([{ name: 'web' }, { name: 'web' }]);
  expect(asked).toBe(1);
  const other = showOnce(document, Other, () => Other.parse(document));
  expect(other).toEqual({ healing: { restart: 'never' } });
  expect(Object.isFrozen(other.healing)).toBe(true);
});

it('does not keep what a schema refuses', () => {
  const document = parseDocument('vm', '{"name":1}') ?? {};
  const show = () => showOnce(document, Shown, () => Shown.parse(document));
  expect(show).toThrow('expected string');
  expect(show).toThrow('expected string');
});

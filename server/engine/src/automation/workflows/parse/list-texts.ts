/** Texts within values. */
import { isRecord } from '@novacron/contract/json';
import type { DefinitionPath } from '../model/automation.ts';

/** A text, and where it is. */
export interface PlacedText {
  readonly text: string;
  readonly path: DefinitionPath;
}

/** Every text in a value, keys left out: a value never becomes a key. */
export function listTexts(value: unknown, path: DefinitionPath): readonly PlacedText[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) {
    return value.flatMap((inner: unknown, index) => listTexts(inner, [...path, index]));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => listTexts(inner, [...path, name]));
}

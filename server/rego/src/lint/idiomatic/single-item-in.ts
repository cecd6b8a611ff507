// Membership in a collection with one member.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `single-item-in` of Regal. */
export const singleItemIn: LintRule = {
  name: 'single-item-in',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const collection = call.args[1];
      if (nameOfCall(call) !== 'internal.member_2') return [];
      if (collection?.kind !== 'array' && collection?.kind !== 'set') return [];
      if (collection.items.length !== 1) return [];
      return [{ at: call.at, message: 'The collection has one member; compare with "==".' }];
    }),
};

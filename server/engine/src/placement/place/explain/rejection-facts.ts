/**
 * Rejections as structured data: facts by name, and a distance that says how serious each one is.
 */

import type { Rejection } from '../model/rule.ts';
import { amountOf, describeRejection } from './describe-rules.ts';

/** A rejection as `data.nodes` of a problem carries it: its reason and what that is about. */
export function toFacts(rejection: Rejection): Record<string, string | number> {
  switch (rejection.reason) {
    case 'cpu':
    case 'memory':
    case 'disk': {
      const { reason, asked, free, capacity } = rejection;
      const unit = reason === 'cpu' ? 'cores' : 'GB';
      return {
        reason,
        asked: amountOf(reason, asked),
        free: amountOf(reason, free),
        capacity: amountOf(reason, capacity),
        unit,
      };
    }
    case 'zone':
      return { reason: rejection.reason, zone: rejection.zone };
    case 'status':
      return {
        reason: rejection.reason,
        status: rejection.status,
        ...(rejection.controlPlane === undefined && rejection.suspected === undefined
          ? {}
          : { words: describeRejection(rejection) }),
      };
    case 'excluded':
      return {
        reason: rejection.reason,
        ...(rejection.why === undefined ? {} : { words: rejection.why }),
      };
    case 'pinned-elsewhere':
      return { reason: rejection.reason };
    default:
      return { reason: rejection.reason, words: describeRejection(rejection) };
  }
}

/**
 * Returns the distance of a rejection from acceptance: for a short dimension the missing share of
 * the requested amount, and 1 for any other reason, because that is not gradual.
 */
export function distanceOf(rejection: Rejection): number {
  if (!('asked' in rejection) || rejection.asked === 0) return 1;
  return (rejection.asked - rejection.free) / rejection.asked;
}

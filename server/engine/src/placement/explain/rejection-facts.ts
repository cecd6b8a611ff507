/** Rejections for programs: facts by name, and how far each is from being none. */

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
      return { reason: rejection.reason, status: rejection.status };
    case 'pinned-elsewhere':
    case 'excluded':
      return { reason: rejection.reason };
    default:
      return { reason: rejection.reason, words: describeRejection(rejection) };
  }
}

/**
 * How far a rejection is from being none: of a short dimension the missing share of what is asked,
 * and 1 for any other reason, because that one cannot be halved.
 */
export function distanceOf(rejection: Rejection): number {
  if (!('asked' in rejection) || rejection.asked === 0) return 1;
  return (rejection.asked - rejection.free) / rejection.asked;
}

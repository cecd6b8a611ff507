/** Routes of operations, from the generated table. */
import { ROUTES } from '../gen/operations.ts';

/** Method and path of an operation. */
export interface Route {
  readonly method: string;
  /** Below `/api/v2`. */
  readonly path: string;
  readonly effect: string;
  /** Whether a repeat with the same idempotency key gets the first answer. */
  readonly isKeyed: boolean;
}

/** The route of an operation; undefined where this release has none of that name. */
export function routeOf(name: string): Route | undefined {
  const [method, path, , , effect, key] = ROUTES[name]?.split(' ') ?? [];
  if (method === undefined || path === undefined) return undefined;
  return {
    method,
    path,
    effect: effect ?? 'write',
    isKeyed: key === 'key',
  };
}

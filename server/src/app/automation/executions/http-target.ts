/** Target of a step's request: a scheme, a host and a port that no value can change. */
import type { Compensation } from '@novacron/contract/automation/definition';

/** Part before path and query: definitions have no reference in it. */
const ORIGIN = /^https?:[/][/][^/?#\s$@\\]+/;

/** The origin of a request as its text has it; undefined where that is no address. */
export function targetOf({ http }: Pick<Compensation, 'http'>): URL | undefined {
  const [origin = ''] = ORIGIN.exec(http?.url ?? '') ?? [];
  return URL.canParse(origin) ? new URL(origin) : undefined;
}

/** Whether an address that has its values leads to where its text says. */
export function isSameTarget(target: URL, url: URL): boolean {
  return url.origin === target.origin && url.username === '' && url.password === '';
}

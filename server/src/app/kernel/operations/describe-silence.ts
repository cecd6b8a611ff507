/** Explains to people why the agent of a node did not answer. */
import type { Problem } from '@novacron/contract/problem/problem';

/**
 * Describes why nothing answered. The agent is named as the cause, since its subject means nothing
 * to people.
 */
export function describeSilence(node: string, { code, detail, data }: Problem): string {
  if (code === 'deadline-exceeded') return `the agent of node ${node} does not answer`;
  return data?.reason === 'no-responder' ? `the agent of node ${node} does not run` : detail;
}

/** Why nothing came back from the agent of a node, in words for people. */
import type { Problem } from '@novacron/contract/problem/problem';

/** Where nothing answers the reason is the agent, whose subject means nothing to people. */
export function describeSilence(node: string, { code, detail, data }: Problem): string {
  if (code === 'deadline-exceeded') return `the agent of node ${node} does not answer`;
  return data?.reason === 'no-responder' ? `the agent of node ${node} does not run` : detail;
}

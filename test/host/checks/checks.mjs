/** Checks that run after the guide, in order. */
import { AGENT_LIFE } from './agent-life.mjs';
import { HOST_LIFE } from './host-life.mjs';
import { TERRAFORM_END, TERRAFORM_LIFE } from './terraform-life.mjs';

/**
 * @type {readonly { name: string,
 *   run: (host: import('../guests-of-host.mjs').Host, settings: string) => Promise<unknown> }[]}
 * `settings` are those that the reader of the guide has exported
 */
export const CHECKS = [...TERRAFORM_LIFE, ...AGENT_LIFE, ...HOST_LIFE, ...TERRAFORM_END];

/** Commands as the journal stores them: with their secrets sealed. */
import { AgentCommand } from '@novacron/contract/agent/agent';
import { canonicalJson } from '@novacron/contract/json';
import { z } from 'zod';
import {
  ActionSecrets,
  findActionSecrets,
  removeActionSecrets,
  replaceActionSecrets,
} from './remove-action-secrets.ts';
import type { Sealer } from './sealer.ts';

/** Fields of a stored command besides the command. */
const SealedPart = z.looseObject({
  sealed_guest: z.string().optional().describe('The secrets of the command, sealed, as JSON'),
});

/** Node of a stored command, and the sealer of its secrets. */
export interface CommandPlace {
  readonly node: string;
  readonly sealer: Sealer;
}

/** A stored command; `sealed` where its secrets cannot be opened: the key is another one. */
export type StoredCommand =
  | { readonly kind: 'whole'; readonly command: AgentCommand }
  | { readonly kind: 'sealed'; readonly command: AgentCommand };

/** Writes a command that has not ended as text. */
export function sealCommand(command: AgentCommand, place: CommandPlace): string {
  const secrets = findActionSecrets(command.action);
  if (secrets === undefined) return canonicalJson(command);
  const sealed_guest = place.sealer.seal(JSON.stringify(secrets), placeOf(command, place));
  return canonicalJson({ ...command, action: removeActionSecrets(command.action), sealed_guest });
}

/** Writes a command that has ended as text; undefined where it never had secrets. */
export function forgetSecrets(command: AgentCommand): string | undefined {
  const action = removeActionSecrets(command.action);
  return action === command.action ? undefined : canonicalJson({ ...command, action });
}

/** Reads a command without its secrets. */
export function readCommand(text: string): AgentCommand {
  return AgentCommand.parse(JSON.parse(text));
}

/** Reads a command with its secrets. */
export function openCommand(text: string, place: CommandPlace): StoredCommand {
  const { sealed_guest, ...plain } = SealedPart.parse(JSON.parse(text));
  const command = AgentCommand.parse(plain);
  if (sealed_guest === undefined) return { kind: 'whole', command };
  const opened = place.sealer.open(sealed_guest, placeOf(command, place));
  if (opened === undefined) return { kind: 'sealed', command };
  const secrets = ActionSecrets.parse(JSON.parse(opened));
  return {
    kind: 'whole',
    command: { ...command, action: replaceActionSecrets(command.action, secrets) },
  };
}

function placeOf({ operation_id, step }: AgentCommand, { node }: CommandPlace): string {
  return `${node}/${operation_id}/${step}`;
}

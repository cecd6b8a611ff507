/** `novacron admin support-bundle`: a file for those who help, whose contents are shown before. */
import { z } from 'zod';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { messageOf } from '../../io/message-of.ts';
import { askToGoAhead } from '../../operations/confirm-plan.ts';
import type { Outcome } from '../../operations/outcome.ts';
import type { Fields } from '../../output/fields.ts';
import { pick, SECTIONS, type Section } from './support-contents.ts';

/** Flags of the command. */
export interface SupportFlags {
  readonly file: string;
  readonly yes?: true;
}

/**
 * Shows what the bundle contains, asks, and writes it. A part that the server refuses says so in
 * the bundle: the server may be what is broken.
 */
export async function writeSupportBundle(session: Session, flags: SupportFlags): Promise<Outcome> {
  const { io } = session;
  io.stderr.write(`${flags.file} will contain, as JSON:\n`);
  for (const { title, contents } of SECTIONS) io.stderr.write(`  ${title}: ${contents}\n`);
  io.stderr.write('No names, labels, addresses, secrets or texts of users are in it.\n');
  const refusal = flags.yes === true ? undefined : await askFirst(session);
  if (refusal !== undefined) return { failure: refusal };
  const bundle: Record<string, unknown> = {
    format: 'novacron-support/1',
    written_at: io.now().toISOString(),
    command_line: io.version,
  };
  for (const section of SECTIONS) bundle[section.title] = await read(session, section);
  try {
    const text = `${JSON.stringify(bundle, undefined, 2)}\n`;
    await io.writePrivateText(flags.file, text, 'as-it-is');
  } catch (cause) {
    return { failure: usageFailure(`${flags.file} cannot be written: ${messageOf(cause)}`) };
  }
  return { document: { kind: 'one', value: { file: flags.file, sections: SECTIONS.length } } };
}

async function askFirst(session: Session): Promise<Failure | undefined> {
  if (session.io.hasTerminal) return askToGoAhead(session);
  return usageFailure('Read the list above, and add --yes to write the file');
}

async function read(session: Session, section: Section): Promise<unknown> {
  const answer = await callOperation(session, section.operation, section.input ?? {});
  if (answer.ok) return pick(hideTexts(section, answer.value), section.fields);
  const { error } = answer;
  return { not_read: error.kind === 'problem' ? error.problem.code : error.kind };
}

const Setting = z.looseObject({ value: z.unknown(), source: z.string() });

/** Values of settings that are texts may name machines and people; paths of sources do. */
function hideTexts({ operation }: Section, answer: Fields): Fields {
  if (operation !== 'settings.get') return answer;
  const settings = z.array(Setting).parse(answer.settings);
  return {
    settings: settings
      .filter(({ source }) => source !== 'default')
      .map((each) => ({
        ...each,
        value: typeof each.value === 'string' ? '(text)' : each.value,
        source: each.source.replace(/^file .*/, 'file'),
      })),
  };
}

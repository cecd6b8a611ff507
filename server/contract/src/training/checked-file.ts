/** Models as files: JSON with the SHA-256 of everything else in it. */
import { z } from 'zod';
import { canonicalJson } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** Larger files are refused. Unit: characters. */
export const MODEL_FILE_LENGTH_MAX = 8_388_608;

/** Makes the SHA-256 of a text, in hexadecimal. */
export type Sha256 = (text: string) => string;

const Checked = z.looseObject({ sha256: z.string() });

/** Writes the text of a file. The same content gives the same text. */
export function writeCheckedFile(content: object, sha256: Sha256): string {
  return `${JSON.stringify({ ...content, sha256: sha256(canonicalJson(content)) })}\n`;
}

/** Reads one. @returns why it is refused, as the end of a sentence */
export function readCheckedFile<Content>(
  text: string,
  { schema, sha256 }: { readonly schema: z.ZodType<Content>; readonly sha256: Sha256 },
): Result<Content, string> {
  if (text.length > MODEL_FILE_LENGTH_MAX) return err('it is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('it is not JSON');
  }
  const checked = Checked.safeParse(json);
  if (!checked.success) return err(describe(checked.error));
  const { sha256: sum, ...content } = checked.data;
  const read = schema.safeParse(content);
  if (!read.success) return err(describe(read.error));
  if (sha256(canonicalJson(content)) === sum) return ok(read.data);
  return err('its checksum is wrong; it was damaged or edited');
}

function describe({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

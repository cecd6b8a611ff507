/** Secrets of a request, and the position of each. */
import type { AutomationStep, Compensation } from '@novacron/contract/automation/definition';
import { listTexts } from '../parse/list-texts.ts';
import { parseTemplate } from '../parse/parse-template.ts';

/** A secret of a request. */
export interface SecretUse {
  /** The key under `secrets`. */
  readonly key: string;
  /** `NAME`, or `NAME@VERSION`. */
  readonly secret: string;
  /** `header`: the whole value of the header KEY; `text`: where `${secrets.KEY}` stands. */
  readonly place: 'header' | 'text';
}

/** Lists them. One that no text refers to is the value of the header that its key names. */
export function listSecrets({
  http,
  secrets = {},
}: Partial<AutomationStep> | Compensation): readonly SecretUse[] {
  const texts = listTexts({ headers: http?.headers, body: http?.body }, []);
  const referred = new Set(texts.flatMap(({ text }) => secretsOf(text)));
  return Object.entries(secrets).map(([key, secret]) => ({
    key,
    secret,
    place: referred.has(key) ? 'text' : 'header',
  }));
}

/** The headers of a request, with a reference where a secret is a whole header. */
export function headersWithSecrets(
  action: Partial<AutomationStep> | Compensation,
): Readonly<Record<string, string>> {
  const whole = listSecrets(action).filter(({ place }) => place === 'header');
  const added = whole.map(({ key }) => [key, `\${secrets.${key}}`] as const);
  return { ...action.http?.headers, ...Object.fromEntries(added) };
}

function secretsOf(text: string): readonly string[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return [];
  return parsed.value.flatMap((part) =>
    part.kind === 'reference' && part.path[0] === 'secrets' ? part.path.slice(1, 2) : [],
  );
}

/** Values of fields as people read them, chosen by the name of the field. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { pathOfResource } from '../paths/kinds.ts';
import { Moment } from './moment.tsx';
import { StatusMark } from './status-mark.tsx';
import styles from './value.module.css';

const STATUS_FIELDS = [
  'status',
  'state',
  'severity',
  'outcome',
  'presence',
  'sync_status',
  'health_status',
];
const MOMENT = /(^|_)(at|until|deadline|since)$/;
const GB = /_gb$/;

interface ValueProps {
  readonly field: string;
  readonly value: unknown;
  /** The noun of the row, which a status is read by. */
  readonly noun?: string;
}

/** Renders a value in one line, as a cell of a table does. */
export function Value({ field, value, noun }: ValueProps): ReactNode {
  if (value === null || value === undefined || value === '')
    return <span className={styles.none}>–</span>;
  if (STATUS_FIELDS.includes(field)) return <StatusMark status={String(value)} noun={noun} />;
  if (field === 'allowed') return <StatusMark status={value ? 'allowed' : 'refused'} />;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return formatNumber(field, value);
  if (typeof value === 'string') return <TextValue field={field} text={value} />;
  if (Array.isArray(value)) return <ListValue values={value} />;
  return <MapValue field={field} value={value} />;
}

function TextValue({ field, text }: { readonly field: string; readonly text: string }): ReactNode {
  if (MOMENT.test(field)) return <Moment at={text} />;
  const noun = nounOfId(field, text);
  const path = noun === undefined ? undefined : pathOfResource(noun, text);
  if (path !== undefined) return <Link to={path}>{text}</Link>;
  if (field === 'id' || field.endsWith('_id') || field === 'cidr') return <code>{text}</code>;
  return text;
}

function formatNumber(field: string, value: number): string {
  const text = value.toLocaleString('en', { maximumFractionDigits: 4 });
  if (GB.test(field)) return `${text} GB`;
  if (field.endsWith('_percent')) return `${text} %`;
  if (field.endsWith('_ms')) return `${text} ms`;
  if (field.endsWith('_seconds')) return `${text} s`;
  return text;
}

function ListValue({ values }: { readonly values: readonly unknown[] }): ReactNode {
  const longest = 3;
  if (values.length === 0) return <span className={styles.none}>–</span>;
  if (values.some((each) => typeof each === 'object')) {
    return `${values.length} ${values.length === 1 ? 'entry' : 'entries'}`;
  }
  const shown = values.slice(0, longest).map(String).join(', ');
  const more = values.length - longest;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function MapValue({ field, value }: { readonly field: string; readonly value: object }): ReactNode {
  const entries = Object.entries(value);
  if (field === 'changes') return entries.map(([name]) => name).join(', ') || '–';
  if (field === 'champions') {
    const acting = entries.filter(([, version]) => version !== null);
    return acting.map(([name, version]) => `${name} ${String(version)}`).join(', ') || 'none';
  }
  if (field === 'usage') {
    return entries.map(([name, used]) => `${String(used)} ${name.replaceAll('_', ' ')}`).join(', ');
  }
  const plain = entries.filter(([, each]) => typeof each !== 'object' || each === null);
  if (plain.length === 0) return entries.length === 0 ? '–' : `${entries.length} entries`;
  return plain.map(([name, each]) => `${name}=${String(each)}`).join(', ');
}

/** The noun of an id by its field, or by the prefix that ids have. */
function nounOfId(field: string, text: string): string | undefined {
  if (field === 'attached_to') return 'vm';
  const noun = /^(.+)_id$/.exec(field)?.[1];
  if (noun !== undefined && pathOfResource(noun, text) !== undefined) return noun;
  return field === 'id' ? undefined : PREFIXES.find(([prefix]) => text.startsWith(prefix))?.[1];
}

const PREFIXES: readonly (readonly [string, string])[] = [
  ['vm_', 'vm'],
  ['net_', 'network'],
  ['vol_', 'volume'],
  ['op_', 'operation'],
  ['pol_', 'policy'],
  ['tpl_', 'template'],
];

/** Renders a value at its full length, as a page about one resource does. */
export function LongValue({ field, value, noun }: ValueProps): ReactNode {
  const isNested =
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((each) => typeof each === 'object' && each !== null);
  if (isNested) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
      <pre className={styles.json} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    );
  }
  if (typeof value === 'string' && value.includes('\n')) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
      <pre className={styles.json} tabIndex={0}>
        {value}
      </pre>
    );
  }
  if (typeof value === 'string' && MOMENT.test(field)) return <Moment at={value} look="full" />;
  return <Value field={field} value={value} noun={noun} />;
}

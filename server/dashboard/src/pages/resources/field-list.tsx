/** The fields of a resource: those that are set, then the names of the others. */
import type { Item } from '../../api/queries.ts';
import { LongValue } from '../../ui/value.tsx';
import { labelOf } from '../../ui/words.ts';
import styles from './field-list.module.css';

/** Fields that the head of the page shows, or that only programs use. */
const LEFT_OUT = [
  'id',
  'name',
  'status',
  'tenant_id',
  'revision',
  'desired_revision',
  'schema_version',
];

interface FieldListProps {
  readonly noun: string;
  readonly item: Item;
  readonly without?: readonly string[];
}

/** Renders the list. */
export function FieldList({ noun, item, without = [] }: FieldListProps) {
  const fields = Object.entries(item).filter(
    ([name]) => !LEFT_OUT.includes(name) && !without.includes(name),
  );
  const set = fields.filter(([, value]) => !isUnset(value));
  const unset = fields.filter(([, value]) => isUnset(value)).map(([name]) => labelOf(name));
  return (
    <>
      <dl className={styles.list}>
        {set.map(([name, value]) => (
          <div key={name} className={styles.entry}>
            <dt>{labelOf(name)}</dt>
            <dd dir="auto">
              <LongValue field={name} value={value} noun={noun} />
            </dd>
          </div>
        ))}
      </dl>
      {unset.length === 0 ? null : <p className={styles.unset}>Not set: {unset.join(', ')}</p>}
    </>
  );
}

function isUnset(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

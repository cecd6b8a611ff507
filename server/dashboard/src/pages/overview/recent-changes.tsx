/** The newest events: those that were there, and those that arrive meanwhile. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { useRecentEvents } from '../../live/use-live-events.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import styles from './overview.module.css';

const SHOWN_MAX = 12;

interface ShownEvent {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly target: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Renders the panel. */
export function RecentChanges() {
  const query = useQuery(queryOf('event.list', { order: 'newest', limit: SHOWN_MAX }));
  const live = useRecentEvents();
  return (
    <Panel title="Recent changes" aside={<Link to="/audit">Audit log</Link>}>
      <QueryState query={query} what="events">
        {({ items }) => <Events events={join(live, items)} />}
      </QueryState>
    </Panel>
  );
}

/** Both lists by position, newest first, each event once. */
function join(live: readonly ShownEvent[], stored: readonly ShownEvent[]): readonly ShownEvent[] {
  const all = new Map([...stored, ...live].map((event) => [event.position, event]));
  return [...all.values()].sort((a, b) => b.position - a.position).slice(0, SHOWN_MAX);
}

function Events({ events }: { readonly events: readonly ShownEvent[] }) {
  if (events.length === 0) {
    return (
      <Empty title="Nothing has happened yet">
        <p>Changes of VMs, nodes and policies appear here as they happen.</p>
      </Empty>
    );
  }
  return (
    <ul className={styles.items}>
      {events.map(({ id, type, target, at, data }) => (
        <li key={id} className={styles.item}>
          <StatusMark status={outcomeOf(type)} tone={toneOfEvent(type)} />
          <span className={styles.grow}>
            {nameOf(type)} <Target noun={type.split('.')[0] ?? ''} id={target} data={data} />
          </span>
          <Moment at={at} />
        </li>
      ))}
    </ul>
  );
}

function Target({ noun, id, data }: { noun: string; id: string; data: ShownEvent['data'] }) {
  const name = String(data.name ?? data.target_name ?? id);
  const path = pathOfResource(noun, id);
  return path === undefined ? <bdi>{name}</bdi> : <Link to={path}>{name}</Link>;
}

/** `vm.create.succeeded` as `vm create`. */
function nameOf(type: string): string {
  const [noun = '', verb = ''] = type.split('.');
  return `${noun} ${verb}`.replaceAll('_', ' ');
}

function outcomeOf(type: string): string {
  return (type.split('.').at(-1) ?? type).replaceAll('_', ' ');
}

function toneOfEvent(type: string): Tone {
  if (/(failed|refused|lost|crash_loop|stuck|unhealthy|opened)$/.test(type)) return 'bad';
  if (/taken_back$/.test(type)) return 'watch';
  if (/(succeeded|resolved|back|healthy)$/.test(type)) return 'ok';
  return 'info';
}

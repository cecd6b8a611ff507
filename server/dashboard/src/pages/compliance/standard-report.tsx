/** The report on one standard: its requirements, and the checks that fail. */
import type { InputOf, OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Notice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';

type Standard = InputOf<'compliance.report'>['standard'];
type Report = OutputOf<'compliance.report'>;

const REPORT = 'compliance.report';
const NOUN = 'compliance';

/** States of requirements that checks say nothing about. */
const SILENT: readonly string[] = ['no-facts', 'not-assessable', 'not-applicable'];

const STATES = ['gap', 'unknown', 'partly-evidenced', 'evidenced', ...SILENT];

const ANY = 'with evidence';

/** How far checks can decide a requirement. */
const ASSESSABLE: Readonly<Record<string, string>> = {
  settled: 'decided by checks',
  'evidence-only': 'people judge the rest',
  'no-facts': 'nothing reports the facts',
  'not-assessable': 'only by people',
};

/** Renders the panels. */
export function StandardReport({ standard }: { readonly standard: Standard }) {
  const query = useQuery(queryOf(REPORT, { standard }));
  return (
    <QueryState query={query} what="the report">
      {(report) => (
        <>
          {report.capped_by.length === 0 ? null : (
            <Notice tone="bad" title="A critical check fails, so the score is at most 79">
              <p>{report.capped_by.join(', ')}</p>
            </Notice>
          )}
          <FailingChecks report={report} />
          <Requirements report={report} />
          <Equivalents command={commandOf('compliance', REPORT, { standard })} />
        </>
      )}
    </QueryState>
  );
}

function FailingChecks({ report }: { readonly report: Report }) {
  const failing = report.checks.filter(({ failed, waived }) => failed + waived > 0);
  return (
    <Panel
      title={`Failing checks of ${report.name}`}
      body={failing.length === 0 ? 'padded' : 'flush'}
    >
      {failing.length === 0 ? (
        <Empty title="No check fails">
          <p>{countOf(report.checks.length, 'check')} of this standard can be evaluated.</p>
        </Empty>
      ) : (
        <Table
          heads={['Check', 'Asks that', 'Severity', 'Failed', 'Waived', 'No verdict', 'Passed']}
          look="flush"
        >
          {failing.map(({ id, title, severity, failed, waived, unknown, passed }) => (
            <tr key={id}>
              <th scope="row">
                <Link to="/compliance-findings" search={{ check: id, state: 'open' }}>
                  {id}
                </Link>
              </th>
              <td>{title}</td>
              <td>
                <StatusMark status={severity} />
              </td>
              <td>{failed}</td>
              <td>{waived}</td>
              <td>{unknown}</td>
              <td>{passed}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function Requirements({ report }: { readonly report: Report }) {
  const [{ requirements: chosen = ANY }, change] = usePageState();
  const shown = report.requirements.filter(({ state }) =>
    chosen === ANY ? !SILENT.includes(state) : state === chosen,
  );
  const counts = new Map(
    STATES.map((each) => [each, report.requirements.filter(({ state }) => state === each).length]),
  );
  const options = [
    { value: ANY, words: ANY },
    ...STATES.map((each) => ({ value: each, words: `${each} (${counts.get(each) ?? 0})` })),
  ];
  return (
    <Panel title={`Requirements of ${report.name} ${report.version}`.trim()}>
      <Choices>
        <Choice
          label="State"
          value={chosen}
          options={options}
          onChange={(value) => change({ requirements: value === ANY ? undefined : value })}
        />
      </Choices>
      {shown.length === 0 ? (
        <Empty title="No requirement is in this state" />
      ) : (
        <Table heads={['Requirement', 'State', 'Assessable', 'Checks']} look="low">
          {shown.map(({ id, state, assessable, checks }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>
                <StatusMark status={state} noun={NOUN} />
              </td>
              <td>{ASSESSABLE[assessable] ?? assessable}</td>
              <td>{checks.join(', ')}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

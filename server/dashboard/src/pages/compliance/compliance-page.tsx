/** Scores by standard; of the chosen one the requirements, and the checks that fail. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { percentWords, scoreWords } from './compliance-words.ts';
import { StandardReport } from './standard-report.tsx';

type Summary = OutputOf<'compliance.status'>['standards'][number];

/** A scan of a change takes up to 15 s. Unit: milliseconds. */
const REFRESH_MS = 30_000;

const HEADS = ['Standard', 'Score', 'With accepted risk', 'With a verdict', 'Open', 'Critical'];

/** Renders the page: of the standard in the address, or of the first one. */
export function CompliancePage() {
  const [state] = usePageState();
  const query = useQuery(
    Object.assign(queryOf('compliance.status', {}), { refetchInterval: REFRESH_MS }),
  );
  return (
    <Page
      title="Compliance"
      intro="What checks find, and what that says about standards. An auditor judges the rest."
      actions={<Link to="/compliance-findings">Findings</Link>}
    >
      <QueryState query={query} what="compliance">
        {({ standards }) => {
          const shown = standards.find(({ standard }) => standard === state.standard);
          const { standard, scanned_at: scannedAt = null } = shown ?? standards[0] ?? {};
          return (
            <>
              <Standards standards={standards} chosen={standard} />
              <p className={layout.small}>
                {scannedAt === null ? (
                  'The first scan has not ended yet.'
                ) : (
                  <>
                    Everything was scanned <Moment at={scannedAt} />; changes are judged within
                    seconds.
                  </>
                )}{' '}
                The mapping is ours, and no publisher has endorsed it.
              </p>
              {standard === undefined || scannedAt === null ? null : (
                <StandardReport key={standard} standard={standard} />
              )}
            </>
          );
        }}
      </QueryState>
    </Page>
  );
}

interface StandardsProps {
  readonly standards: readonly Summary[];
  readonly chosen: string | undefined;
}

function Standards({ standards, chosen }: StandardsProps) {
  return (
    <Panel title="Standards" body="flush">
      <Table heads={HEADS} look="flush">
        {standards.map((each) => (
          <tr key={each.standard}>
            <th scope="row">
              <Link
                to="/compliance"
                search={{ standard: each.standard }}
                aria-current={each.standard === chosen ? 'true' : undefined}
              >
                {each.name}
              </Link>
            </th>
            <td>{scoreWords(each.compliance_score)}</td>
            <td>{scoreWords(each.score_with_accepted_risk)}</td>
            <td>{percentWords(each.evaluated_ratio)}</td>
            <td>{each.open_violations}</td>
            <td>{each.critical_violations}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

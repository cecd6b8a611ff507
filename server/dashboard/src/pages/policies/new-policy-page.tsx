/** Writes a new policy. */
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PolicyForm } from './policy-form.tsx';

/** Renders the page. */
export function NewPolicyPage() {
  return (
    <Page
      title="Write a policy"
      intro="Nothing is decided by it before it is saved. Try first what it would do."
      parent={{ to: '/policies', title: 'Policies' }}
    >
      <Panel title="Rule">
        <PolicyForm />
      </Panel>
    </Page>
  );
}

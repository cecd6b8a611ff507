/** Writes a new policy. */
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PolicyForm } from './policy-form.tsx';

/** Renders the page. */
export function NewPolicyPage() {
  return (
    <Page
      title="Write a policy"
      intro="It takes effect when it is saved. Preview first what it would do."
      parent={{ to: '/policies', title: 'Policies' }}
    >
      <Panel title="Rule">
        <PolicyForm />
      </Panel>
    </Page>
  );
}
